"""A thread calls a coroutine function as if it were any other."""

import asyncio


async def save() -> None:
    await asyncio.sleep(0)


def work() -> None:
    save()  # fault


async def main() -> None:
    await asyncio.sleep(0.02)
    await asyncio.to_thread(work)
    await asyncio.sleep(0.05)
