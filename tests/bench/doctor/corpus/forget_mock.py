"""A mock that stands for a coroutine function, made three frames deep in a library."""

import asyncio
from unittest.mock import AsyncMock

client = AsyncMock()


async def main() -> None:
    await asyncio.sleep(0.02)
    client.send("order")  # fault
    await asyncio.sleep(0.05)
