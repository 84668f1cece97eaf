"""The health probe: a light request every 50 ms, beside a load and on until all is calm."""

from __future__ import annotations

import asyncio
from time import perf_counter_ns
from typing import TYPE_CHECKING

from waitbench.loadtest.facts import Health
from waitbench.loadtest.order import verify
from waitbench.loadtest.step_stats import LOSSES
from waitbench.services.http_client import get

if TYPE_CHECKING:
    from waitbench.loadtest.order import Order
    from waitbench.services.http_client import HttpClient

PROBE_EVERY_NS = 50_000_000
CALM_PROBES = 2
"""So many light requests in a row within the level, and a server has recovered."""


class Probe:
    """What somebody suffers who wants next to nothing."""

    def __init__(self, order: Order, client: HttpClient, start_ns: int) -> None:
        self._order, self._client, self._start_ns = order, client, start_ns
        self._request = get("/health")
        self._seen: list[tuple[int, int | None]] = []
        self._over_ns: int | None = None
        self._refused = 0

    def load_is_over(self, at_ns: int) -> None:
        """Record when the last heavy request was sent: recovery counts from there."""
        self._over_ns = at_ns

    async def run(self) -> None:
        """Ask on and on, until the server is calm after the load; no longer than its patience."""
        due_ns = 0
        asked: list[asyncio.Task[None]] = []
        while not self._done():
            await asyncio.sleep(max(0, due_ns - self._now_ns()) / 1e9)
            asked.append(asyncio.create_task(self._ask(due_ns)))
            due_ns += PROBE_EVERY_NS
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def health(self) -> Health:
        """Return the probe's times while the load was on, and how long recovery took."""
        over_ns = self._over_ns or 0
        during = [took for due, took in self._seen if due <= over_ns and took is not None]
        bad = [due for due, took in self._seen if took is None or took > self._order.level_ns]
        first_calm = max((due for due in bad), default=-PROBE_EVERY_NS) + PROBE_EVERY_NS
        return Health(
            max_ns=max(during, default=0),
            recovery_ns=max(0, first_calm - over_ns) if bad else 0,
            probes=len(self._seen),
        )

    async def _ask(self, due_ns: int) -> None:
        took_ns = None
        try:
            came = await self._client.ask(self._request).answer
            verify(came, None)
            took_ns = came.arrived_ns - self._start_ns - due_ns
        except ConnectionRefusedError:
            self._refused += 1
        except LOSSES:
            pass
        self._seen.append((due_ns, took_ns))

    def _now_ns(self) -> int:
        return perf_counter_ns() - self._start_ns

    def _done(self) -> bool:
        if self._over_ns is None:
            return False
        late = self._now_ns() > self._over_ns + self._order.patience_ns
        if late or self._refused >= CALM_PROBES:  # who is gone will not recover
            return True
        after = [took for due, took in sorted(self._seen) if due >= self._over_ns][-CALM_PROBES:]
        return len(after) == CALM_PROBES and all(
            took is not None and took <= self._order.level_ns for took in after
        )
