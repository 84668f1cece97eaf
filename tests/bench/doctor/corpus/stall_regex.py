"""A pattern that tries every way to fail, in a thread of a pool of its own."""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor


def check(text: str) -> bool:  # fault
    began_ns = time.perf_counter_ns()
    fits = re.match(r"(a+)+$", text) is not None  # fault
    print("held", time.perf_counter_ns() - began_ns)
    return fits


async def main() -> None:
    await asyncio.sleep(0.05)
    with ThreadPoolExecutor(1) as pool:
        await asyncio.get_running_loop().run_in_executor(pool, check, "a" * 22 + "b")
    await asyncio.sleep(0.05)
