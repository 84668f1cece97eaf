"""Thousands of timers that are due together: their tasks all go on at once."""

import asyncio


async def poll(due: float) -> int:  # fault
    loop = asyncio.get_running_loop()
    await asyncio.sleep(due - loop.time())  # fault
    return sum(range(3_000))  # fault


async def main() -> None:
    due = asyncio.get_running_loop().time() + 1.5
    tasks = []
    for number in range(5_000):
        tasks.append(asyncio.create_task(poll(due)))
        if number % 50 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.05)
