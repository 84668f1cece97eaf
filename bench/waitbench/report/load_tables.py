"""How much load each server holds: a table for each kind of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import load_curve
from waitbench.presentation.columns import NOTHING, Column, number_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.load_curve import LoadSeries
    from waitbench.analysis.row import Row

HEADING = "Servers under rising load"
MS = 1e6
FIRST_RANK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTable:
    """What is shown of one kind of work: a sentence, a table, and how to read it."""

    opening: str
    columns: Sequence[Column]
    aid: str


def tables(summary: Summary) -> list[LoadTable]:
    """Build a table for each kind of work; empty where no server was raced."""
    all_series = load_curve.load_series(summary)
    several = len({series.suite for series in all_series}) > 1
    return [
        LoadTable(
            opening=f"Suite {series.suite}: {_opening(series)}" if several else _opening(series),
            columns=_columns(series),
            aid=_aid(series),
        )
        for series in all_series
    ]


def _opening(series: LoadSeries) -> str:
    what = load_curve.DOES.get(series.work, series.work)
    loads = [
        f"{load_curve.name(multiple)} = {multiple * series.half_busy:,.0f}/s"
        for multiple in series.multiples
    ]
    listed = f" Loads: {', '.join(loads)}." if loads else ""
    return (
        f"{what} {formatting.duration(series.time_ns)} a request. At {series.half_busy:,.0f} "
        "requests/s "
        f"one worker that takes one at a time is half busy: that is 1x.{listed} "
        f"Level: 99 of 100 requests (p99) within {formatting.duration(series.level_ns)}."
    )


def _aid(series: LoadSeries) -> str:
    loads = [load_curve.name(multiple) for multiple in series.multiples]
    text = (
        "at once: requests that it was seen to work on at the same time, of 160 that came "
        "together. holds: the highest rate, evenly spaced, at which p99 stays within the level "
        f"and no queue grows; as many times as {series.baseline} holds."
    )
    if loads:
        text += (
            f" {loads[-1]} p50: time of a request at random arrivals, from when it was due. "
            "recovery: from the end of that load until answers come within the level again. "
            "health: the longest that a request for next to nothing took meanwhile."
        )
    if any(step.senders for curve in series.curves for step in curve.points):
        text += (
            " sent late, begun apart: in the steps that were held, how long after its time the "
            "latest of the machines that sent the load sent 99 of 100 requests, and how far apart "
            "they began, errors of their clocks counted in."
        )
    return text


def _columns(series: LoadSeries) -> list[Column]:
    curves = series.curves
    built = [
        Column(head="model", unit="", cells=tuple(curve.model for curve in curves), left=True),
        _at_once(series),
        *_knees(series),
    ]
    for rank, multiple in enumerate(reversed(series.multiples), FIRST_RANK):
        load = load_curve.name(multiple)
        rows = [curve.rows.get(load) for curve in curves]
        # The highest load is the last to be given up, but stands behind the others.
        built[4:4] = [
            _figures(f"{load} p50", "ms", rows, lambda row: row.measured.p50_ns, MS, rank),
            _figures(f"{load} p99", "ms", rows, _p99, MS, rank),
        ]
    for crowd in series.crowds:
        rows = [curve.rows.get(crowd) for curve in curves]
        built.append(_figures(crowd, "answers per s", rows, _metric("answered_per_s"), 1, 6))
    if series.multiples:
        built += _under(series, load_curve.name(series.multiples[-1]))
    built += _senders(series)
    return [column for column in built if set(column.cells) != {NOTHING}]


def _at_once(series: LoadSeries) -> Column:
    """Build the column of what was measured; an older run has what the settings say."""
    widths = [max((row.width for row in curve.rows.values()), default=0) for curve in series.curves]
    cells = tuple(str(width) if width else NOTHING for width in widths)
    return Column(head="at once", unit="", cells=cells, rank=3)


def _knees(series: LoadSeries) -> list[Column]:
    held, times = [], []
    for curve in series.curves:
        knee, row = curve.knee, curve.rows.get(load_curve.KNEE)
        ratio = row.ratio if row else None
        held.append(_with_ends(knee.value, knee.low, knee.high) + _more(row) if knee else NOTHING)
        times.append(
            _with_ends(ratio.value, ratio.low, ratio.high)
            if ratio
            else "baseline"
            if curve.model == series.baseline and knee
            else NOTHING
        )
    return [
        Column(head="holds", unit="per s [95 %]", cells=tuple(held)),
        Column(head=f"times {series.baseline}", unit="[95 %]", cells=tuple(times), rank=2),
    ]


def _more(row: Row | None) -> str:
    """Mark a knee that the generator made: the server may hold more."""
    return " (!)" if row and row.measured.bound == "generator-bound" else ""


def _with_ends(value: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return formatting.number(value)
    return f"{formatting.number(value)} [{formatting.number(low)}, {formatting.number(high)}]"


def _under(series: LoadSeries, load: str) -> list[Column]:
    rows = [curve.rows.get(load) for curve in series.curves]
    return [
        _figures(f"{load} goodput", "per s", rows, _metric("goodput_per_s"), 1, 10),
        _figures("recovery", f"s after {load}", rows, _metric("recovery_ns"), 1e9, 8),
        _figures("health", f"max ms, {load}", rows, _metric("health_max_ns"), MS, 7),
        _figures("refused", f"requests, {load}", rows, _metric("refused"), 1, 12),
        _figures(
            "failed", f"requests, {load}", rows, lambda row: float(row.measured.errors), 1, 13
        ),
        _figures("CPU", f"µs/request, {load}", rows, lambda row: row.cpu_ns, 1e3, 9),
        _figures("memory", "MB", rows, lambda row: row.measured.memory_bytes, 1e6, 11),
    ]


def _senders(series: LoadSeries) -> list[Column]:
    """How late the latest of several generators was, in all steps that a server held."""
    held = [
        [step for row in curve.rows.values() for step in row.measured.steps if step.sustained]
        for curve in series.curves
    ]
    sent = [[step for step in steps if step.senders] for steps in held]
    late_ns = [
        max((sender["lag_p99_ns"] for step in steps for sender in step.senders), default=None)
        for steps in sent
    ]
    apart_ns = [max((step.skew_ns for step in steps), default=None) for steps in sent]
    return [
        number_column("sent late", "ms, p99 of the latest machine", late_ns, rank=14, per=MS),
        number_column("begun apart", "ms at most", apart_ns, rank=15, per=MS),
    ]


def _metric(name: str) -> Callable[[Row], float | None]:
    return lambda row: row.measured.metrics[name].median if name in row.measured.metrics else None


def _p99(row: Row) -> float | None:
    """Return the 99th percentile, or of few requests the slowest of them all."""
    return row.measured.p99_ns or max((step.p99_ns for step in row.measured.steps), default=None)


def _figures(  # noqa: PLR0913, PLR0917 - all that a column of figures is made of
    head: str,
    unit: str,
    rows: Sequence[Row | None],
    figure: Callable[[Row], float | None],
    per: float,
    rank: int,
) -> Column:
    figures = [None if row is None else figure(row) for row in rows]
    return number_column(head, unit, figures, rank=rank, per=per)
