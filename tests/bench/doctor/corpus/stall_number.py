"""A long number written out by a thread that the program started itself, while the loop is busy."""

import asyncio
import sys
import threading
import time

sys.set_int_max_str_digits(0)
NUMBER = 7**130_000


def write_out() -> None:
    time.sleep(0.05)
    began_ns = time.perf_counter_ns()
    assert len(str(NUMBER)) > 1  # fault
    print("held", time.perf_counter_ns() - began_ns)
    time.sleep(0.1)


async def main() -> None:
    writer = threading.Thread(target=write_out)
    writer.start()
    while writer.is_alive():
        await asyncio.sleep(0.002)
    await asyncio.sleep(0.05)
