"""Per scenario: which model won, by how much and how sure, and what was the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import MAIN
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._first_place import Chase, Field, sentence_of
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.analysis.row import Row

__all__ = ["Field", "field", "find_each"]
PLACE = 90
CLAIM = "one-winner"
ASKS = "In every scenario one model is faster than all others."
SUITES = MAIN

LIMITS = {
    "latency-bound": "The wait itself is the limit.",
    "client-CPU-bound": "One core of the client is the limit.",
    "cores-bound": "The cores are the limit.",
    "target-bound": "The target is the limit.",
    "lockstep": "Taking one task at a time is the limit.",
    "pool-bound": "The size of the pool is the limit.",
}
OWN_CPU = ("client-CPU-bound", "cores-bound")
HALF = 0.5
"""Share of computing below which a scenario waits: a busy client does not make it CPU-bound."""


def find_each(summary: Summary) -> list[Finding]:
    """Rank each scenario's sound rows and pair the first directly with each of the others.

    One winner is supported where the first is surely faster than every other, refuted where
    another is surely within the margin of it, and undecided where one may be. Of a row that the
    target held back only a bound is known, the true time is shorter: where such a row is ahead of
    the first, or might be, nobody won, and where one has no time at all neither.
    """
    return [
        _ranked(scenario, summary.methods) for scenario in summary.scenarios if not scenario.served
    ]


def field(scenario: Comparison, methods: Methods) -> Field | None:
    """Return who came first in a scenario and who chases it; None where no two can be ranked."""
    rows = _rivals(scenario)
    if not rows or len(rows) + len(bounds.held_back(scenario)) < 2:  # noqa: PLR2004  it takes two
        return None
    first, *others = rows
    pairs = [compare(first, other, confidence=methods.confidence) for other in others]
    judged = judge(pairs, confidence=methods.confidence, margin=methods.margin)
    return Field(
        scenario=scenario,
        first=first,
        chases=tuple(
            Chase(row=row, ratio=pair, verdict=verdict)
            for row, pair, verdict in zip(others, pairs, judged, strict=True)
        ),
        held=bounds.before(scenario, first),
        absent=tuple(
            row.model for row in scenario.rows if not (row.control or row.sound or row.held_back)
        ),
    )


def _rivals(scenario: Comparison) -> list[Row]:
    return sorted(
        (row for row in scenario.rows if row.rival),
        key=lambda row: row.wall.value if row.wall else 0.0,
    )


def _ranked(scenario: Comparison, methods: Methods) -> Finding:
    ranked = field(scenario, methods)
    if ranked is None:
        return _no_race(scenario, _rivals(scenario))
    first = ranked.first
    effect = ranked.chases[0].ratio if ranked.chases and not ranked.held.ahead else None
    limit = "target-bound" if ranked.held.ahead else first.measured.bound
    return Finding(
        claim=CLAIM,
        verdict=ranked.verdict,
        reason=ranked.reason,
        sentence=f"{sentence_of(ranked)} {_limit(scenario, limit)}",
        effect=effect.value if effect else None,
        effect_of=f"{first.model} beside the next",
        interval=effect.interval if effect else None,
        evidence=tuple(
            f"{scenario.name}/{row.model}"
            for row in (first, *(chase.row for chase in ranked.chases), *ranked.held.rows)
        ),
        conditions=(limit,) if limit else (),
        scenario=scenario.name,
        suite=scenario.suite,
    )


def _limit(scenario: Comparison, limit: str | None) -> str:
    """Return what was the limit; of a busy client, whether that is the work's own doing."""
    if limit in OWN_CPU and scenario.computing is not None and scenario.computing < HALF:
        waits = formatting.percent(1 - scenario.computing)
        return f"The client's own CPU is the limit, although a task waits {waits} of its time."
    return LIMITS[limit or ""]


def _no_race(scenario: Comparison, rows: Sequence[Row]) -> Finding:
    held = [bounds.at_least(row, scenario) for row in bounds.held_back(scenario)]
    if rows:
        why = f"only {rows[0].model} has a time that counts"
    else:
        why = "no model has a time that counts"
    if held:
        why += f" ({'; '.join(held)})"
    return Finding(
        claim=CLAIM,
        verdict="undecided",
        reason="held back" if held else "not measured",
        sentence=f"{why[:1].upper()}{why[1:]}, so nobody won; "
        f"`waitbench run {scenario.suite}` measures it again.",
        scenario=scenario.name,
        suite=scenario.suite,
    )
