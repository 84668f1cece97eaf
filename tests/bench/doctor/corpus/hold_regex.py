"""A pattern that tries every way to fail."""

import asyncio
import re
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    re.match(r"(a+)+$", "a" * 21 + "b")  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
