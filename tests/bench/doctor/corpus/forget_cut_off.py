"""A task that the end of the program cuts off."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    task = asyncio.create_task(asyncio.sleep(5))  # fault
    assert not task.done()
    await asyncio.sleep(0.05)
