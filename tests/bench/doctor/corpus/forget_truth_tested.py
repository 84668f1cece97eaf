"""Asked whether it is true, as every object is."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    if save():  # fault
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
