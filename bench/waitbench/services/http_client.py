"""A lean HTTP client on asyncio alone: prepared bytes out, a whole answer in, both stamped.

A client library wakes a task for each answer, and builds each request anew: half a millisecond on a
slow core, that would be blamed on the server. Here the request is bytes, the clock is read as they
are handed to the socket, and again when the last byte of the answer is there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Final, Self, cast

from waitbench.services.http_head import Answer, Head, read

HOST: Final = "127.0.0.1"


@dataclass(slots=True, eq=False)
class PendingRequest:
    """A request under way.

    Attributes:
        request: its bytes.
        sent_ns: when it was sent, or the connection begun that it had to wait for.
        answer: cancelled, it gives the connection up as well.
    """

    request: bytes
    sent_ns: int
    answer: asyncio.Future[Answer]


class HungUpError(Exception):
    """The server closed the connection before the answer was whole."""


def get(path: str) -> bytes:
    """Return a request's bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\n\r\n".encode()


class HttpClient:
    """All connections to one port: opened where none is free, and used again.

    Args:
        port: where the server listens.
        host: its name or address.
        keep: whether connections are used again, where the server keeps them.
    """

    def __init__(self, port: int, host: str = HOST, *, keep: bool = True) -> None:
        self._host, self._port, self.keep = host, port, keep
        self._loop = asyncio.get_running_loop()
        self.free: list[_Connection] = []
        self.all: set[_Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        for connection in list(self.all):
            connection.abort()
        await asyncio.sleep(0)  # connections are closed in the loop's next turn

    def ask(self, request: bytes) -> PendingRequest:
        """Send a request, at once where a connection is free.

        The answer's future raises OSError where none can be had or it broke, HungUpError where it
        was closed in the middle of an answer, and ValueError for an answer that is no HTTP.
        """
        pending = PendingRequest(request, perf_counter_ns(), self._loop.create_future())
        if self.free:
            # The last that came back: what is not needed stays idle.
            self.free.pop().send(pending)
        else:
            self.open(pending)
        return pending

    def open(self, pending: PendingRequest) -> None:
        """Open a connection for a request that has none."""
        task = self._loop.create_task(self._open(pending))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, pending: PendingRequest) -> None:
        try:
            _, connection = await self._loop.create_connection(
                lambda: _Connection(self), self._host, self._port
            )
        except OSError as error:
            if not pending.answer.done():
                pending.answer.set_exception(error)
            return
        if pending.answer.done():  # nobody waits for it any more
            connection.abort()
        else:
            connection.send(pending)


class _Connection(asyncio.Protocol):
    """One connection, with at most one request on it."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._pending: PendingRequest | None = None
        self._served = 0
        self._clear()

    def _clear(self) -> None:
        self._came = b""
        self._head: Head | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register the connection; the loop has set TCP_NODELAY."""
        self._transport = cast("asyncio.Transport", transport)
        self._client.all.add(self)

    def send(self, pending: PendingRequest) -> None:
        """Send a request."""
        self._pending = pending
        pending.answer.add_done_callback(self._given_up)
        self._transport.write(pending.request)

    def abort(self) -> None:
        """Hang up at once."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Stamp the arrival; a whole answer goes to whoever asked."""
        now_ns = perf_counter_ns()
        self._came += data
        if self._pending is None:  # nothing was asked for
            self.abort()
            return
        try:
            self._head = self._head or read(self._came)
        except ValueError as wrong:
            self._fail(wrong)
            return
        if self._head and self._head.ends and len(self._came) >= self._head.ends:
            self._answered(self._head, now_ns)

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop the connection; its end may be what ends an answer of unknown length."""
        now_ns = perf_counter_ns()
        self._client.all.discard(self)
        if self in self._client.free:
            self._client.free.remove(self)
        pending = self._pending
        if pending is None or pending.answer.done():
            return
        if self._head and not self._head.ends and exc is None:
            self._answered(self._head, now_ns)
            return
        self._pending = None
        pending.answer.remove_done_callback(self._given_up)
        if self._served and not self._came:
            # It was closed for being idle just as we sent: nobody has begun to answer.
            self._client.open(pending)
        else:
            pending.answer.set_exception(exc or HungUpError("the server hung up"))

    def _answered(self, head: Head, now_ns: int) -> None:
        pending, self._pending = self._pending, None
        assert pending
        answer = Answer(head, self._came, now_ns)
        self._served += 1
        self._clear()
        pending.answer.remove_done_callback(self._given_up)
        if head.closes or not self._client.keep:
            self._transport.close()
        else:
            self._client.free.append(self)
        if not pending.answer.done():
            pending.answer.set_result(answer)

    def _fail(self, error: ValueError) -> None:
        pending, self._pending = self._pending, None
        self.abort()
        if pending and not pending.answer.done():
            pending.answer.set_exception(error)

    def _given_up(self, answer: asyncio.Future[Answer]) -> None:
        """Hang up on an answer that nobody waits for: it must not reach the next request."""
        if answer.cancelled():
            self.abort()
