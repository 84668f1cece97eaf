"""Figures with their units as cells: a unit for a column, or for each row where they lie apart."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import drift
from waitbench.presentation.columns import NOTHING, Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.results.foreign import ForeignBenchmark, ForeignRun

APART = 1000
"""From this ratio on, figures of a column have a unit each: in a common one some are unreadable."""
LEVELS = "▁▂▃▄▅▆▇█"
"""Signs of a drawn course, the lowest first."""
NAMED = 3
"""So many benchmarks that drift are named; the rest is counted."""
MOST = 10
"""So many benchmarks in doubt have a line each; the rest is counted."""
Scale = tuple[float, str]


def scales(benchmarks: Sequence[ForeignBenchmark]) -> list[Scale]:
    """Return the unit of each row, in their order: what it is divided by, and its name."""
    values = [benchmark.value for benchmark in benchmarks]
    if len({benchmark.unit for benchmark in benchmarks}) == 1 and max(values) < APART * min(values):
        return [fitting(min(values), benchmarks[0].unit)] * len(values)
    return [fitting(benchmark.value, benchmark.unit) for benchmark in benchmarks]


def fitting(value: float, unit: str) -> Scale:
    """Return the unit in which a figure is best read: what it is divided by, and its name."""
    if unit == "ns":
        return formatting.scale([value])
    return formatting.fitting([value], unit) if unit else (1.0, "")


def measured(value: float, unit: str) -> str:
    """Write one figure with its unit: 10.0 ms."""
    per, name = fitting(value, unit)
    return f"{formatting.number(value / per)} {name}".rstrip()


def column(
    head: str,
    benchmarks: Sequence[ForeignBenchmark | None],
    scaled: Sequence[Scale],
    write: Callable[[ForeignBenchmark, float], str],
    *,
    rank: int = 0,
) -> Column:
    """Build a column of figures, their unit in the head if it is the same in all rows."""
    same = len(set(scaled)) == 1
    cells = [
        NOTHING if benchmark is None else write(benchmark, per)
        for benchmark, (per, _) in zip(benchmarks, scaled, strict=True)
    ]
    if not same:
        cells = [
            cell if cell == NOTHING else f"{cell} {name}".rstrip()
            for cell, (_, name) in zip(cells, scaled, strict=True)
        ]
    return Column(head=head, unit=scaled[0][1] if same else "", cells=tuple(cells), rank=rank)


def value(benchmark: ForeignBenchmark, per: float) -> str:
    """Write the median."""
    return formatting.number(benchmark.value / per)


def spread(benchmark: ForeignBenchmark, per: float) -> str:
    """Write the quartiles of the rounds: 9.90 to 10.1."""
    if benchmark.spread is None:
        return NOTHING
    return " to ".join(formatting.number(end / per) for end in benchmark.spread)


def course(head: str, benchmarks: Sequence[ForeignBenchmark], *, rank: int) -> Column:
    """Draw the rounds from the first to the last, where the file has them: an eighth is a sign."""
    cells = tuple(
        "".join(LEVELS[min(int(share * len(LEVELS)), len(LEVELS) - 1)] for share in shares)
        or NOTHING
        for shares in (drift.course(benchmark.values) for benchmark in benchmarks)
    )
    return Column(head=head, unit="", cells=cells, rank=rank, left=True)


def drifting(run: ForeignRun) -> list[str]:
    """Return a line on the benchmarks that drift, those that do so most first; none for none."""
    ratios = {
        label: ratio
        for label, benchmark in zip(run.labels, run.benchmarks, strict=True)
        if (ratio := drift.drift(benchmark.values)) is not None
    }
    most = sorted(ratios, key=lambda label: -abs(log(ratios[label])))
    if not ratios:
        return []
    if len(ratios) == 1:
        times = formatting.times(ratios[most[0]])
        took = f"its last third of rounds took {times} times as long as the first"
        return [f"{most[0]} drifts: {took}."]
    named = [f"{label} ({formatting.times(ratios[label])})" for label in most]
    listed = formatting.listing(formatting.shortlist(named, NAMED))
    many = f"{len(ratios):,} of {len(run.benchmarks):,} benchmarks"
    return [f"{many} drift, their last third of rounds to the first: {listed}."]


def contradicting(run: ForeignRun) -> list[str]:
    """Return a line for each of the first benchmarks whose figures are in doubt."""
    sentences = [
        f"{label}: {remark}."
        for label, benchmark in zip(run.labels, run.benchmarks, strict=True)
        for remark in benchmark.remarks
    ]
    more = len(sentences) - MOST
    rest = [f"So it is with {formatting.count(more, 'more benchmark')}."] if more > 0 else []
    return [*sentences[:MOST], *rest]


def counts(head: str, numbers: Sequence[int], *, rank: int) -> Column:
    """Build a column of whole numbers."""
    return Column(
        head=head,
        unit="",
        cells=tuple(f"{many:,}" if many else NOTHING for many in numbers),
        rank=rank,
    )
