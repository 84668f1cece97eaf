"""A collection that a coroutine asks for, with many objects alive."""

import asyncio
import gc

gc.disable()
KEPT: list[list[int]] = [[number] for number in range(3_000_000)]
gc.enable()


async def clean_up() -> None:
    gc.collect()


async def main() -> None:
    await asyncio.sleep(0.05)
    await clean_up()
    await asyncio.sleep(0.05)
