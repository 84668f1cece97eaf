"""A plain callback, which belongs to no coroutine."""

import asyncio
import time


def called() -> None:
    began_ns = time.perf_counter_ns()
    time.sleep(0.1)  # fault
    print("held", time.perf_counter_ns() - began_ns)


async def main() -> None:
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().call_later(0.02, called)
    await asyncio.sleep(0.15)
