"""What the article's suite adds: how the gap grows with K, and how much of it is reuse."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from bench import wording
from bench.findings._gains import compared, with_interval
from bench.row import compare
from bench.stats import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Summary
    from bench.row import Row

SUITE = "article"
NEW, BY_NAME = "-new", "-by-name"
"""Ends of the names of entrants: a connection for each request, and that by name."""
POINTS = 3
"""Fewer numbers of URLs than this are no line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """How much a model's gap to sync grows with each further URL at once, over equal waits."""

    model: str
    waits_ns: float
    least: int
    most: int
    per_url: Estimate


def slopes(summary: Summary) -> list[Slope]:
    """Fit a line through each model's ratios over K, where all K URLs were under way at once.

    An ordinary least-squares line through ratio over K: a slope of 1 is a sum against its longest
    part, 0 is no growth. Its interval comes of the points' own, as independent ones combine.
    """
    points: dict[tuple[str, float], dict[int, Estimate]] = {}
    for one in summary.scenarios:
        if one.suite == SUITE and one.waits_ns > 0 and one.tasks == one.concurrency:
            for row in compared(one):
                if row.width >= one.tasks and row.ratio:
                    points.setdefault((row.model, one.waits_ns), {})[one.tasks] = row.ratio
    return [
        Slope(
            model=model,
            waits_ns=waits_ns,
            least=min(mine),
            most=max(mine),
            per_url=_line(sorted(mine.items())),
        )
        for (model, waits_ns), mine in points.items()
        if len(mine) >= POINTS
    ]


def growth(found: Sequence[Slope]) -> str:
    """Say how much each further URL adds, with the models that keep their connections."""
    kept = [slope for slope in found if not slope.model.endswith(NEW)]
    if not kept:
        return ""
    first, *others = sorted(kept, key=lambda slope: -slope.per_url.value)
    said = (
        f"Each further URL of {wording.duration(first.waits_ns)} at once, from {first.least} to "
        f"{first.most}, adds {_signed(first.per_url)} to that with {first.model}"
    )
    rest = [f"{_signed(slope.per_url)} with {slope.model}" for slope in others]
    return f"{', '.join([said, *rest])} (1.00 is a sum against its longest part)."


def split(summary: Summary) -> str:
    """Take the gap of `requests.get` per URL to a kept session apart, in the largest scenarios.

    Concurrency is what asyncio gains over sync while both keep their connections; reuse is what
    sync gains by keeping its own.
    """
    parts = []
    of_suite = [one for one in summary.scenarios if one.suite == SUITE]
    for waits_ns in sorted({one.waits_ns for one in of_suite}, reverse=True):
        alike = [one for one in of_suite if one.waits_ns == waits_ns]
        most = max(alike, key=lambda one: one.tasks)
        parts += [text for text in (_shares(summary, most), _names(summary, most)) if text]
    return " ".join(parts)


def _shares(summary: Summary, one: Comparison) -> str | None:
    kept, anew, asyncio = one.row("sync"), one.row(f"sync{NEW}"), one.row("asyncio")
    total, reuse = _gain(summary, asyncio, anew), _gain(summary, kept, anew)
    concurrency = _gain(summary, asyncio, kept)
    work = wording.work(one.workload, one.tasks, one.waits_ns)
    where = work if one.waits_ns else f"{work} without any wait"
    if total and concurrency and reuse:
        return (
            f"Of the article's gap, {with_interval(total)} times with {where}, concurrency gives "
            f"{with_interval(concurrency)} and connection reuse {with_interval(reuse)} (over "
            "loopback, where connecting costs no round trip)."
        )
    # The target may have held asyncio back where nothing waits; what sync saves is known still.
    return f"Over {where}, reuse gives sync {with_interval(reuse)} times." if reuse else None


def _names(summary: Summary, one: Comparison) -> str | None:
    said = []
    for model in ("sync", "asyncio"):
        ratio = _gain(summary, one.row(f"{model}{NEW}"), one.row(f"{model}{BY_NAME}"))
        said += [f"{with_interval(ratio)} with {model}"] if ratio else []
    if not said:
        return None
    return f"By name a new connection took so many times as long as by address: {'; '.join(said)}."


def _gain(summary: Summary, fast: Row | None, slow: Row | None) -> Estimate | None:
    """How many times faster one was, if both may be leant on."""
    if not (fast and slow and fast.sound and slow.sound):
        return None
    methods = summary.methods
    return compare(fast, slow, confidence=methods.confidence)


def _signed(slope: Estimate) -> str:
    """Write a figure that may be below zero: 0.93 [0.90, 0.96]; nothing is 0.00, never -0.00."""
    value, *ends = (
        f"{round(figure, 2) + 0.0:.2f}"
        for figure in (slope.value, slope.low, slope.high)
        if figure is not None
    )
    return f"{value} [{', '.join(ends)}]" if ends else value


def _line(points: Sequence[tuple[int, Estimate]]) -> Estimate:
    middle = sum(urls for urls, _ in points) / len(points)
    square = sum((urls - middle) ** 2 for urls, _ in points)
    shares = [((urls - middle) / square, ratio) for urls, ratio in points]
    value = sum(share * ratio.value for share, ratio in shares)
    low = high = None
    if all(ratio.low is not None and ratio.high is not None for _, ratio in shares):
        # A ratio's interval is wider above: the wider half counts either way.
        halves = [
            share * max((ratio.high or 0) - ratio.value, ratio.value - (ratio.low or 0))
            for share, ratio in shares
        ]
        half = sqrt(sum(one**2 for one in halves))
        low, high = value - half, value + half
    first = points[0][1]
    return Estimate(
        value=value,
        low=low,
        high=high,
        confidence=first.confidence,
        over=first.over,
        count=len(points),
        spreads=(),
    )
