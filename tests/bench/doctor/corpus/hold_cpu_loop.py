"""A loop in pure Python."""

import asyncio
import time


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns, cpu_ns = time.perf_counter_ns(), time.thread_time_ns()
    total = 0
    while time.thread_time_ns() - cpu_ns < 100_000_000:  # fault
        total += sum(divmod(total, 7))  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
