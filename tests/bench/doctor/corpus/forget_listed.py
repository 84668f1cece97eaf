"""Called in a list that nobody gathers."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    saves = [save() for _ in range(1)]  # fault
    assert len(saves) == 1
    await asyncio.sleep(0.05)
