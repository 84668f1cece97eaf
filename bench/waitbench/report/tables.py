"""A scenario's rows as columns of text, for every format: units in the header, never in a cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.analysis.comparison import Comparison
    from waitbench.analysis.row import Row, Seen
    from waitbench.stats.estimates import Estimate

NOTHING = "-"
HELD_BACK = " (!)"
CROSSOVER = "C*"
SEEN = 3
"""Rank of what a suite saw beside its times: it is what that suite is about."""
ALIKE = 6
"""The same where it is the same in all rows: then it tells them apart no more than errors do."""
HEADS = frozenset({"model", "wall", "verdict", "errors", "CPU", "tasks", "memory", "speed"})
HALF = 50
DOES = {"wait": "waits", "compute": "computes", "query": "queries SQLite for"}
UNSERVED = frozenset({"bound by", "tasks", "efficiency", "refused"})
"""Columns that say nothing of a server: its load comes from outside, its curve shows its bound."""
LOADS = {"knee": "at the highest rate that is held"}
BOUND_BY = {
    "generator-bound": "generator",
    "latency-bound": "latency",
    "client-CPU-bound": "client CPU",
    "cores-bound": "cores",
    "target-bound": "target",
    "lockstep": "lockstep",
    "pool-bound": "pool",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded:
    """A figure with its interval as a cell holds them: each part a text, none of them aligned."""

    value: str
    low: str
    high: str

    def __str__(self) -> str:
        return f"{self.value} {self.interval}"

    @property
    def interval(self) -> str:
        """Both ends, `[52.6, 53.2]`."""
        return f"[{self.low}, {self.high}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        head: its name.
        unit: what its cells are in; empty for words.
        cells: a text per row, or a figure with its interval.
        rank: where there is no room, the largest goes first.
        left: whether it is set to the left, as words are.
        wraps: whether a cell may take several lines where there is little room.
    """

    head: str
    unit: str
    cells: tuple[str | Bounded, ...]
    rank: int = 0
    left: bool = False
    wraps: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """Return each cell in one line."""
        return tuple(map(str, self.cells))

    def only(self, *numbers: int) -> Column:
        """Return the column with just these of its rows."""
        return replace(self, cells=tuple(self.cells[number] for number in numbers))


def columns(scenario: Comparison) -> list[Column]:
    """Build the columns of a scenario; one appears only where it says something."""
    rows, share = scenario.rows, _confidence(scenario)
    built = [
        Column(head="model", unit="", cells=tuple(map(model, rows)), left=True),
        _walls(rows, share),
    ]
    if scenario.baseline:
        built += [
            Column(
                head=f"faster than {scenario.baseline}",
                unit=f"times {share}".rstrip(),
                cells=estimates([row.ratio for row in rows], formatting.times, _no_ratio(scenario)),
                rank=1,
            ),
            Column(head="verdict", unit="", cells=tuple(map(_verdict, rows)), rank=4, left=True),
        ]
    bounds = tuple(BOUND_BY[row.bound] if row.bound else NOTHING for row in rows)
    built.append(Column(head="bound by", unit="", cells=bounds, rank=5, left=True))
    built += seen(rows)
    if any(row.errors for row in rows):
        errors = tuple(str(row.errors) for row in rows)
        built.append(Column(head="errors", unit="tasks", cells=errors, rank=6))
    built += [column for column in _figures(rows, share) if set(column.cells) != {NOTHING}]
    return [column for column in built if not (scenario.served and column.head in UNSERVED)]


def seen(rows: Sequence[Row]) -> list[Column]:
    """Build a column for each figure that a suite saw beside its times, where a row has it."""
    built: list[Column] = []
    for name in dict.fromkeys(name for row in rows for name in row.seen):
        figures = [row.seen.get(name) for row in rows]
        words, unit, per = formatting.quantity(
            name, [figure.median for figure in figures if figure]
        )
        cells = tuple(_spread(figure, per) for figure in figures)
        built.append(
            Column(
                # A column's head is its name among all; two of one name would share a width.
                head=f"{words} seen" if words in HEADS else words,
                unit=unit,
                cells=cells,
                rank=SEEN if len(set(cells)) > 1 else ALIKE,
            )
        )
    return built


def title(scenario: Comparison) -> str:
    """Return what a round of the scenario is, and what a task does most of its time."""
    if scenario.served:
        asked = scenario.params
        load = LOADS.get(asked["load"], f"at {asked['load']}")
        return (
            f"one request that {DOES.get(asked['work'], asked['work'])} {asked['latency']}, {load}"
        )
    work = formatting.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    ideal = f"; ideal {formatting.duration(scenario.ideal_ns)}" if scenario.ideal_ns > 0 else ""
    return f"{work}, {scenario.concurrency:,} at once{ideal}{_computing(scenario)}"


def _computing(scenario: Comparison) -> str:
    """Return how a task alone spends its time, which decides what model pays."""
    if scenario.computing is None:
        return ""
    computes = round(100 * scenario.computing)
    return f"; {computes} % computing" if computes >= HALF else f"; {100 - computes} % waiting"


def _walls(rows: Sequence[Row], share: str) -> Column:
    per, unit = formatting.scale(row.wall.value for row in rows if row.wall)
    cells = estimates(
        [row.wall for row in rows],
        lambda wall: formatting.number(wall / per),
        ["failed" if row.failure else "no time" for row in rows],
    )
    return Column(head="wall", unit=f"{unit} {share}".rstrip(), cells=cells, rank=2)


def _figures(rows: Sequence[Row], share: str) -> list[Column]:
    mega, percent = 1e6, 0.01
    return [
        _crossovers(rows, share),
        _timed("CPU", "{}/task", [row.cpu_ns for row in rows], rank=9),
        _plain("tasks", "per s", [row.tasks_per_s for row in rows], rank=10),
        _plain("efficiency", "%", [row.efficiency for row in rows], rank=11, per=percent),
        _timed("roofline", "{}", [row.roofline_ns for row in rows], rank=12),
        _plain("memory", "MB", [row.memory_bytes for row in rows], rank=13, per=mega),
        _timed("p50", "{}/task", [row.p50_ns for row in rows], rank=14),
        _timed("p99", "{}/task", [row.p99_ns for row in rows], rank=14),
        _timed("start-up", "{}", [row.startup_ns for row in rows], rank=15),
    ]


def _spread(spread: Seen | None, per: float) -> str:
    """Write the median of the rounds, with the least and the most where they differ."""
    if spread is None:
        return NOTHING
    figures = (spread.median, spread.least, spread.most)
    whole = per == 1 and all(figure == int(figure) for figure in figures)
    middle, least, most = (
        f"{figure:,.0f}" if whole else formatting.number(figure / per) for figure in figures
    )
    return middle if least == most else f"{middle} ({least} to {most})"


def _crossovers(rows: Sequence[Row], share: str) -> Column:
    """Build the column of C*, for clients that may have several waiting tasks under way."""
    cells = tuple(
        formatting.crossover(row.crossover.value, row.crossover.low, row.crossover.high)
        if row.crossover
        else NOTHING
        for row in rows
    )
    return Column(head=CROSSOVER, unit=f"at once {share}".rstrip(), cells=cells, rank=7)


def _plain(
    head: str, unit: str, figures: Sequence[float | None], *, rank: int, per: float = 1
) -> Column:
    cells = tuple(NOTHING if value is None else formatting.number(value / per) for value in figures)
    return Column(head=head, unit=unit, cells=cells, rank=rank)


def _timed(head: str, unit: str, figures: Sequence[float | None], *, rank: int) -> Column:
    per, name = formatting.scale(value for value in figures if value is not None)
    return _plain(head, unit.format(name), figures, rank=rank, per=per)


def estimates(
    estimates: Sequence[Estimate | None], write: Callable[[float], str], without: Sequence[str]
) -> tuple[str | Bounded, ...]:
    """Return estimates as cells, and what stands where there is none."""
    return tuple(
        instead
        if estimate is None
        else write(estimate.value)
        if estimate.low is None or estimate.high is None
        else Bounded(
            value=write(estimate.value), low=write(estimate.low), high=write(estimate.high)
        )
        for estimate, instead in zip(estimates, without, strict=True)
    )


def _no_ratio(scenario: Comparison) -> list[str]:
    return ["baseline" if row.model == scenario.baseline else NOTHING for row in scenario.rows]


def model(row: Row) -> str:
    """Return a row's model, marked where the target held it back."""
    return row.model + ("" if row.sound or not row.wall else HELD_BACK)


def _verdict(row: Row) -> str:
    return row.verdict.word if row.verdict else NOTHING


def _confidence(scenario: Comparison) -> str:
    walls = [row.wall for row in scenario.rows if row.wall and row.wall.low is not None]
    return f"[{walls[0].confidence * 100:g} %]" if walls else ""
