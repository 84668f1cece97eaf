"""Mocks that are awaited, clients that are closed, tasks that are waited for."""

import asyncio
from unittest.mock import AsyncMock

import httpcore  # noqa: F401 - which httpx else imports in the loop, with trio and h2
import httpx

client = AsyncMock()


async def main() -> None:
    await asyncio.gather(*(client.send(number) for number in range(20)))
    async with asyncio.TaskGroup() as group:
        group.create_task(client.send("order"))
    async with httpx.AsyncClient(verify=False):
        await asyncio.sleep(0.02)
    other = httpx.AsyncClient(verify=False)
    await other.aclose()
