"""Per scenario: what bound it, which model won, by how much and how sure; a tie is called a tie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import wording
from bench.findings import Decision, Finding
from bench.findings._gains import interval, with_interval
from bench.row import compare
from bench.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Methods, Row, Summary
    from bench.stats import Estimate
    from bench.verdict import Verdict

PLACE = 90
CLAIM = "one-winner"

LIMITS = {
    "latency-bound": "the wait itself is the limit",
    "client-CPU-bound": "one core of the client is the limit",
    "cores-bound": "the cores are the limit",
    "lockstep": "taking one task at a time is the limit",
    "pool-bound": "the size of the pool is the limit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """One contestant behind the first: how many times as long it took, and what that allows."""

    row: Row
    ratio: Estimate | None
    verdict: Verdict


def find(summary: Summary) -> list[Finding]:
    """Rank each scenario's sound rows and pair the first directly with each of the others."""
    return [_ranked(scenario, summary.methods) for scenario in summary.scenarios]


def _ranked(scenario: Comparison, methods: Methods) -> Finding:
    rows = sorted(
        (row for row in scenario.rows if row.sound),
        key=lambda row: row.wall.value if row.wall else 0.0,
    )
    if len(rows) < 2:  # noqa: PLR2004  it takes two to race
        return _no_race(scenario, rows)
    first, *others = rows
    pairs = [
        compare(first, other, confidence=methods.confidence, luck=methods.luck) for other in others
    ]
    judged = judge(pairs, confidence=methods.confidence, margin=methods.margin)
    chases = [
        Chase(row=row, ratio=pair, verdict=verdict)
        for row, pair, verdict in zip(others, pairs, judged, strict=True)
    ]
    effect = pairs[0]
    return Finding(
        claim=CLAIM,
        verdict=_decide(chases),
        sentence="; ".join(
            [_lead(scenario, first), _rest(scenario, chases), f"{LIMITS[first.bound or '']}."]
        ),
        effect=effect.value if effect else None,
        interval=interval(effect),
        evidence=tuple(f"{scenario.name}/{row.model}" for row in rows),
        conditions=(first.bound,) if first.bound else (),
        scenario=scenario.name,
    )


def _decide(chases: Sequence[Chase]) -> Decision:
    """One winner: refuted where another is surely within the margin, open where one may be."""
    words = {chase.verdict.word for chase in chases}
    if words <= {"faster"}:
        return "supported"
    return "refuted" if "same" in words else "undecided"


def _lead(scenario: Comparison, first: Row) -> str:
    work = wording.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    assert first.wall is not None
    if first.ratio and first.verdict and first.verdict.word == "faster":
        ratio = with_interval(first.ratio)
        return f"{first.model} finished {work} {ratio} times as fast as {scenario.baseline}"
    return (
        f"{first.model} finished {work} in {wording.duration(first.wall.value)}, the shortest wall"
    )


def _rest(scenario: Comparison, chases: Sequence[Chase]) -> str:
    level = [chase for chase in chases if chase.verdict.word == "same"]
    open_ = [chase for chase in chases if chase.verdict.word == "undecided"]
    parts = []
    if level:
        margin = wording.percent(level[0].verdict.margin)
        parts.append(f"level with it, within {margin}: {_names(level)}")
    if open_:
        parts.append(f"whether {_names(open_)} fell behind is open ({_doubt(open_[0])})")
    if not parts:
        # Behind the baseline's own place the ratio would only be said twice.
        again = chases[0].row.model == scenario.baseline
        behind = "" if again else f", {_behind(chases[0])}"
        parts.append(f"next came {chases[0].row.model}{behind}")
    return "; ".join(parts)


def _names(chases: Sequence[Chase]) -> str:
    return wording.listing([chase.row.model for chase in chases])


def _behind(chase: Chase) -> str:
    assert chase.ratio is not None
    return f"which took {with_interval(chase.ratio)} times as long"


def _doubt(chase: Chase) -> str:
    if chase.ratio is None:
        return "they share no block"
    took = f"{with_interval(chase.ratio)} times as long"
    if chase.ratio.low is None:
        return f"{took}, from one block alone"
    if chase.verdict.more is None:
        return f"{took}, and too close to tell"
    more = wording.more(chase.verdict.more, chase.verdict.over)
    return f"{took}; {more} would tell"


def _no_race(scenario: Comparison, rows: Sequence[Row]) -> Finding:
    held = [row.model for row in scenario.rows if row.bound == "target-bound"]
    if rows:
        why = f"only {rows[0].model} has a time that counts"
    else:
        why = "no model has a time that counts"
    if held:
        why += f" (the target held back {wording.listing(held)})"
    return Finding(
        claim=CLAIM,
        verdict="undecided",
        sentence=f"{why[:1].upper()}{why[1:]}, so nobody won; `waitbench run` measures it again.",
        scenario=scenario.name,
    )
