"""The report on two runs of one suite by another tool: the largest change first, and no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis.drift import course
from waitbench.presentation.columns import NOTHING, Column
from waitbench.report.others import one_run, quantities
from waitbench.report.others.page import OthersTable, Page, telling
from waitbench.report.records import figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.analysis.two_runs import Change, TwoRuns
    from waitbench.results.foreign import ForeignRun

ALIKE = "Both runs are of one commit, on machines that look alike: no change is due to the code."
OTHERWISE = (
    "Both are of one commit, so no change is due to the code; nothing tells which of these made it."
)
UNTOLD = "Nothing here tells whether a change is due to that or to the code."
NAMED = 50
"""So many new or vanished benchmarks are named; the rest is counted."""
UNMATCHED = "Not compared: more rows of one name in one run, as after a rerun"


def page(before: tuple[ForeignRun, Path], after: tuple[ForeignRun, Path], runs: TwoRuns) -> Page:
    """Return the report on two runs that were read and matched."""
    old, new = before[0], after[0]
    shared = formatting.count(len(runs.changes), "benchmark")
    return Page(
        title=f"{before[1].name} and {after[1].name}: {shared} in both",
        runs=[
            ("before", one_run.described(*before)),
            ("after", one_run.described(*after)),
        ],
        alerts=[*_differs(old, new, runs), _honest(old, runs), *_doubts(old, new)],
        tables=[_table(runs)] if runs.changes else [],
        notes=[
            *_only("New", runs.new),
            *_only("Vanished", runs.vanished),
            *_only(UNMATCHED, runs.unmatched),
            *_unseen(old, new),
        ],
        reading=_reading(runs),
        facts=[],
        command="",
        records=[_record(change) for change in runs.changes],
    )


def _one_commit(before: ForeignRun, after: ForeignRun) -> bool:
    """Whether both runs are of the same code, as far as the files tell."""
    return (
        bool(before.commit) and before.commit == after.commit and not (before.dirty or after.dirty)
    )


def _differs(before: ForeignRun, after: ForeignRun, runs: TwoRuns) -> list[str]:
    same = _one_commit(before, after)
    if not runs.differs:
        return [ALIKE] if same else []
    facts = "; ".join(f"{fact} ({then}, then {now})" for fact, then, now in runs.differs)
    if same:
        return [f"The runs differ in {facts}. {OTHERWISE}"]
    return [f"The runs differ in more than the code: {facts}. {UNTOLD}"]


def _honest(before: ForeignRun, runs: TwoRuns) -> str:
    base = before.commit[: one_run.SHORT] or "REV"
    gate = f"`waitbench gate --base {base}` races both in turns, and would tell"
    if any(change.interval for change in runs.changes):
        return (
            "Unpaired: the intervals hold how processes differ, not how hours or builds do, so "
            f"there is no verdict; {gate}."
        )
    return (
        "Unpaired, one process each: by how much two runs of identical code would differ is not "
        f"known from these files, so there is no interval and no verdict; {gate}."
    )


def _doubts(before: ForeignRun, after: ForeignRun) -> list[str]:
    return [
        f"{side}: {sentence}"
        for side, run in (("before", before), ("after", after))
        for sentence in (*quantities.contradicting(run), *quantities.drifting(run))
    ]


def _table(runs: TwoRuns) -> OthersTable:
    changes = runs.changes
    olds, news = [change.before for change in changes], [change.after for change in changes]
    scaled = quantities.scales(
        [min(change.before, change.after, key=lambda each: each.value) for change in changes]
    )
    columns = [
        Column(
            head="benchmark",
            unit="",
            cells=tuple(change.label for change in changes),
            left=True,
            wraps=True,
        ),
        Column(head="ratio", unit="", cells=tuple(formatting.times(c.ratio) for c in changes)),
        Column(head="95 %", unit="", cells=tuple(map(_interval, changes)), rank=1),
        quantities.column("before", olds, scaled, quantities.value, rank=1),
        quantities.column("after", news, scaled, quantities.value, rank=1),
        Column(
            head="rounds",
            unit="before; after",
            cells=tuple(f"{c.before.rounds:,}; {c.after.rounds:,}" for c in changes),
            rank=4,
        ),
        quantities.column("spread before", olds, scaled, quantities.spread, rank=3),
        quantities.column("spread after", news, scaled, quantities.spread, rank=2),
        quantities.course("course before", olds, rank=6),
        quantities.course("course after", news, rank=5),
    ]
    return OthersTable(title="", columns=telling(columns))


def _interval(change: Change) -> str:
    return formatting.between(*change.interval) if change.interval else NOTHING


def _only(title: str, labels: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    return [(title, formatting.shortlist(labels, NAMED))] if labels else []


def _unseen(before: ForeignRun, after: ForeignRun) -> list[tuple[str, Sequence[str]]]:
    return [
        (f"{title}, {side}", lines)
        for side, run in (("before", before), ("after", after))
        for title, lines in one_run.left_out(run)
    ]


def _reading(runs: TwoRuns) -> list[tuple[str, str]]:
    lines = [
        ("ratio", "median after to median before: 0.75 is three quarters of the time, 1.25 slower"),
        ("before, after", "medians of the rounds"),
        ("spread", "first to third quartile of the rounds: how they scatter, no interval"),
    ]
    if any(course(change.after.values) for change in runs.changes):
        lines.append(("course", one_run.COURSE))
    if any(change.interval for change in runs.changes):
        lines.insert(
            1,
            ("95 %", "interval of the ratio, over processes; both are made of the median of each"),
        )
    return lines


def _record(change: Change) -> dict[str, Any]:
    low, high = change.interval or (None, None)
    return {
        "fullname": change.after.fullname,
        "name": change.label,
        "unit": change.after.unit or "count",
        "ratio": figure(change.ratio),
        "ratio_low": figure(low),
        "ratio_high": figure(high),
        **_side("before", change.before),
        **_side("after", change.after),
    }


def _side(name: str, benchmark: Any) -> dict[str, Any]:
    low, high = benchmark.spread or (None, None)
    return {
        name: figure(benchmark.value),
        f"{name}_quartile_1": figure(low),
        f"{name}_quartile_3": figure(high),
        f"{name}_rounds": benchmark.rounds,
        f"{name}_calls_per_round": benchmark.calls or None,
    }
