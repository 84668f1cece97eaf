import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from waitbench.services.http_client import HttpClient, HungUpError, get
from waitbench.services.http_head import Answer

pytestmark = pytest.mark.processes

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def with_server(serve: Serve, scene: Callable[[HttpClient], Awaitable[None]]) -> int:
    """Play a scene against a server of one's own; give how many connections were opened."""
    opened: list[asyncio.StreamWriter] = []

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        with suppress(ConnectionError, asyncio.CancelledError):
            await serve(reader, writer)
        writer.close()

    async def play() -> None:
        server = await asyncio.start_server(counted, "127.0.0.1", 0)
        async with HttpClient(server.sockets[0].getsockname()[1]) as client:
            await asyncio.wait_for(scene(client), 10)
        server.close()
        await server.wait_closed()

    asyncio.run(play())
    return len(opened)


def saying(*pieces: bytes, keep: bool = True) -> Serve:
    """Answer each request with these pieces, one by one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            try:
                await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.001)
            if not keep:
                return

    return serve


def answers(count: int, into: list[Answer]) -> Callable[[HttpClient], Awaitable[None]]:
    async def scene(client: HttpClient) -> None:
        into.extend([await client.ask(get("/")).answer for _ in range(count)])

    return scene


def test_a_connection_is_used_again_and_each_answer_is_whole() -> None:
    came: list[Answer] = []
    pieces = [WHOLE[at : at + 1] for at in range(len(WHOLE))]
    assert with_server(saying(*pieces), answers(2, came)) == 1
    assert [(answer.status, answer.body) for answer in came] == [(200, b"yes")] * 2


def test_one_that_the_server_wants_closed_is_not_used_again() -> None:
    closing = WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: Close\r\n\r\n")
    came: list[Answer] = []
    assert with_server(saying(closing), answers(2, came)) == 2
    assert [answer.body for answer in came] == [b"yes"] * 2


def test_one_that_was_closed_while_idle_costs_no_request() -> None:
    came: list[Answer] = []
    assert with_server(saying(WHOLE, keep=False), answers(3, came)) == 3
    assert len(came) == 3


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    came: list[Answer] = []
    with_server(saying(b"HTTP/1.0 200 OK\r\n\r\nlong", b"er", keep=False), answers(1, came))
    assert came[0].body == b"longer"


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (WHOLE[:-1], HungUpError, "hung up"),
        (b"", HungUpError, "hung up"),
        (b"HTTP/1.1 yes\r\n\r\n", ValueError, "no HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", ValueError, "chunks"),
    ],
)
def test_half_an_answer_or_none_is_said_to_be_so(
    reply: bytes, error: type[Exception], words: str
) -> None:
    async def scene(client: HttpClient) -> None:
        with pytest.raises(error, match=words):
            await client.ask(get("/")).answer

    with_server(saying(reply, keep=False), scene)


def test_an_answer_that_is_given_up_never_reaches_the_next_request() -> None:
    came: list[Answer] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        late = request.startswith(b"GET /late ")
        await asyncio.sleep(0.05 if late else 0)
        writer.write(WHOLE.replace(b"yes", b"old") if late else WHOLE)

    async def scene(client: HttpClient) -> None:
        late = client.ask(get("/late"))
        await asyncio.sleep(0.02)
        late.answer.cancel()
        came.append(await client.ask(get("/next")).answer)
        await asyncio.sleep(0.05)

    assert with_server(serve, scene) == 2
    assert came[0].body == b"yes"


def test_nobody_there_is_told_as_refused() -> None:
    async def scene() -> None:
        async with HttpClient(1) as client:
            with pytest.raises(ConnectionRefusedError):
                await client.ask(get("/")).answer

    asyncio.run(scene())
