"""A run in, figures out that survive a change of machine: ratios within the run, by row.

Of a run that another tool measured they are its medians, which only its machine has.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Any, Literal

from waitbench.stats.estimates import Estimate, Spread, half_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.results.foreign import ForeignBenchmark, ForeignRun

Kind = Literal["speed", "CPU", "efficiency", "wall", "bytes", "count"]

MEANINGS: dict[Kind, str] = {
    "speed": "times faster than the reference of the same run, paired within blocks",
    "CPU": "CPU of a task, in that of the reference's tasks of the same run",
    "efficiency": "the ideal wall that the wait allows, as a share of the measured one",
    "wall": "wall of a round, which only the same machine can compare",
    "bytes": "what another tool counted in bytes",
    "count": "what another tool counted",
}
LESS_IS_BETTER: tuple[Kind, ...] = ("CPU", "wall", "bytes", "count")
ABSOLUTE: tuple[Kind, ...] = ("wall", "bytes", "count")
"""Kinds that no other machine can be compared with; the last two are other tools'."""
OF_UNIT: dict[str, Kind] = {"ns": "wall", "bytes": "bytes"}
"""What a benchmark of another tool is kept as, by its unit; else a count."""
FIELDS = ("log", "error", "freedom", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFigure:
    """One figure of one row, as a logarithm with what is known of its doubt.

    Attributes:
        log: natural logarithm of the figure.
        error: standard error of it.
        freedom: degrees of freedom of that; 0 where nothing is known of it, as of one process.
        count: launches behind it.
    """

    log: float
    error: float
    freedom: float
    count: int

    def as_record(self) -> dict[str, Any]:
        """Return its JSON form."""
        return {"log": self.log, "error": self.error, "freedom": self.freedom, "count": self.count}


def read(record: Mapping[str, Any]) -> KeptFigure:
    """Read a figure from its JSON form.

    Raises:
        KeyError, TypeError, ValueError: it is no such form.
    """
    log_, error, freedom = (float(record[name]) for name in FIELDS[:3])
    if not (isfinite(log_) and isfinite(error) and error >= 0 and freedom >= 0):
        raise ValueError("a figure makes no sense")
    return KeptFigure(log=log_, error=error, freedom=freedom, count=int(record["count"]))


def figures(summary: Summary) -> dict[str, dict[Kind, KeptFigure]]:
    """Return the figures of every sound row by `suite/scenario/model`."""
    by_row: dict[str, dict[Kind, KeptFigure]] = {}
    for scenario in summary.scenarios:
        for row in scenario.rows:
            of_row = dict(_of_row(scenario, row))
            if row.sound and of_row:
                by_row[f"{scenario.suite}/{scenario.name}/{row.model}"] = of_row
    return by_row


def figures_of_others(run: ForeignRun) -> dict[str, dict[Kind, KeptFigure]]:
    """Return the median of every benchmark by its full name, as sure as its processes are alike."""
    return {
        name: {OF_UNIT.get(benchmark.unit, "count"): _median(benchmark)}
        for name, benchmark in zip(run.fullnames, run.benchmarks, strict=True)
    }


def _median(benchmark: ForeignBenchmark) -> KeptFigure:
    logs = [log(median(values)) for values in benchmark.processes if values]
    if len(logs) <= 1:
        return KeptFigure(log=log(benchmark.value), error=0.0, freedom=0.0, count=1)
    error = stdev(logs) / sqrt(len(logs))
    return KeptFigure(log=fmean(logs), error=error, freedom=len(logs) - 1.0, count=len(logs))


def change(then: KeptFigure, now: KeptFigure, kind: Kind) -> Estimate:
    """Return how many times better a figure is now, with the errors of both runs combined.

    Degrees of freedom after Welch 1947 and Satterthwaite 1946. Where the error of either is not
    known, there is no interval.
    """
    middle = (then.log - now.log) if kind in LESS_IS_BETTER else (now.log - then.log)
    if not (then.freedom and now.freedom):
        return Estimate(
            value=exp(middle),
            low=None,
            high=None,
            confidence=0.99,
            over="launches",
            count=min(then.count, now.count),
            spreads=(),
        )
    parts = (then.error**2 / max(then.freedom, 1), now.error**2 / max(now.freedom, 1))
    squares = then.error**2 + now.error**2
    quartics = sum(
        error**2 * part for error, part in zip((then.error, now.error), parts, strict=True)
    )
    freedom = int(squares**2 / quartics) if quartics else 1
    spread = Spread(error=sqrt(squares), freedom=max(1, freedom))
    half = half_width((spread,), 0.99)
    return Estimate(
        value=exp(middle),
        low=exp(middle - half),
        high=exp(middle + half),
        confidence=0.99,
        over="launches",
        count=min(then.count, now.count),
        spreads=(spread,),
    )


def _of_row(scenario: Comparison, row: Row) -> Iterator[tuple[Kind, KeptFigure]]:
    reference = scenario.row(scenario.baseline) if scenario.baseline else None
    if row.ratio is not None and (figure := _figure(row.ratio)):
        yield "speed", figure
    if row is not reference and reference is not None and reference.cpu and row.cpu:
        cpu, reference_cpu = _figure(row.cpu), _figure(reference.cpu)
        if cpu and reference_cpu:
            yield "CPU", _over(cpu, reference_cpu)
    wall = _figure(row.wall) if row.wall else None
    if wall is None:
        return
    if scenario.waits_ns > 0 and not scenario.computes and row.efficiency:
        yield "efficiency", KeptFigure(**(wall.as_record() | {"log": log(row.efficiency)}))
    yield "wall", wall


def _figure(estimate: Estimate) -> KeptFigure | None:
    """Return a figure with the estimate's widest source of doubt; None without any."""
    if not estimate.spreads:
        return None
    widest = max(estimate.spreads, key=lambda spread: spread.error)
    return KeptFigure(
        log=log(estimate.value),
        error=widest.error,
        freedom=float(widest.freedom),
        count=estimate.count,
    )


def _over(figure: KeptFigure, reference: KeptFigure) -> KeptFigure:
    return KeptFigure(
        log=figure.log - reference.log,
        error=sqrt(figure.error**2 + reference.error**2),
        freedom=min(figure.freedom, reference.freedom),
        count=min(figure.count, reference.count),
    )
