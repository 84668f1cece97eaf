"""Limits that run out because nobody answered, while the loop serves everybody."""

import asyncio
import contextlib


async def ask() -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            await asyncio.Event().wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.1)


async def main() -> None:
    await asyncio.gather(*(ask() for _ in range(20)))
    sleeping = asyncio.create_task(asyncio.sleep(0.2))
    await asyncio.wait([sleeping], timeout=0.05)
    await sleeping
