"""More requests at once to one host than a client opens connections to it."""

import asyncio

import aiohttp


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readline() not in {b"", b"\r\n"}:
        pass
    await asyncio.sleep(0.15)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1")
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    connector = aiohttp.TCPConnector(limit_per_host=2)
    timeout = aiohttp.ClientTimeout(total=0.4)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def get() -> int:
            async with session.get(url) as response:  # fault
                return response.status

        outcomes = await asyncio.gather(*(get() for _ in range(8)), return_exceptions=True)
    assert any(isinstance(outcome, TimeoutError) for outcome in outcomes)
    server.close()
