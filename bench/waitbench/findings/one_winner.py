"""Per scenario: which model won, by how much and how sure, and what was the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.comparison import MAIN
from waitbench.analysis.row import compare
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._verdicts import with_interval
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate
    from waitbench.stats.verdicts import Verdict

PLACE = 90
CLAIM = "one-winner"
ASKS = "In every scenario one model is faster than all others."
SUITES = MAIN

LIMITS = {
    "latency-bound": "The wait itself is the limit.",
    "client-CPU-bound": "One core of the client is the limit.",
    "cores-bound": "The cores are the limit.",
    "lockstep": "Taking one task at a time is the limit.",
    "pool-bound": "The size of the pool is the limit.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """One contestant behind the first: how many times as long it took, and what that allows."""

    row: Row
    ratio: Estimate | None
    verdict: Verdict


def find_each(summary: Summary) -> list[Finding]:
    """Rank each scenario's sound rows and pair the first directly with each of the others.

    One winner is supported where the first is surely faster than every other, refuted where
    another is surely within the margin of it, and undecided where one may be.
    """
    return [
        _ranked(scenario, summary.methods) for scenario in summary.scenarios if not scenario.served
    ]


def _ranked(scenario: Comparison, methods: Methods) -> Finding:
    rows = sorted(
        (row for row in scenario.rows if row.rival),
        key=lambda row: row.wall.value if row.wall else 0.0,
    )
    if len(rows) < 2:  # noqa: PLR2004  it takes two to race
        return _no_race(scenario, rows)
    first, *others = rows
    pairs = [compare(first, other, confidence=methods.confidence) for other in others]
    judged = judge(pairs, confidence=methods.confidence, margin=methods.margin)
    chases = [
        Chase(row=row, ratio=pair, verdict=verdict)
        for row, pair, verdict in zip(others, pairs, judged, strict=True)
    ]
    effect = pairs[0]
    return Finding(
        claim=CLAIM,
        verdict=_decide(chases),
        sentence=f"{_sentence(scenario, first, chases)} {LIMITS[first.measured.bound or '']}",
        effect=effect.value if effect else None,
        interval=effect.interval if effect else None,
        evidence=tuple(f"{scenario.name}/{row.model}" for row in rows),
        conditions=(first.measured.bound,) if first.measured.bound else (),
        scenario=scenario.name,
        suite=scenario.suite,
    )


def _decide(chases: Sequence[Chase]) -> ClaimVerdict:
    """Return the verdict: refuted where another is surely within the margin, open where it may."""
    words = {chase.verdict.verdict for chase in chases}
    if words <= {"faster"}:
        return "supported"
    return "refuted" if "same" in words else "undecided"


def _sentence(scenario: Comparison, first: Row, chases: Sequence[Chase]) -> str:
    level = [chase for chase in chases if chase.verdict.verdict == "same"]
    open_ = [chase for chase in chases if chase.verdict.verdict == "undecided"]
    assert first.wall is not None
    leads = [f"in {formatting.duration(first.wall.value)}"]
    if first.ratio and first.verdict and first.verdict.verdict == "faster":
        leads.append(f"{with_interval(first.ratio)} times as fast as {scenario.baseline}")
    if level:
        margin = formatting.percent(level[0].verdict.margin)
        names = formatting.listing([first.model, *(chase.row.model for chase in level)])
        sentence = f"{names} tied within {margin}, {', '.join(leads)}"
        return f"{sentence}; {_may_be(open_)}." if open_ else f"{sentence}."
    if open_:
        return f"{first.model} came first {', '.join(leads)}, but {_may_be(open_)}."
    return f"{first.model} won {_and_next(scenario, leads, chases[0])}."


def _and_next(scenario: Comparison, leads: Sequence[str], chase: Chase) -> str:
    assert chase.ratio is not None
    behind = chase.row.model
    if len(leads) > 1 and behind == scenario.baseline:
        return f"{', '.join(leads)}, the next"
    ratio = f"{with_interval(chase.ratio)} times as fast as {behind}, the next"
    return f"{', '.join(leads)}{' and ' if len(leads) > 1 else ', '}{ratio}"


def _may_be(chases: Sequence[Chase]) -> str:
    names = formatting.listing([chase.row.model for chase in chases])
    return f"{names} may be as fast ({_doubt(chases[0])})"


def _doubt(chase: Chase) -> str:
    """Return what would settle the nearest of them, which wants most."""
    if chase.ratio is None:
        return "they share no block"
    if chase.ratio.low is None:
        return "one block cannot tell"
    if chase.verdict.more is None:
        return "too close to tell"
    return f"{formatting.more(chase.verdict.more, chase.verdict.over)} would tell"


def _no_race(scenario: Comparison, rows: Sequence[Row]) -> Finding:
    held = [row.model for row in scenario.rows if row.measured.bound == "target-bound"]
    if rows:
        why = f"only {rows[0].model} has a time that counts"
    else:
        why = "no model has a time that counts"
    if held:
        why += f" (the target held back {formatting.listing(held)})"
    return Finding(
        claim=CLAIM,
        verdict="undecided",
        sentence=f"{why[:1].upper()}{why[1:]}, so nobody won; "
        f"`waitbench run {scenario.suite}` measures it again.",
        scenario=scenario.name,
        suite=scenario.suite,
    )
