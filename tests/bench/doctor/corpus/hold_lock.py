"""A lock that another thread holds."""

import asyncio
import threading
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    lock = threading.Lock()
    lock.acquire()
    threading.Timer(0.1, lock.release).start()
    began_ns = time.perf_counter_ns()
    lock.acquire()  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
