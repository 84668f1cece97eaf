"""A list sorted in a thread: one call into C that keeps the GIL to its end."""

import asyncio
import random
import time

NUMBERS = [random.random() for _ in range(600_000)]


def rank() -> float:  # fault
    began_ns = time.perf_counter_ns()
    ranked = sorted(NUMBERS)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    return ranked[0]


async def main() -> None:
    await asyncio.sleep(0.05)
    await asyncio.to_thread(rank)
    await asyncio.sleep(0.05)
