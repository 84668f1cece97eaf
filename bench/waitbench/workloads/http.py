"""One GET from the target over a kept connection: requests when sync, aiohttp when async."""

from __future__ import annotations

import importlib
import os
import re
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeVar
from urllib.parse import urlencode

from waitbench.registry import optional
from waitbench.scenario import BenchError, Timestamps, WrongResultError
from waitbench.system.procfs import thread_count
from waitbench.units import duration_ns, size_bytes
from waitbench.workloads import _client_notes, _clients, _rivals
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

Answer: TypeAlias = _clients.Answer
Client = TypeVar("Client")

USUAL = "usual"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "connection": ("kept", "new"),
    "host": ("address", "localhost"),
    "encoding": ("identity", "gzip", "br"),
    "client": (USUAL, *dict.fromkeys([*_rivals.SYNC, *_rivals.ASYNC])),
    "resolver": ("cached", "threads", "aiodns"),
    "limits": ("tuned", "default"),
}
"""What each parameter may be; the first is what it is unless told otherwise."""

ON_TRIO = ("httpx2", "httpx")
"""Clients that ask which loop they are on; the first is the usual one there."""

_SPAN = re.compile(r"(\w+);dur=([\d.]+)")
OK = 200
THREADS = "threads"
"""What `metrics` says of a client: threads of its process when a round is over, ours among them."""


class Workload:
    """Task i asks for the i-th draw of the latency: all contestants wait for the same delays.

    Args:
        target: its URL.
        latency: a duration or a distribution, as the target knows them.
        size: of the body, as the caller reads it.
        connection: `kept` from request to request, or a `new` one for each.
        host: the target by its `address`, or by its name, `localhost`.
        encoding: how the body travels; compressed, it is text rather than noise.
        client: the library; `usual` is requests when sync, aiohttp when async; `asyncio` is none
            at all, the least that a client on a loop can cost.
        resolver: who looks names up for aiohttp: `cached` is its own way; `threads` and `aiodns`
            are asked for every connection.
        limits: `tuned` has the client keep a connection for each task under way; by `default` it
            opens and keeps as many, and for as long, as its library does by itself.

    Raises:
        BenchError: a parameter is none of its choices, or its library is missing.
    """

    needs_target: ClassVar = True
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("requests",)
    async_needs: ClassVar = ("aiohttp",)
    trio_needs: ClassVar = ("httpx2", "trio")
    anyio_needs: ClassVar = ("httpx2", "anyio")

    def __init__(  # noqa: PLR0913 - each keyword is a parameter that a scenario can set
        self,
        target: str,
        latency: str = "50ms",
        size: str = "128",
        *,
        connection: str = "kept",
        host: str = "address",
        encoding: str = "identity",
        client: str = USUAL,
        resolver: str = "cached",
        limits: str = "tuned",
    ) -> None:
        chosen = {"connection": connection, "host": host, "encoding": encoding, "limits": limits}
        for name, word in {**chosen, "client": client, "resolver": resolver}.items():
            one_of(CHOICES[name], word, name)
        self.size = size_bytes(size)
        self.waits_ns = _fixed_ns(latency)
        query: dict[str, str | int] = {"latency": latency, "size": self.size}
        if encoding != "identity":
            query |= {"compressible": 1, "encoding": encoding}
        base = target if host == "address" else target.replace("127.0.0.1", "localhost")
        self._url = f"{base}/?{urlencode(query)}&draw="
        self._request = _clients.Request(
            url=self._url, new=connection == "new", resolver=resolver, tuned=limits == "tuned"
        )
        self._client = client
        if client != USUAL:
            _load(client)
        self.notes = _notes(client, limits)
        self._body_crc: int | None = None

    def sync_client(self) -> AbstractContextManager[Callable[[int], Answer]]:
        """Open one session, or what its library calls that, with one connection."""
        return _form("sync", _rivals.SYNC, self._client)(self._request)

    def async_client(
        self, concurrency: int
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[Answer]]]:
        """Open one session of up to `concurrency` connections."""
        return _form("async", _rivals.ASYNC, self._client)(self._request, concurrency)

    def trio_client(
        self, concurrency: int
    ) -> AbstractAsyncContextManager[Callable[[int], Awaitable[Answer]]]:
        """Open the same by httpx2, which runs on trio and AnyIO too."""
        clients = {name: _rivals.ASYNC[name] for name in ON_TRIO}
        return _form("trio", clients, self._client)(self._request, concurrency)

    anyio_client = trio_client

    @staticmethod
    def requests(tasks: int, params: Mapping[str, str]) -> int:
        """One for each task."""
        del params
        return tasks

    def check(self, number: int, result: Answer) -> None:
        """Status 200, the length asked for, and the same bytes every time."""
        status, length, crc, _ = result
        if status != OK:
            raise WrongResultError(f"task {number} was answered with status {status}")
        if length != self.size:
            raise WrongResultError(f"task {number} got {length} bytes, asked for {self.size}")
        if self._body_crc is None:
            self._body_crc = crc
        if crc != self._body_crc:
            raise WrongResultError(f"task {number} got other bytes than the task before it")

    def metrics(self, results: Sequence[Answer]) -> dict[str, float]:
        """Count the threads that are there, where a client was named: a thread costs memory."""
        del results
        return {THREADS: float(thread_count(os.getpid()))} if self._client != USUAL else {}

    def timestamps(self, result: Answer) -> Timestamps:
        """Read the target's own clock readings out of an answer's headers."""
        received, sent, timing = (text or "" for text in result[3])
        spans = dict(_SPAN.findall(timing))
        return Timestamps(
            received_ns=int(received),
            sent_ns=int(sent),
            queue_ns=round(float(spans["queue"]) * 1e6),
            asked_ns=round(float(spans["asked"]) * 1e6),
        )


def _notes(client: str, limits: str) -> tuple[str, ...]:
    """Return what the reader must know of a client that was named, if there is anything."""
    if client == USUAL:
        return ()
    return tuple(filter(None, [_client_notes.note(client, tuned=limits == "tuned")]))


def _fixed_ns(latency: str) -> int | None:
    """Read a plain duration; of a distribution only the target knows the mean."""
    try:
        return duration_ns(latency)
    except BenchError:
        return None


def _form(form: str, clients: Mapping[str, Client], name: str) -> Client:
    if name == USUAL:
        return next(iter(clients.values()))
    if name not in clients:
        raise BenchError(f"{name} has no {form} form; there are {', '.join(clients)}")
    return clients[name]


def _load(library: str) -> None:
    """Import the library now, so that start-up is not billed for it."""
    try:
        importlib.import_module(library)
    except ModuleNotFoundError:
        raise BenchError(f"client={library!r} {optional.cure(library)}") from None
