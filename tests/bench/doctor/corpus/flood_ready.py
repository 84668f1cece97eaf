"""Thousands of tasks that are ready all the time: each step is short, and each turn is long."""

import asyncio


async def tick(go: asyncio.Event) -> None:  # fault
    await go.wait()  # fault
    for _ in range(4):
        sum(range(800))  # fault
        await asyncio.sleep(0)  # fault


async def main() -> None:
    await asyncio.sleep(0.05)
    go, tasks = asyncio.Event(), []
    for number in range(12_000):
        tasks.append(asyncio.create_task(tick(go)))
        if number % 100 == 0:
            await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.05)
