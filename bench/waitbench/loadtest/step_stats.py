"""What became of the requests of one step, in numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.services.http_client import HungUpError
from waitbench.stats.quantiles import nearest_rank

if TYPE_CHECKING:
    from collections.abc import Sequence


class RefusedError(Exception):
    """The server answered that it is too busy."""


LOSSES = (OSError, ValueError, HungUpError, RefusedError, asyncio.CancelledError)
"""All that can become of a request but a right answer."""


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

    def take_in(self, other: StepStats) -> None:
        """Count what another generator of the same step saw."""
        self.planned_ns += other.planned_ns
        self.latencies_ns += other.latencies_ns
        self.services_ns += other.services_ns
        self.lags_ns += other.lags_ns
        self.refused += other.refused
        self.failed += other.failed

    def last_late_ns(self, level_ns: int) -> int:
        """Return when the last answer came that had taken longer than the level; 0 if none had."""
        ends = zip(self.planned_ns, self.latencies_ns, strict=True)
        return max((due + took for due, took in ends if took > level_ns), default=0)
