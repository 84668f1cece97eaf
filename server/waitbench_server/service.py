"""Serves requests: finds the plan, keeps the client waiting exactly so long, answers and counts."""

from __future__ import annotations

import asyncio
from dataclasses import InitVar, dataclass
from http import HTTPStatus
from time import monotonic_ns, thread_time_ns
from typing import TYPE_CHECKING, Final, cast

from aiohttp import web

from waitbench_server import chat, draws, faults, outcomes, request_target
from waitbench_server.exchange import Exchange
from waitbench_server.problem import Problem, too_many
from waitbench_server.streams import Streams
from waitbench_server.units import S

if TYPE_CHECKING:
    from waitbench_server.answer import Answer
    from waitbench_server.capacity import Capacity
    from waitbench_server.connection import Connection
    from waitbench_server.control import Control
    from waitbench_server.ledger import Ledger
    from waitbench_server.plans import Plans
    from waitbench_server.timer import Deadlines
    from waitbench_server.visitors import Visitors


class _Sent:
    """Stands for an answer whose bytes are already on their way; aiohttp has nothing to add."""

    def __init__(self, *, keep_alive: bool) -> None:
        self.keep_alive = keep_alive

    async def prepare(self, request: web.BaseRequest) -> None:
        """Do nothing: the headers are sent."""

    async def write_eof(self) -> None:
        """Do nothing: the body is sent."""


# All that aiohttp asks of a response when its access log is off.
_STAYS: Final = cast("web.StreamResponse", _Sent(keep_alive=True))
_ENDS: Final = cast("web.StreamResponse", _Sent(keep_alive=False))


@dataclass(kw_only=True)
class Service:
    """What the target does with a request."""

    plans: Plans
    """What the requests ask for."""
    ledger: Ledger
    """Where they are counted."""
    deadlines: Deadlines | None
    """What keeps the delays; None keeps them with `asyncio.sleep`, for comparison."""
    capacity: Capacity | None
    """How many are served at once; None for all."""
    control: Control
    """What answers about the service itself."""
    visitors: Visitors
    """What says who is answered."""
    seed: InitVar[int]
    """What all draws depend on."""

    def __post_init__(self, seed: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._latencies = draws.stream(seed, draws.LATENCY)
        self._statuses = draws.stream(seed, draws.STATUS)
        self._faults = draws.stream(seed, draws.FAULT)
        self._streams = Streams(seed, self.ledger, self.deadlines)

    async def respond(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request: the one entry that aiohttp calls."""
        ledger, path, authority, told = self.ledger, request.raw_path, None, None
        waits = path == "/" or path.startswith("/?")
        if not waits:
            authority, path = request_target.split(path)
            waits = path == "/" or path.startswith("/?")
        try:
            self.visitors.admit(request.headers, authority)
            if waits:
                answer, number = self.plans.find(path)
            elif request.path == chat.PATH:
                answer, told = await chat.asked(request, self.plans)
                number = told.number
            else:
                if request.path != "/health":
                    self.visitors.admit_to_change(request.headers, authority)
                return self.control.respond(request)
            if answer.cpu_ns:
                self.visitors.admit_to_change(request.headers, authority)
        except Problem as problem:
            if problem.status == HTTPStatus.FORBIDDEN:
                ledger.refused()
            return _refusal(problem)
        ledger.arrive()
        exchange = Exchange(request, cast("Connection", request.protocol), answer, ledger)
        exchange.chat = told
        try:
            if self.capacity is not None:
                return await self._serve_in_turn(self.capacity, request, exchange, number)
            return await self._serve(request, exchange, number)
        except (asyncio.CancelledError, ConnectionError):
            ledger.outcome(outcomes.LOST)
            raise
        finally:
            ledger.leave()

    async def _serve_in_turn(
        self, capacity: Capacity, request: web.BaseRequest, exchange: Exchange, number: int | None
    ) -> web.StreamResponse:
        """Serve a request once a server is free for it, or refuse it."""
        if capacity.full:
            self.ledger.outcome(HTTPStatus.TOO_MANY_REQUESTS)
            return _refusal(too_many())
        exchange.begun_ns = await capacity.enter(exchange.received_ns)
        try:
            return await self._serve(request, exchange, number)
        finally:
            capacity.leave(monotonic_ns())

    async def _serve(
        self, request: web.BaseRequest, exchange: Exchange, number: int | None
    ) -> web.StreamResponse:
        """Wait as long as the plan says, and answer."""
        answer = exchange.answer
        if answer.draws:
            number = self.numbered(number)
            exchange.asked_ns, exchange.status, exchange.fault = self.drawn(answer, number)
        else:
            exchange.asked_ns, exchange.status = answer.fixed_ns, answer.one_status
        if answer.cpu_ns:
            exchange.burnt_ns = _burn(answer.cpu_ns)
            exchange.begun_ns = monotonic_ns()
        if answer.stalls is not None:
            begun_ns = exchange.begun_ns - self.ledger.begun_ns
            exchange.asked_ns += answer.stalls.stall_ns(begun_ns, exchange.asked_ns)
        if exchange.fault in {outcomes.RESET, outcomes.HANG}:
            return await self._fail(exchange)
        streaming = None
        if number is not None and answer.streams(exchange.status):
            streaming = self._streams.follow(request, exchange, number)
        await self._send_when_due(exchange)
        if streaming is not None:
            await streaming.run()
        elif not answer.at_once:
            await faults.send_rest(request, exchange)
        elif exchange.connection.writing_paused:
            await faults.drained(request)
        return _STAYS if exchange.keep else _ENDS

    async def _send_when_due(self, exchange: Exchange) -> None:
        """Send the answer from the timer itself, so that no turn of the loop lies between."""
        deadlines = self.deadlines
        if not exchange.asked_ns:
            exchange.send()
            return
        if deadlines is None:
            await asyncio.sleep(exchange.asked_ns / S)
            exchange.send()
            return
        sent = self._loop.create_future()

        def due() -> None:
            if not sent.done():
                sent.set_result(None)
                exchange.send()

        alarm = deadlines.at(exchange.begun_ns + exchange.asked_ns, due)
        try:
            await sent
        except asyncio.CancelledError:
            deadlines.cancel(alarm)
            raise

    def numbered(self, number: int | None) -> int:
        """Return the request's own number, or else the next of the server's count."""
        if number is None:
            ledger = self.ledger
            number = ledger.draw * ledger.book.workers + ledger.worker
            ledger.draw += 1
        return number

    def drawn(self, answer: Answer, number: int) -> tuple[int, int, int]:
        """Draw what is left to chance: the delay in nanoseconds, the status and the fault."""
        plan = answer.plan
        return (
            plan.latency.quantile_ns(draws.uniform(self._latencies, number)),
            plan.status.pick(draws.uniform(self._statuses, number)),
            plan.fault.pick(draws.uniform(self._faults, number)),
        )

    async def _fail(self, exchange: Exchange) -> web.StreamResponse:
        """Wait as the plan says, and then send nothing."""
        await asyncio.sleep(exchange.asked_ns / S)
        self.ledger.outcome(exchange.fault)
        if exchange.fault == outcomes.HANG:
            await faults.hang()
        if exchange.connection.transport is not None:
            faults.reset(exchange.connection.transport)
        return _ENDS


def _burn(cpu_ns: int) -> int:
    """Use CPU time of this thread, as a request's own computing does; return how long it took."""
    begun_ns = monotonic_ns()
    end_ns = thread_time_ns() + cpu_ns
    while thread_time_ns() < end_ns:
        pass
    return monotonic_ns() - begun_ns


def _refusal(problem: Problem) -> web.Response:
    return web.Response(
        status=problem.status,
        body=problem.body(),
        content_type=problem.content_type,
        headers=problem.headers,
    )
