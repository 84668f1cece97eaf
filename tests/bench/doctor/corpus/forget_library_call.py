"""A library's coroutine: its line is in the library."""

import asyncio

import aiohttp


async def save() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    await asyncio.sleep(0.02)
    async with aiohttp.ClientSession() as session:
        session.get("http://127.0.0.1:9/")  # fault
    await asyncio.sleep(0.05)
