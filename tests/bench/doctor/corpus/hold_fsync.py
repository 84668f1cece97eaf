"""A file written through to the disk."""

import asyncio
import os
import tempfile
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    with tempfile.TemporaryFile() as file:
        while time.perf_counter_ns() - began_ns < 200_000_000:  # fault
            os.pwrite(file.fileno(), b"x" * 4096, 0)  # fault
            os.fsync(file.fileno())  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
