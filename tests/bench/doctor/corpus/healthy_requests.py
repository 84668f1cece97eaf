"""Fifty requests at once to a server in the same loop, and sessions that are closed."""

import asyncio

import aiohttp
from aiohttp import web


async def answer(request: web.Request) -> web.Response:
    await asyncio.sleep(0.005)
    return web.Response(text=request.path)


async def main() -> None:
    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]

    async def get(number: int) -> str:
        async with session.get(f"http://{host}:{port}/{number}") as response:
            return await response.text()

    async with aiohttp.ClientSession() as session:
        pages = await asyncio.gather(*(get(number) for number in range(50)))
    assert pages == [f"/{number}" for number in range(50)]
    await runner.cleanup()
