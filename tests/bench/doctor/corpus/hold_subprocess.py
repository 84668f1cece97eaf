"""A child process, waited for."""

import asyncio
import subprocess
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    subprocess.run(["sleep", "0.1"], check=True)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
