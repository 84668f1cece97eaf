"""Called, and the coroutine given a name."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    saved = save()  # fault
    await asyncio.sleep(0.01)
    del saved
    await asyncio.sleep(0.05)
