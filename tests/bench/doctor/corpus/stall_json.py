"""A thread reads JSON in C, with the GIL, and makes a great many objects as it does."""

import asyncio
import json
import time
from typing import Any

TEXT = json.dumps([{"number": number, "texts": [str(number)]} for number in range(200_000)])


def read() -> Any:
    return json.loads(TEXT)  # fault


async def main() -> None:
    began_ns = time.perf_counter_ns()
    read()
    print("held", time.perf_counter_ns() - began_ns)
    await asyncio.sleep(0.05)
    reading = asyncio.create_task(asyncio.to_thread(read))
    while not reading.done():
        await asyncio.sleep(0.005)
    assert len(await reading) == 200_000
    await asyncio.sleep(0.05)
