"""An async generator, behind an `async for`."""

import asyncio
import time
from collections.abc import AsyncIterator


async def numbers() -> AsyncIterator[int]:
    for number in range(3):
        await asyncio.sleep(0.02)
        if number == 1:
            began_ns = time.perf_counter_ns()
            time.sleep(0.1)  # fault
            print("held", time.perf_counter_ns() - began_ns)
        yield number


async def main() -> None:
    async for _ in numbers():
        await asyncio.sleep(0.02)
