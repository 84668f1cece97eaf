"""One process that serves: a loop, a timer, the service on a listening socket, until told to stop."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic_ns
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from server import connection
from server.capacity import Capacity
from server.collection import Collection
from server.control import Control
from server.ledger import REQUESTS, Book, Ledger
from server.lifetime import PARENT_SIGNAL, Parent
from server.plans import Plans
from server.service import Service
from server.timer import Deadlines, deadlines
from server.units import MS

if TYPE_CHECKING:
    from server.options import LoopName, Options
    from server.timer import TimerName

_CHORES_NS: Final = 20 * MS
_IDLE_CHORES_NS: Final = 200 * MS
_REST_NS: Final = 5 * _IDLE_CHORES_NS
_GRACE_S: Final = 0.25
_BACKLOG: Final = 4096
_KEEPALIVE_S: Final = 3600.0  # benchmark clients hold idle connections for minutes
_LINGER_S: Final = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What a worker says once it serves."""

    loop: str
    timer: str
    timer_resolution_ns: int


def loop_factory(name: LoopName) -> tuple[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Return the loop's name and what makes it.

    Raises:
        ModuleNotFoundError: uvloop was asked for and is not installed.
    """
    if name == "uvloop" or (name == "auto" and importlib.util.find_spec("uvloop") is not None):
        import uvloop  # noqa: PLC0415  # optional

        return "uvloop", uvloop.new_event_loop
    return "asyncio", asyncio.new_event_loop


def run(
    options: Options,
    timer: TimerName,
    listener: socket.socket,
    ledger: Ledger,
    parent: Parent,
    ready: Callable[[Ready], None],
) -> None:
    """Serve until a signal comes or the parent is gone."""
    loop_name, factory = loop_factory(options.loop)
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(options, timer, listener, ledger, parent, ready, loop_name))


async def _serve(  # noqa: PLR0913, PLR0917  # this is where the parts meet
    options: Options,
    timer: TimerName,
    listener: socket.socket,
    ledger: Ledger,
    parent: Parent,
    ready: Callable[[Ready], None],
    loop_name: str,
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(PARENT_SIGNAL, lambda: stop.set() if parent.gone else None)
    parent.watch()
    due, resolution_ns = deadlines(timer, loop)
    collection = Collection(ledger)
    service = Service(
        plans=Plans(options.defaults),
        ledger=ledger,
        deadlines=None if timer == "sleep" else due,
        capacity=_capacity(options),
        control=Control(ledger, collection, timer),
        seed=options.seed,
    )
    server = web.Server(service.respond, handler_cancellation=True)
    settings: dict[str, Any] = {
        "access_log": None,
        "keepalive_timeout": _KEEPALIVE_S,
        "lingering_time": _LINGER_S,
        "auto_decompress": False,
        "logger": _quiet_logger(),
    }
    make = connection.factory(server, ledger, due, **settings)
    listening = await loop.create_server(make, sock=listener, backlog=_BACKLOG)
    _Chores(loop, due, ledger, collection, parent, stop).begin()
    collection.take_over()
    ledger.note_cpu()
    ready(Ready(loop=loop_name, timer=timer, timer_resolution_ns=resolution_ns))
    await stop.wait()
    listening.close()
    await _let_finish(ledger)
    due.close()


async def _let_finish(ledger: Ledger) -> None:
    """Give requests in service a short grace; who is left after it is dropped with the loop."""
    loop = asyncio.get_running_loop()
    end = loop.time() + _GRACE_S
    while ledger.in_flight and loop.time() < end:
        await asyncio.sleep(0.01)


def _capacity(options: Options) -> Capacity | None:
    if options.capacity is None and options.limit is None:
        return None
    return Capacity(options.capacity, options.limit)


def _quiet_logger() -> logging.Logger:
    """Return a logger that says nothing: what clients do wrong is not news, and must not flood."""
    logger = logging.getLogger("server.connection")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    return logger


class _Chores:
    """What is done now and then beside the requests: look for lag, for garbage, for the parent."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        due: Deadlines,
        ledger: Ledger,
        collection: Collection,
        parent: Parent,
        stop: asyncio.Event,
    ) -> None:
        self._loop = loop
        self._deadlines = due
        self._ledger = ledger
        self._collection = collection
        self._parent = parent
        self._stop = stop
        self._seen = 0
        self._idle_ns = 0

    def begin(self) -> None:
        """Do the chores now and from then on."""
        asked_ns = monotonic_ns()
        # How long a call waits for its turn on the loop is how long bytes may lie unread.
        self._loop.call_soon(lambda: self._ledger.lagged(monotonic_ns() - asked_ns))
        if self._parent.gone:
            self._stop.set()
        requests = self._ledger.requests
        idle = requests == self._seen and not self._ledger.in_flight
        self._idle_ns = self._idle_ns + _IDLE_CHORES_NS if idle else 0
        self._seen = requests
        self._collection.tidy(idle=self._idle_ns == _REST_NS)  # once in every rest
        wait_ns = _IDLE_CHORES_NS if idle else _CHORES_NS
        self._deadlines.at(asked_ns + wait_ns, self.begin)
