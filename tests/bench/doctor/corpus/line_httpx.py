"""Requests that wait for one of a client's connections, and one that runs out of patience."""

import asyncio

import httpcore  # noqa: F401 - which httpx else imports in the loop, with trio and h2
import httpx


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readline() not in {b"", b"\r\n"}:
        pass
    await asyncio.sleep(0.2)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    limits = httpx.Limits(max_connections=1)
    timeout = httpx.Timeout(5, pool=0.3)
    async with httpx.AsyncClient(limits=limits, timeout=timeout, verify=False) as client:

        async def get() -> httpx.Response:
            return await client.get(url)  # fault

        outcomes = await asyncio.gather(*(get() for _ in range(3)), return_exceptions=True)
    assert any(isinstance(outcome, httpx.PoolTimeout) for outcome in outcomes)
    server.close()
