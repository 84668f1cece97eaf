"""The open load: requests are sent when they are due, whatever became of those before."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.loadtest.common_start import begin
from waitbench.loadtest.facts import Health
from waitbench.loadtest.order import verify
from waitbench.loadtest.pacer import Pacer
from waitbench.loadtest.probe import Probe
from waitbench.loadtest.seen import StepSeen
from waitbench.loadtest.step_stats import LOSSES, StepStats
from waitbench.services.http_client import HttpClient

if TYPE_CHECKING:
    from waitbench.loadtest.order import Order
    from waitbench.services.http_client import PendingRequest
    from waitbench.services.http_head import Answer

MOST_IN_FLIGHT = 2_000
"""Requests under way at most, so that no step can use up a machine; more are not sent."""


class Open:
    """One step of it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._plan = order.plan_ns
        self._request, self._body = order.request, order.body
        self._stats = StepStats()
        self._under_way: dict[int, PendingRequest] = {}
        self._unsent = 0
        self._gave_up = asyncio.Event()

    async def run(self) -> StepSeen:
        """Send for the ordered time, wait for the last answers, and return what was seen."""
        order = self._order
        async with HttpClient(order.port, order.host) as client:
            self._client = client
            self._start_ns, late_ns = await begin(order.begins_at_ns)
            cpu_ns = time.process_time_ns()
            pacer = Pacer(asyncio.get_running_loop(), self._start_ns, self._plan, self._send)
            probe = Probe(order, client, self._start_ns)
            watching = asyncio.create_task(probe.run()) if order.probe else None
            pacer.start()
            with suppress(TimeoutError):
                async with asyncio.timeout(order.for_ns / 1e9):
                    await self._gave_up.wait()
            pacer.stop()
            sent_ns = perf_counter_ns() - self._start_ns
            cpu_ns = time.process_time_ns() - cpu_ns
            await asyncio.sleep(0)  # calls that the pacer made last
            await self._drain()
            health = Health()
            if watching:
                probe.load_is_over(sent_ns)
                await watching
                health = probe.health()
                last_ns = self._stats.last_late_ns(order.level_ns) - sent_ns
                health = replace(health, recovery_ns=max(health.recovery_ns, last_ns))
        return StepSeen(
            stats=self._stats,
            planned=len(self._plan),
            unsent=self._unsent,
            gave_up=self._gave_up.is_set(),
            sent_for_ns=sent_ns,
            cpu_ns=cpu_ns,
            wall_ns=perf_counter_ns() - self._start_ns,
            late_ns=late_ns,
            health=health,
        )

    def _send(self, number: int) -> None:
        if self._gave_up.is_set():
            return
        if len(self._under_way) >= MOST_IN_FLIGHT:
            self._unsent += 1
            return
        oldest = next(iter(self._under_way), number)
        waited_ns = perf_counter_ns() - self._start_ns - self._plan[oldest]
        if self._order.give_up_ns and waited_ns > self._order.give_up_ns:
            self._gave_up.set()
            return
        pending = self._client.ask(self._request)
        self._stats.lags_ns.append(max(0, pending.sent_ns - self._start_ns - self._plan[number]))
        self._under_way[number] = pending
        pending.answer.add_done_callback(partial(self._book, number))

    def _book(self, number: int, answer: asyncio.Future[Answer]) -> None:
        pending = self._under_way.pop(number)
        try:
            came = answer.result()
            verify(came, self._body)
        except LOSSES as error:
            self._stats.lost(error)
        else:
            self._stats.answered(
                planned_ns=self._plan[number],
                sent_ns=pending.sent_ns - self._start_ns,
                now_ns=came.arrived_ns - self._start_ns,
            )

    async def _drain(self) -> None:
        answers = [pending.answer for pending in self._under_way.values()]
        if answers and not self._gave_up.is_set():
            await asyncio.wait(answers, timeout=self._order.patience_ns / 1e9)
        for answer in answers:
            answer.cancel()
        await asyncio.gather(*answers, return_exceptions=True)
