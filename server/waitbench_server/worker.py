"""One process that serves: a loop, a timer, the service on a listening socket, until stopped."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from waitbench_server import complaints, connection, fast
from waitbench_server.capacity import Capacity
from waitbench_server.chores import Chores
from waitbench_server.collection import Collection
from waitbench_server.control import Control
from waitbench_server.lifetime import PARENT_SIGNAL, Parent, most_connections
from waitbench_server.plans import Plans
from waitbench_server.service import Service
from waitbench_server.startup import step
from waitbench_server.timer import deadlines
from waitbench_server.visitors import Visitors

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from waitbench_server.connection import Connection
    from waitbench_server.ledger import Ledger
    from waitbench_server.options import LoopName, Options
    from waitbench_server.proxy.links import Links
    from waitbench_server.timer import Deadlines, TimerName

BACKLOG: Final = 4096
_GRACE_S: Final = 0.25
_CONNECTION: Final[dict[str, Any]] = {
    "access_log": None,
    "lingering_time": 2.0,  # nobody reads a request's body; this long it is thrown away
    "auto_decompress": False,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ready:
    """What a worker reports once it serves."""

    loop: str
    timer: str
    timer_resolution_ns: int
    proxy: dict[str, dict[str, str]] = field(default_factory=dict)
    """Where each link listens, and where its upstream is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """What one worker serves with."""

    options: Options
    timer: TimerName
    listener: socket.socket
    ledger: Ledger
    parent: Parent
    ready: Callable[[Ready], None]

    def run(self) -> None:
        """Serve until a signal comes or the parent is gone.

        Raises:
            ModuleNotFoundError: uvloop was asked for and is not installed.
            StartError: the system refused what it needs.
        """
        name, factory = loop_factory(self.options.loop)
        runner = asyncio.Runner(loop_factory=factory)
        with step(f"{name} can not make an event loop"):
            runner.get_loop()
        with runner:
            runner.run(self._serve(name))

    async def _serve(self, loop_name: str) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(complaints.from_loop)
        stop = self._stop_signals(loop)
        with step(f"the timer {self.timer} can not be made"):
            due, resolution_ns = deadlines(self.timer, loop)
        collection = Collection(self.ledger)
        links = self._links(loop, due)
        service = self._service(None if self.timer == "sleep" else due, collection, links)
        server = web.Server(service.respond, handler_cancellation=True)
        limits = connection.Limits(
            connections=most_connections(),
            header_s=self.options.header_timeout,
            idle_s=self.options.idle_timeout,
        )
        made_of = (server, self.ledger, due, limits)
        options = {"loop": loop, "logger": complaints.logger(), **_CONNECTION}
        if self.options.engine == "fast":
            make: Callable[[], Connection] = fast.factory(fast.Simple(service), *made_of, **options)
        else:
            make = connection.factory(*made_of, **options)
        with step("connections can not be accepted"):
            listening = await loop.create_server(make, sock=self.listener, backlog=BACKLOG)
        chores = Chores(
            loop=loop,
            deadlines=due,
            ledger=self.ledger,
            collection=collection,
            parent=self.parent,
            stop=stop,
            links=links,
        )
        chores.do()
        collection.take_over()
        self.ledger.note_cpu()
        self.ready(
            Ready(
                loop=loop_name,
                timer=self.timer,
                timer_resolution_ns=resolution_ns,
                proxy=links.where() if links else {},
            ),
        )
        await stop.wait()
        listening.close()
        if links is not None:
            links.close()
        await self._let_finish()
        due.close()

    def _stop_signals(self, loop: asyncio.AbstractEventLoop) -> asyncio.Event:
        """Return what is set once this process should stop."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(PARENT_SIGNAL, lambda: stop.set() if self.parent.gone else None)
        self.parent.watch()
        return stop

    def _links(self, loop: asyncio.AbstractEventLoop, due: Deadlines) -> Links | None:
        """Start what this is a proxy for, if it is one."""
        if not self.options.links:
            return None
        from waitbench_server.proxy.links import Links  # most servers are none

        return Links(
            self.options.links, loop, due, most=most_connections() // 2, seed=self.options.seed
        )

    def _service(
        self, due: Deadlines | None, collection: Collection, links: Links | None
    ) -> Service:
        options = self.options
        limited = options.capacity is not None or options.limit is not None
        plans = Plans(options.defaults)
        return Service(
            plans=plans,
            ledger=self.ledger,
            deadlines=due,
            capacity=Capacity(options.capacity, options.limit) if limited else None,
            control=Control(plans, self.ledger, collection, self.timer, links),
            visitors=Visitors(options.host, options.allow),
            seed=options.seed,
        )

    async def _let_finish(self) -> None:
        """Wait a short grace for requests in service; who is left after it goes with the loop."""
        for _ in range(round(_GRACE_S / 0.01)):
            if not self.ledger.in_flight:
                return
            await asyncio.sleep(0.01)


def loop_factory(name: LoopName) -> tuple[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Return the loop's name and what makes it.

    Raises:
        ModuleNotFoundError: uvloop was asked for and is not installed.
    """
    if name == "uvloop" or (name == "auto" and importlib.util.find_spec("uvloop") is not None):
        import uvloop  # optional, and only where it is wanted

        return "uvloop", uvloop.new_event_loop
    return "asyncio", asyncio.new_event_loop
