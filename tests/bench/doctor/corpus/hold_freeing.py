"""A great many objects let go of at once."""

import asyncio
import gc
import time

gc.disable()
BIG = [[number] for number in range(3_000_000)]
gc.freeze()
gc.enable()


async def main() -> None:
    await asyncio.sleep(0.3)
    began_ns = time.perf_counter_ns()
    BIG.clear()  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
