"""The result of a thread, waited for without `await`."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor


async def main() -> None:
    await asyncio.sleep(0.05)
    pool = ThreadPoolExecutor(1)
    began_ns = time.perf_counter_ns()
    pool.submit(time.sleep, 0.1).result()  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
