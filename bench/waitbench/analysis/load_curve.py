"""Rising load: a summary in, out for each server its times at each load, its curve, its knee."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.analysis.comparison import SERVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.results.load_step import LoadStep

KNEE = "knee"
DOES = {"wait": "Waiting", "compute": "Computing", "query": "Querying SQLite for"}
"""How sentences begin that tell what a request does for some time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests per second, and how sure they are."""

    value: float
    low: float | None
    high: float | None


@dataclass(slots=True, kw_only=True)
class LoadCurve:
    """How one server fares as the load rises, with one kind of work.

    Attributes:
        model: its name.
        rows: its rows by load: `1x`, `5x`, `knee`, `50 users`.
    """

    model: str
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def knee(self) -> Rate | None:
        """Highest rate that it sustains; None where none was looked for, or not even 1x is."""
        row = self.rows.get(KNEE)
        if row is None or row.wall is None:
            return None
        value, low, high = 1e9 / row.wall.value, row.wall.low, row.wall.high
        if not low or not high:
            return Rate(value=value, low=None, high=None)
        # No surer than the rates that were tried: between the last sustained and the first missed.
        metrics = row.measured.metrics
        sustained, missed = metrics.get("sustained_per_s"), metrics.get("missed_per_s")
        return Rate(
            value=value,
            low=min(1e9 / high, sustained.median if sustained else value),
            high=max(1e9 / low, missed.median if missed else value),
        )

    @property
    def points(self) -> list[LoadStep]:
        """All steps of an open load, by rate."""
        return sorted(
            (step for row in self.rows.values() for step in row.measured.steps),
            key=lambda step: step.rate_per_s,
        )

    @property
    def note(self) -> str:
        """What it is, in words."""
        return next((note for row in self.rows.values() for note in row.measured.notes), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSeries:
    """The load curves of all servers that a suite raced with one kind of work.

    Attributes:
        suite: that raced them.
        work: `wait`, `compute` or `query`.
        time_ns: how long a request's work takes by itself.
        level_ns: the service level for p99.
        multiples: the loads, in times of that at which one sync worker is half busy.
        crowds: the closed loads: `50 users`.
        baseline: who ratios are against.
        curves: in the order of the file.
    """

    suite: str
    work: str
    time_ns: float
    level_ns: float
    multiples: tuple[float, ...]
    crowds: tuple[str, ...]
    baseline: str
    curves: tuple[LoadCurve, ...]

    @property
    def half_busy(self) -> float:
        """Requests per second at which one worker, one request at a time, is half busy."""
        return 0.5e9 / self.time_ns

    def curve(self, model: str) -> LoadCurve | None:
        """Return the curve of one server; None where it was not raced."""
        return next((curve for curve in self.curves if curve.model == model), None)


def load_series(summary: Summary) -> list[LoadSeries]:
    """Return the load curves of each suite's servers by their work; empty where none was raced."""
    works: dict[tuple[str, str], list[Comparison]] = {}
    for scenario in summary.scenarios:
        if scenario.workload == SERVED:
            works.setdefault((scenario.suite, scenario.params["work"]), []).append(scenario)
    return [series for (suite, work), of in works.items() if (series := _series(suite, work, of))]


def name(multiple: float) -> str:
    """Return a multiple as scenarios call it: 2x."""
    return f"{multiple:g}x"


def _series(suite: str, work: str, of: Sequence[Comparison]) -> LoadSeries | None:
    curves: dict[str, LoadCurve] = {}
    for scenario in of:
        for row in scenario.rows:
            curve = curves.setdefault(row.model, LoadCurve(model=row.model))
            curve.rows[scenario.params["load"]] = row
    step = next((step for curve in curves.values() for step in curve.points), None)
    if step is None:
        return None
    loads = [scenario.params["load"] for scenario in of]
    return LoadSeries(
        suite=suite,
        work=work,
        time_ns=step.ideal_ns,
        level_ns=step.level_ns,
        multiples=tuple(sorted(float(load[:-1]) for load in loads if load.endswith("x"))),
        crowds=tuple(load for load in loads if load.endswith(" users")),
        baseline=next((scenario.baseline for scenario in of if scenario.baseline), "sync"),
        curves=tuple(curves.values()),
    )
