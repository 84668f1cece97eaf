"""A call into C that keeps the GIL."""

import asyncio
import json
import time

BIG = [{"number": number, "text": str(number)} for number in range(400_000)]


async def main() -> None:
    await asyncio.sleep(0.05)
    began_ns = time.perf_counter_ns()
    json.dumps(BIG)  # fault
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
