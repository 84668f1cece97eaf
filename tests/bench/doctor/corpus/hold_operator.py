"""Arithmetic of large numbers: no call at all."""

import asyncio
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    number = 7**400_000 * 3**500_000  # fault
    assert number
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
