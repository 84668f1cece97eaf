"""Requests that allocate a little, beside a million objects: a full collection in one of them."""

import asyncio
import gc

gc.disable()
CATALOGUE: list[list[None]] = [[None] for _ in range(1_200_000)]
gc.enable()
SESSIONS: list[list[int]] = []


def visit() -> None:
    SESSIONS.extend([number] for number in range(15_000))


async def main() -> None:
    await asyncio.sleep(0.05)
    for _ in range(50):
        visit()
        await asyncio.sleep(0.002)
