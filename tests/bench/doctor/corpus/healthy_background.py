"""A background task that is cancelled and awaited; a coroutine that is closed, not forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress


async def beat() -> None:
    while True:
        await asyncio.sleep(0.01)


async def fail() -> None:
    raise ValueError


async def numbers() -> AsyncIterator[int]:
    for number in range(5):
        await asyncio.sleep(0.005)
        yield number


async def main() -> None:
    heart = asyncio.create_task(beat())
    outcome = await asyncio.gather(fail(), return_exceptions=True)
    assert isinstance(outcome[0], ValueError)
    beat().close()
    assert [number async for number in numbers()] == [0, 1, 2, 3, 4]
    heart.cancel()
    with suppress(asyncio.CancelledError):
        await heart
