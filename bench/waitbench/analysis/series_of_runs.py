"""Runs of one suite in their order: levels of each benchmark, runs of other machines apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log
from statistics import median
from typing import TYPE_CHECKING

from waitbench.analysis.two_runs import FACTS, Key, by_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.results.foreign import ForeignBenchmark, ForeignRun

Cuts = list[int]
"""Places in a series at which a new level begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One benchmark over the runs of one machine.

    Attributes:
        label: its name, in full where two would be alike.
        last: as the last run has it.
        runs: which runs have it, by their place among all.
        values: its median in each of them.
        cuts: places in `values` at which a new level begins; empty where none is seen.
        before: level of the first runs.
        after: level of the last.
    """

    label: str
    last: ForeignBenchmark
    runs: tuple[int, ...]
    values: tuple[float, ...]
    cuts: tuple[int, ...]
    before: float
    after: float

    @property
    def ratio(self) -> float:
        """The last level to the first."""
        return self.after / self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All benchmarks of a series, the largest change first, and the runs that stand apart."""

    courses: tuple[Course, ...]
    apart: tuple[int, ...]


def series(runs: Sequence[ForeignRun], find: Callable[[Sequence[float]], Cuts]) -> Series:
    """Follow each benchmark through the runs of the machine that most of them are of.

    Args:
        runs: in their order.
        find: where the level of a series of figures changes.
    """
    machines = [machine(run) for run in runs]
    common = Counter(machines).most_common(1)[0][0]
    keyed = {number: by_key(run) for number, run in enumerate(runs) if machines[number] == common}
    names = dict.fromkeys(key for benchmarks in keyed.values() for key in benchmarks)
    courses = [_course(key, keyed, find) for key in names]
    return Series(
        courses=tuple(
            sorted(courses, key=lambda course: (not course.cuts, -abs(log(course.ratio))))
        ),
        apart=tuple(number for number, its in enumerate(machines) if its != common),
    )


def machine(run: ForeignRun) -> tuple[str, ...]:
    """Return what makes runs comparable: CPU, cores, interpreter, system, tool."""
    return (*(str(run.environment.get(name, "")) for name in FACTS), run.tool)


def _course(
    key: Key,
    keyed: Mapping[int, Mapping[Key, tuple[str, ForeignBenchmark]]],
    find: Callable[[Sequence[float]], Cuts],
) -> Course:
    places = [number for number, benchmarks in keyed.items() if key in benchmarks]
    label, last = keyed[places[-1]][key]
    values = [keyed[number][key][1].value for number in places]
    cuts = find(values)
    first, end = (values[: cuts[0]], values[cuts[-1] :]) if cuts else (values[:1], values[-1:])
    return Course(
        label=label,
        last=last,
        runs=tuple(places),
        values=tuple(values),
        cuts=tuple(cuts),
        before=median(first),
        after=median(end),
    )
