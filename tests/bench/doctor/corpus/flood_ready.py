"""Thousands of tasks that are ready all the time: each step is short, and each turn is long."""

import asyncio


async def tick() -> None:
    for _ in range(20):
        sum(range(500))
        await asyncio.sleep(0)  # fault


async def main() -> None:
    await asyncio.sleep(0.05)
    tasks = []
    for number in range(6_000):
        tasks.append(asyncio.create_task(tick()))
        if number % 100 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.05)
