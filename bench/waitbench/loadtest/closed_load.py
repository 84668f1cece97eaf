"""The closed load: so many users, each of whom asks again as soon as it is answered."""

from __future__ import annotations

import asyncio
import time
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.loadtest.common_start import begin
from waitbench.loadtest.facts import Health
from waitbench.loadtest.order import verify
from waitbench.loadtest.probe import Probe
from waitbench.loadtest.seen import StepSeen
from waitbench.loadtest.step_stats import LOSSES, StepStats
from waitbench.services.http_client import HttpClient

if TYPE_CHECKING:
    from waitbench.loadtest.order import Order


class Closed:
    """One step of it."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._request, self._body = order.request, order.body
        self._stats = StepStats()

    async def run(self) -> StepSeen:
        """Ask for the ordered time, wait for what is under way, and return what was seen."""
        order = self._order
        async with HttpClient(order.port, order.host) as client:
            start_ns, late_ns = await begin(order.begins_at_ns)
            cpu_ns = time.process_time_ns()
            probe = Probe(order, client, start_ns)
            watching = asyncio.create_task(probe.run()) if order.probe else None
            users = [
                asyncio.create_task(self._user(client, start_ns)) for _ in range(order.own_users)
            ]
            if users:
                within_s = (order.for_ns + order.patience_ns) / 1e9
                _, late = await asyncio.wait(users, timeout=within_s)
                for user in late:
                    user.cancel()
                await asyncio.gather(*users, return_exceptions=True)
            wall_ns = perf_counter_ns() - start_ns
            cpu_ns = time.process_time_ns() - cpu_ns
            health = Health()
            if watching:
                probe.load_is_over(wall_ns)
                await watching
                health = probe.health()
        return StepSeen(
            stats=self._stats,
            planned=len(self._stats.latencies_ns),
            sent_for_ns=wall_ns,
            cpu_ns=cpu_ns,
            wall_ns=wall_ns,
            late_ns=late_ns,
            health=health,
        )

    async def _user(self, client: HttpClient, start_ns: int) -> None:
        while perf_counter_ns() - start_ns < self._order.for_ns:
            pending = client.ask(self._request)
            sent_ns = pending.sent_ns - start_ns
            self._stats.lags_ns.append(0)  # nothing is planned
            try:
                came = await pending.answer
                verify(came, self._body)
            except asyncio.CancelledError as error:
                self._stats.lost(error)
                raise
            except LOSSES as error:
                self._stats.lost(error)
            else:
                self._stats.answered(
                    planned_ns=sent_ns, sent_ns=sent_ns, now_ns=came.arrived_ns - start_ns
                )
