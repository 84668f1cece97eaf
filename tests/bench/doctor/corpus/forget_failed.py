"""A task that fails, and nobody asks for its outcome."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def fail() -> None:
    await save()
    raise ValueError("nobody reads this")


async def main() -> None:
    await asyncio.sleep(0.02)
    asyncio.create_task(fail())  # fault
    await asyncio.sleep(0.05)
