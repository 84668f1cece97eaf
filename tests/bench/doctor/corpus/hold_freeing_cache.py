"""A cache of small lists thrown away for a new one."""

import asyncio
import gc
import time

gc.disable()
CACHE = {"all": {number: [number] for number in range(2_500_000)}}
gc.freeze()
gc.enable()


def renew() -> None:
    CACHE["all"] = {}  # fault


async def main() -> None:
    await asyncio.sleep(0.3)
    began_ns = time.perf_counter_ns()
    renew()
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
