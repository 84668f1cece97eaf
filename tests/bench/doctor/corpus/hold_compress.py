"""A call into C that lets go of the GIL."""

import asyncio
import os
import time
import zlib

SOME = os.urandom(2_600_000)


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    zlib.compress(SOME, 9)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
