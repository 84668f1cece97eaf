"""Figures of the calls so far, for tests that look at them."""

from __future__ import annotations

import statistics
from typing import Any


class Stats:
    """Figures of the calls so far, in seconds, by the names that pytest-benchmark has for them."""

    def __init__(self, walls_s: list[float]) -> None:
        self.data = sorted(walls_s) or [0.0]
        self.stats = self
        self.rounds, self.iterations = len(self.data), 1
        self.total = sum(self.data)
        self.min, self.max = self.data[0], self.data[-1]
        self.mean, self.median = statistics.fmean(self.data), statistics.median(self.data)
        self.stddev = statistics.stdev(self.data) if self.rounds > 1 else 0.0
        quarters = statistics.quantiles(self.data) if self.rounds > 1 else [self.mean] * 3
        self.q1, _, self.q3 = quarters
        self.iqr = self.q3 - self.q1
        self.ops = 1 / self.mean if self.mean else 0.0

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)
