"""A million objects that the collector no longer goes through, and requests that allocate."""

import asyncio
import gc

CATALOGUE: list[list[None]] = []
SESSIONS: list[list[int]] = []


async def main() -> None:
    gc.disable()
    for _ in range(400):
        CATALOGUE.extend([None] for _ in range(3_000))
        await asyncio.sleep(0)
    gc.freeze()
    gc.enable()
    for _ in range(40):
        SESSIONS.extend([number] for number in range(5_000))
        await asyncio.sleep(0.002)
