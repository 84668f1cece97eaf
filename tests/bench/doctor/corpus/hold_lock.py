"""A lock that another thread holds."""

import asyncio
import threading
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(0.12, lock.release).start()
    await asyncio.sleep(0.02)  # a thread's start is no part of the fault
    began_ns = time.perf_counter_ns()
    lock.acquire()  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
