"""A client that a function opens for itself, and that goes with it, unclosed."""

import asyncio

import httpcore  # noqa: F401 - which httpx else imports in the loop, with trio and h2
import httpx


async def fetch() -> int:
    client = httpx.AsyncClient(verify=False)  # fault
    try:
        return (await client.get("http://127.0.0.1:9/")).status_code
    except httpx.ConnectError:
        return 0


async def main() -> None:
    await asyncio.sleep(0.02)
    assert await fetch() == 0
    await asyncio.sleep(0.05)
