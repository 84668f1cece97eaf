"""A sleep that is no `asyncio.sleep`."""

import asyncio
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    time.sleep(0.1)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
