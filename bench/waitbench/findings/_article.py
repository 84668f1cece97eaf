"""What the article's suite adds: how the gap grows with K, and how much of it is reuse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.findings._gains import compared, sound
from waitbench.findings._verdicts import with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

SUITE = "article"
NEW, BY_NAME = "-new", "-by-name"
"""Ends of the names of contestants: a connection for each request, and that by name."""
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
    """Return the line through each model's ratios over K, where all K URLs were under way at once.

    An ordinary least-squares line through ratio over K: a slope of 1 is a sum against its longest
    part, 0 is no growth. Its interval comes of the points' own, as independent ones combine.
    """
    points: dict[tuple[str, float], dict[int, Estimate]] = {}
    for scenario in summary.suites.get(SUITE, []):
        if scenario.waits_ns > 0 and scenario.tasks == scenario.concurrency:
            for row in compared(scenario):
                if row.width >= scenario.tasks and row.ratio:
                    line = points.setdefault((row.model, scenario.waits_ns), {})
                    line[scenario.tasks] = row.ratio
    return [
        Slope(
            model=model,
            waits_ns=waits_ns,
            least=min(ratios),
            most=max(ratios),
            per_url=_line(sorted(ratios.items())),
        )
        for (model, waits_ns), ratios in points.items()
        if len(ratios) >= POINTS
    ]


def growth(slopes: Sequence[Slope]) -> str:
    """Return how much each further URL adds, with the models that keep their connections."""
    kept = [slope for slope in slopes if not slope.model.endswith(NEW)]
    if not kept:
        return ""
    first, *others = sorted(kept, key=lambda slope: -slope.per_url.value)
    sentence = (
        f"Each further URL of {formatting.duration(first.waits_ns)} at once, from {first.least} to "
        f"{first.most}, adds {_signed(first.per_url)} to that with {first.model}"
    )
    rest = [f"{_signed(slope.per_url)} with {slope.model}" for slope in others]
    return f"{', '.join([sentence, *rest])} (1.00 is a sum against its longest part)."


def split(summary: Summary) -> str:
    """Return what reuse and concurrency have in the gap of `requests.get` to a kept session.

    Concurrency is what asyncio gains over sync while both keep their connections; reuse is what
    sync gains by keeping its own.
    """
    parts = []
    of_suite = summary.suites.get(SUITE, [])
    for waits_ns in sorted({scenario.waits_ns for scenario in of_suite}, reverse=True):
        alike = [scenario for scenario in of_suite if scenario.waits_ns == waits_ns]
        most = max(alike, key=lambda scenario: scenario.tasks)
        parts += [text for text in (_shares(summary, most), _names(summary, most)) if text]
    return " ".join(parts)


def _shares(summary: Summary, scenario: Comparison) -> str | None:
    kept, anew, asyncio = (sound(scenario, model) for model in ("sync", f"sync{NEW}", "asyncio"))
    total, reuse = _gain(summary, asyncio, anew), _gain(summary, kept, anew)
    concurrency = _gain(summary, asyncio, kept)
    work = formatting.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    where = work if scenario.waits_ns else f"{work} without any wait"
    if total and concurrency and reuse:
        return (
            f"Of the article's gap, {with_interval(total)} times with {where}, concurrency gives "
            f"{with_interval(concurrency)} and connection reuse {with_interval(reuse)} (over "
            "loopback, where connecting costs no round trip)."
        )
    # The target may have held asyncio back where nothing waits; what sync saves is known still.
    return f"Over {where}, reuse gives sync {with_interval(reuse)} times." if reuse else None


def _names(summary: Summary, scenario: Comparison) -> str | None:
    ratios = []
    for model in ("sync", "asyncio"):
        anew, named = sound(scenario, f"{model}{NEW}"), sound(scenario, f"{model}{BY_NAME}")
        ratio = _gain(summary, anew, named)
        ratios += [f"{with_interval(ratio)} with {model}"] if ratio else []
    if not ratios:
        return None
    return f"Connecting by name, in times as long as by address: {'; '.join(ratios)}."


def _gain(summary: Summary, fast: Row | None, slow: Row | None) -> Estimate | None:
    """Return how many times faster `fast` was, if both are there."""
    if not (fast and slow):
        return None
    return compare(fast, slow, confidence=summary.methods.confidence)


def _signed(slope: Estimate) -> str:
    """Return a figure that may be below zero: 0.93 [0.90, 0.96]; nothing is 0.00, never -0.00."""
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
        half = sqrt(sum(part**2 for part in halves))
        low, high = value - half, value + half
    _, first = points[0]
    return replace(
        first, value=value, low=low, high=high, count=len(points), spreads=(), pooled=None
    )
