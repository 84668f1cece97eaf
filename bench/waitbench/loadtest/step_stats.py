"""What became of the requests of one step, in numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from waitbench.loadtest.facts import StepFacts
from waitbench.results.spans import encode_spans
from waitbench.services.http_client import HungUpError
from waitbench.stats.quantiles import nearest_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.loadtest.facts import Health


class RefusedError(Exception):
    """The server answered that it is too busy."""


LOSSES = (OSError, ValueError, HungUpError, RefusedError, asyncio.CancelledError)
"""All that can become of a request but a right answer."""
RISEN, RISEN_NS = 1.5, 2_000_000
"""A queue grows where the last quarter of requests took so much longer than the first."""
FEW = 8
"""Fewer requests than this tell nothing of a queue."""


def quantile(ordered: Sequence[int], share: float) -> int:
    """Return the nearest-rank quantile of figures in ascending order; 0 of none."""
    return nearest_rank(ordered, share) if ordered else 0


@dataclass(slots=True, kw_only=True)
class StepStats:
    """Counts and times of one step, in nanoseconds from its start.

    Attributes:
        planned_ns: when each answered request was due.
        latencies_ns: from then until its whole answer was there.
        services_ns: the same from when it was really sent.
        lags_ns: how late every request was sent, answered or not.
        refused: connections refused or reset, and answers 503: the server said no.
        failed: other failures by name.
    """

    planned_ns: list[int] = field(default_factory=list)
    latencies_ns: list[int] = field(default_factory=list)
    services_ns: list[int] = field(default_factory=list)
    lags_ns: list[int] = field(default_factory=list)
    refused: int = 0
    failed: Counter[str] = field(default_factory=Counter)

    def lost(self, error: BaseException) -> None:
        """Count a request that came to nothing."""
        if isinstance(error, ConnectionError | RefusedError):
            self.refused += 1
        elif isinstance(error, asyncio.CancelledError):
            self.failed["not answered in time"] += 1
        else:
            self.failed[f"{type(error).__name__}: {error}".rstrip(": ")] += 1

    def answered(self, *, planned_ns: int, sent_ns: int, now_ns: int) -> None:
        """Count a right answer."""
        self.planned_ns.append(planned_ns)
        self.latencies_ns.append(now_ns - planned_ns)
        self.services_ns.append(now_ns - sent_ns)

    def last_late_ns(self, level_ns: int) -> int:
        """Return when the last answer came that had taken longer than the level; 0 if none had."""
        ends = zip(self.planned_ns, self.latencies_ns, strict=True)
        return max((due + took for due, took in ends if took > level_ns), default=0)

    def facts(
        self, level_ns: int, *, sent_for_ns: int, cpu_ns: int, wall_ns: int, health: Health
    ) -> StepFacts:
        """Sum up a step of which every request was sent, and those that were answered were due.

        Args:
            level_ns: the service level; answers within it are the goodput.
            sent_for_ns: how long requests were sent.
            cpu_ns: CPU of the generator meanwhile.
            wall_ns: how long the step took in all.
            health: of the probe.
        """
        latencies, services, lags = map(sorted, (self.latencies_ns, self.services_ns, self.lags_ns))
        return StepFacts(
            planned=len(latencies),
            answered=len(latencies),
            within=sum(latency_ns <= level_ns for latency_ns in latencies),
            refused=self.refused,
            failed=sum(self.failed.values()),
            unsent=0,
            error=next(iter(self.failed), None),
            gave_up=False,
            rising=self._rising(),
            mean_ns=round(sum(latencies) / len(latencies)) if latencies else None,
            p50_ns=quantile(latencies, 0.5),
            p99_ns=quantile(latencies, 0.99),
            service_p50_ns=quantile(services, 0.5),
            service_p99_ns=quantile(services, 0.99),
            lag_p50_ns=quantile(lags, 0.5),
            lag_p99_ns=quantile(lags, 0.99),
            sent_for_ns=sent_for_ns,
            cpu_ns=cpu_ns,
            wall_ns=wall_ns,
            spans=encode_spans(self.planned_ns, self.latencies_ns),
            health=health,
        )

    def _rising(self) -> bool:
        """Whether requests take longer and longer: the queue grows, the rate is not sustained."""
        in_order = [
            latency for _, latency in sorted(zip(self.planned_ns, self.latencies_ns, strict=True))
        ]
        if len(in_order) < FEW:
            return False
        quarter = len(in_order) // 4
        first, last = median(in_order[:quarter]), median(in_order[-quarter:])
        return last > RISEN * first + RISEN_NS
