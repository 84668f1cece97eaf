"""A thread whose objects bring a full collection about: the loop stands still for it, too."""

import asyncio
import gc

gc.disable()
CATALOGUE: list[list[None]] = [[None] for _ in range(1_200_000)]
gc.enable()
READ: list[list[int]] = []


def read_all() -> None:
    for _ in range(40):
        READ.extend([number] for number in range(20_000))


async def main() -> None:
    await asyncio.sleep(0.05)
    await asyncio.to_thread(read_all)
    await asyncio.sleep(0.05)
