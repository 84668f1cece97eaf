"""A server whose connections are open as the program ends, and a pool that is large enough."""

import asyncio

import httpcore  # noqa: F401 - which httpx else imports in the loop, with trio and h2
import httpx


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await reader.readline():
        while await reader.readline() != b"\r\n":
            pass
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1")
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with httpx.AsyncClient(verify=False) as client:
        answers = await asyncio.gather(*(client.get(url) for _ in range(10)))
    assert all(answer.text == "ok" for answer in answers)
    idle = [await asyncio.open_connection(*server.sockets[0].getsockname()) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert len(idle) == 3
    server.close()
