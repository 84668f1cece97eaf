"""A summary in, its map out: the fastest model by wait, by computing and by how many at once."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING

from waitbench.analysis.bounds import HeldBack, before, held_back
from waitbench.analysis.row import compare
from waitbench.stats.estimates import chance

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

SUITE = "map"
PLAINEST = ("sync", "threads", "asyncio", "processes")
"""From the model that asks least of a program to the one that costs most to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapCell:
    """One scenario of the map.

    Attributes:
        scenario: what was raced.
        computes_ns: computing of one task in nanoseconds, its client's own CPU left out; None
            where the rounds do not tell.
        fastest: the model with the least wall; None where no row counts, or where one that the
            target held back was ahead of all that do.
        level: it and all that surely are no slower by more than the margin, plainest first.
        open: those that may be level with it and may be slower, plainest first.
        ratio: times that the fastest is faster than the baseline; None where that is itself.
        predicted: the models with the least wall that wait and their own CPU allow, plainest first.
        ahead: rows that the target held back, with bounds below the least wall that counts.
        missing: models whose row does not count, so that one of them might have won.
    """

    scenario: Comparison
    computes_ns: float | None
    fastest: str | None
    level: tuple[str, ...]
    open: tuple[str, ...]
    ratio: Estimate | None
    predicted: tuple[str, ...]
    missing: tuple[str, ...]
    ahead: tuple[Row, ...] = ()

    @property
    def steps(self) -> int:
        """How much a task computes, as the workload was told."""
        return int(self.scenario.params.get("steps", "0"))

    @property
    def enough(self) -> str | None:
        """The plainest model that is as fast as any; None while another one may be as well."""
        plainest = next(iter(_plainest_first((*self.level, *self.open))), None)
        return plainest if plainest in self.level and not self.missing else None

    @property
    def foreseen(self) -> bool:
        """Whether one of the models predicted is among those that are level, or may be."""
        ahead = (row.model for row in self.ahead)
        return not {*self.predicted}.isdisjoint((*self.level, *self.open, *ahead))

    @property
    def border_ns(self) -> float:
        """CPU per task at which one core is as busy as the wait is long: wait / C, in nanoseconds.

        Where a client's CPU per task lies below it, waiting rules and more at once buys speed (its
        C* lies above C); beyond it the core is full, and only more cores help.
        """
        return self.scenario.waits_ns / max(1, min(self.scenario.concurrency, self.scenario.tasks))


def chart(summary: Summary) -> list[MapCell]:
    """Return all cells of the map by concurrency, wait and computing; none where it was not run."""
    scenarios = [
        scenario
        for scenario in summary.scenarios
        if scenario.suite == SUITE and scenario.waits_ns > 0
    ]
    computing = _computing_ns(scenarios)
    cells = [
        _cell(scenario, computing.get(scenario.params.get("steps", "")), summary.methods)
        for scenario in scenarios
    ]
    return sorted(
        cells, key=lambda cell: (cell.scenario.concurrency, cell.scenario.waits_ns, cell.steps)
    )


def beyond(pair: Estimate | None, level: float, margin: float) -> bool:
    """Whether a ratio surely is above the margin, at this level of error."""
    return _surely(pair, level, log(pair.value / (1 + margin)) if pair else 0.0)


def within(pair: Estimate | None, level: float, margin: float) -> bool:
    """Whether a ratio surely is no higher than the margin, at this level of error."""
    return _surely(pair, level, log((1 + margin) / pair.value) if pair else 0.0)


def least_ns(row: Row, scenario: Comparison) -> float | None:
    """Least wall of a client: its roofline, and the turns of one worker, which waits and computes.

    The roofline lets every turn's computing hide behind another's wait; a single worker has none
    to hide it behind: it takes ceil(N / C) x (wait + CPU) at least.
    """
    if row.roofline_ns is None or row.cpu_ns is None:
        return None
    turns = ceil(scenario.tasks / max(1, min(row.width, scenario.concurrency)))
    return max(row.roofline_ns, turns * (scenario.waits_ns + row.cpu_ns))


def _cell(scenario: Comparison, computes_ns: float | None, methods: Methods) -> MapCell:
    ranked = sorted(
        (row for row in scenario.rows if row.rival),
        key=lambda row: row.wall.value if row.wall else 0.0,
    )
    level, open_ = [row.model for row in ranked[:1]], []
    every = [*ranked, *held_back(scenario)]
    missing = tuple(row.model for row in scenario.rows if not row.control and not row.sound)
    held = before(scenario, ranked[0]) if ranked else HeldBack(ahead=tuple(every), maybe=())
    if held.ahead:
        return MapCell(
            scenario=scenario,
            computes_ns=computes_ns,
            fastest=None,
            level=(),
            open=(),
            ratio=None,
            predicted=_predicted(scenario, every, methods.margin),
            missing=missing,
            ahead=held.ahead,
        )
    # Said of everybody behind the first at once, so each is judged at its share of the error.
    error = (1 - methods.confidence) / max(1, len(ranked) - 1)
    for row in ranked[1:]:
        lead = compare(ranked[0], row, confidence=methods.confidence)
        if within(lead, error, methods.margin):
            level.append(row.model)
        elif not beyond(lead, error, methods.margin):
            open_.append(row.model)
    return MapCell(
        scenario=scenario,
        computes_ns=computes_ns,
        fastest=ranked[0].model if ranked else None,
        level=_plainest_first(level),
        open=_plainest_first([*open_, *held.models]),
        ratio=ranked[0].ratio if ranked else None,
        predicted=_predicted(scenario, every, methods.margin),
        missing=missing,
    )


def _predicted(scenario: Comparison, rows: Iterable[Row], margin: float) -> tuple[str, ...]:
    bounds = {row.model: bound for row in rows if (bound := least_ns(row, scenario))}
    least = min(bounds.values(), default=0.0)
    return _plainest_first(
        [model for model, bound in bounds.items() if bound <= least * (1 + margin)]
    )


def _plainest_first(models: Sequence[str]) -> tuple[str, ...]:
    ranked = [model for model in PLAINEST if model in models]
    return (*ranked, *(model for model in models if model not in PLAINEST))


def _computing_ns(scenarios: Iterable[Comparison]) -> dict[str, float]:
    """Least time that what follows the wait took in any row, by steps: others only lengthen it."""
    least: dict[str, float] = {}
    for scenario in scenarios:
        steps = scenario.params.get("steps", "")
        for row in scenario.rows:
            if after := row.measured.phases.get("post_processing"):
                least[steps] = min(after, least.get(steps, after))
    return least


def _surely(pair: Estimate | None, level: float, distance: float) -> bool:
    """Whether the interval of a logarithm at this level is narrower than the distance."""
    return pair is not None and bool(pair.spreads) and chance(pair, distance) < level
