"""Much to compute, in small pieces."""

import asyncio


async def main() -> None:
    for _ in range(100):
        sum(range(20_000))
        await asyncio.sleep(0)
