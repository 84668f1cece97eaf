"""One answer in pieces, as a language model's tokens: when is each there, and what is late?"""

from __future__ import annotations

import importlib
from functools import partial
from hashlib import shake_256
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import urlencode
from zlib import crc32

from waitbench.registry import optional
from waitbench.scenario import BenchError, Timestamps, WrongResultError
from waitbench.units import count as whole
from waitbench.units import duration_ns
from waitbench.workloads import _stream_figures as stream_figures
from waitbench.workloads._choice import one_of
from waitbench.workloads._stream_clients import ASYNC, SYNC, Heard, Order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

Client = TypeVar("Client")

USUAL = "usual"
FRAMINGS = ("chunked", "close")
OK = 200
FIRST_NS = 100_000_000
SIZE = 12
"""Bytes of text in a piece: a token or two."""


class Workload:
    """Task i reads the i-th stream: all contestants get the same pieces at the same moments.

    Args:
        target: its URL.
        gap: between two pieces, a duration; the first comes 100 ms after the request, and up to one
            gap later, by the stream's number: all are under way by then, and do not go in step.
        count: how many pieces there are.
        framing: `chunked`, or until the connection is `close`d.
        client: the library; `usual` is requests when sync, aiohttp when async; `pyreqwest-default`
            is that library with the buffer that holds pieces back.
        block: how long task 0 makes a call that blocks, in the middle of its stream; 0 for none.

    Raises:
        BenchError: a parameter is none of its choices, or its library is missing.
    """

    needs_target: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("requests",)
    async_needs: ClassVar = ("aiohttp",)

    def __init__(  # noqa: PLR0913 - each keyword is a parameter that a scenario can set
        self,
        target: str,
        gap: str = "20ms",
        count: str = "10",
        *,
        framing: str = FRAMINGS[0],
        client: str = USUAL,
        block: str = "0ms",
    ) -> None:
        one_of(FRAMINGS, framing, "framing")
        one_of((USUAL, *SYNC, *ASYNC), client, "client")
        self.count = whole(count, "count")
        self._block_ns = duration_ns(block)
        gap_ns = duration_ns(gap)
        self.opens_anew = framing == "close"
        self.waits_ns = FIRST_NS + gap_ns // 2 + (self.count - 1) * gap_ns
        first = f"uniform({FIRST_NS}ns,{FIRST_NS + gap_ns}ns)"
        stream = f"tokens(first={first},gap={gap_ns}ns,count={self.count},size={SIZE})"
        asked = {"stream": stream, "format": "sse", "framing": framing}
        self._url = f"{target}/?{urlencode(asked)}&draw="
        self._client = client
        if client != USUAL:
            _load(client)

    def sync_client(self) -> AbstractContextManager[Callable[[int], Heard]]:
        """Open one session, or what its library calls that, with one connection."""
        return _form("sync", SYNC, self._client)(self._order())

    def async_client(
        self, concurrency: int
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[Heard]]]:
        """Open one session of up to `concurrency` connections."""
        return _form("async", ASYNC, self._client)(self._order(), concurrency)

    @staticmethod
    def requests(tasks: int, params: Mapping[str, str]) -> int:
        """One for each task."""
        del params
        return tasks

    def check(self, number: int, result: Heard) -> None:
        """Status 200, and every piece once, in order, with the text that it has to have."""
        if result.fault and not result.status:
            raise WrongResultError(f"task {number} was not answered: {result.fault}")
        if result.status != OK:
            raise WrongResultError(f"task {number} was answered with status {result.status}")
        stream = stream_figures.read(number, result, self.count)
        texts = [
            shake_256(f"{number}/{piece}".encode()).hexdigest(SIZE // 2)
            for piece in range(self.count)
        ]
        if list(stream.texts) != texts or stream.crc32 != crc32("".join(texts).encode()):
            raise WrongResultError(f"task {number} got other text than stream {number} has")

    def timestamps(self, result: Heard) -> Timestamps:
        """Return what the target says of the last piece, which ends the task."""
        stream = stream_figures.read(0, result, self.count)
        last = stream.pieces[-1]
        return Timestamps(
            received_ns=stream.received_ns,
            sent_ns=last.sent_ns,
            queue_ns=0,
            asked_ns=last.due_ns - stream.received_ns,
        )

    def metrics(self, results: Sequence[Heard]) -> Mapping[str, float]:
        """Time to the first piece, gaps, and whose fault a late piece is.

        Where task 0 makes a call that blocks, the figures are those of all others.
        """
        others = results[1:] if self._block_ns else results
        return stream_figures.figures(
            [stream_figures.read(0, heard, self.count) for heard in others]
        )

    def _order(self) -> Order:
        return Order(url=self._url, listener=partial(_listener, self._block_ns, self.count // 2))


def _listener(block_ns: int, half: int, number: int) -> Heard:
    blocks = block_ns and number == 0
    return Heard(pause_s=block_ns / 1e9, pause_at=half if blocks else 0)


def _form(form: str, clients: Mapping[str, Client], name: str) -> Client:
    if name == USUAL:
        return next(iter(clients.values()))
    if name not in clients:
        raise BenchError(f"{name} has no {form} form; there are {', '.join(clients)}")
    return clients[name]


def _load(client: str) -> None:
    """Import the library now, so that start-up is not billed for it."""
    library = client.partition("-")[0]
    try:
        importlib.import_module(library)
    except ModuleNotFoundError:
        raise BenchError(f"client={client!r} {optional.cure(library)}") from None
