"""The rows that a verdict leans on, as one table over several scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.report import _grid, _tables
from bench.report._tables import NOTHING, Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Summary
    from bench.findings._answers import Answer
    from bench.row import Row

MS, MB = 1e6, 1e6


def rows(answer: Answer, summary: Summary) -> list[tuple[Comparison, Row]]:
    """Find the rows by their names, and with each scenario's the one that it is compared with.

    Names of scenarios are unique only within a suite: those of the claim's own suites count, and
    others only where these have none of that name.
    """
    suites, evidence = set(answer.claim.suites), set(answer.evidence)
    own = (one for one in summary.scenarios if one.suite in suites)
    mine = {_label(one, row) for one in own for row in one.rows}
    found: list[tuple[Comparison, Row]] = []
    for one in summary.scenarios:
        labels = {_label(one, row) for row in one.rows} - (set() if one.suite in suites else mine)
        if wanted := labels & evidence:
            found += [
                (one, row)
                for row in one.rows
                if _label(one, row) in wanted or row.model == one.baseline
            ]
    return found


def tables(found: Sequence[tuple[Comparison, Row]], room: int) -> list[list[Column]]:
    """Build the columns over all rows: the times and what was seen, side by side if there is room.

    Where there is none, what was seen comes in tables of its own after that of the times: no
    figure that a verdict may turn on is left out because a terminal is narrow.
    """
    walls, seen = times(found), _tables.seen([row for _, row in found])
    if _fits([*walls, *seen], room):
        return [[*walls, *seen]]
    made = [walls]
    for column in seen:
        wider = [*made[-1], column]
        if len(made) > 1 and _fits(wider, room):
            made[-1] = wider
        else:
            made.append([walls[0], column])
    return made


def groups(found: Sequence[tuple[Comparison, Row]]) -> list[tuple[Comparison, list[int]]]:
    """Give the scenarios with the numbers of their rows, in order."""
    grouped: list[tuple[Comparison, list[int]]] = []
    for number, (scenario, _) in enumerate(found):
        if not grouped or grouped[-1][0] is not scenario:
            grouped.append((scenario, []))
        grouped[-1][1].append(number)
    return grouped


def times(found: Sequence[tuple[Comparison, Row]]) -> list[Column]:
    """Build the columns of times over all rows, in the same units."""
    mine = [row for _, row in found]
    against = [one.baseline or NOTHING for one, _ in found]
    share = next((f"[{row.wall.confidence * 100:g} %]" for row in mine if row.wall), "")
    walls = _tables.estimates(
        [row.wall for row in mine],
        lambda wall: wording.number(wall / MS),
        ["failed" if row.failure else "no time" for row in mine],
    )
    ratios = _tables.estimates(
        [row.ratio for row in mine],
        wording.times,
        ["baseline" if row.model == one.baseline else NOTHING for one, row in found],
    )
    named = dict.fromkeys(against)
    head = f"faster than {against[0]}" if len(named) == 1 else "faster than baseline"
    cpu = tuple(NOTHING if row.cpu_ns is None else wording.number(row.cpu_ns / MS) for row in mine)
    memory = tuple(
        NOTHING if row.memory_bytes is None else wording.number(row.memory_bytes / MB)
        for row in mine
    )
    bound = tuple(_tables.BOUND_BY[row.bound] if row.bound else NOTHING for row in mine)
    return [
        Column(head="model", unit="", cells=tuple(map(_tables.model, mine)), left=True),
        Column(head="wall", unit=f"ms {share}".rstrip(), cells=walls, rank=2),
        Column(head=head, unit=f"times {share}".rstrip(), cells=ratios, rank=1),
        Column(head="CPU", unit="ms/task", cells=cpu, rank=4),
        Column(head="bound by", unit="", cells=bound, rank=5, left=True),
        Column(head="memory", unit="MB", cells=memory, rank=7),
    ]


def _fits(columns: Sequence[Column], room: int) -> bool:
    return _grid.whole(_grid.fitting([columns], 9 * room)) <= room


def _label(scenario: Comparison, row: Row) -> str:
    """Name a row as findings do."""
    return f"{scenario.name}/{row.model}"
