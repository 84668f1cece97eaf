"""Called, and the coroutine dropped."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    save()  # fault
    await asyncio.sleep(0.05)
