"""How long a request takes on each server as the load rises: p50 and p99, the ideal, the level."""

from __future__ import annotations

from itertools import groupby
from math import floor, log
from statistics import fmean, median
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import load_curve
from waitbench.charts._axes import logarithmic
from waitbench.charts._line_ends import names
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import (
    DASHES,
    FAMILIES,
    family,
    hue,
    labels,
    mark,
    only,
    styled,
    tips,
    token,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.load_curve import LoadCurve, LoadSeries
    from waitbench.presentation.vega_json import Vega
    from waitbench.results.load_step import LoadStep

PLACE = 40
WIDTH, HEIGHT = 330, 260
MS = 1e6
BIN = 1.3
"""Rates within this ratio are one point: each launch tries rates of its own."""
WHOLE = 0.9
"""A step that was broken off before so many of its requests were answered shows no time."""
ROOM = 105
"""Pixels behind the highest rate, for the labels there."""
KIN = {
    "threads": ("waitress", "gthread", "granian-wsgi"),
    "other": ("gevent", "hypercorn-trio"),
    "asyncio": ("starlette", "uvicorn", "hypercorn", "granian", "gunicorn-asgi"),
}
"""By family, how names of servers begin that do not say theirs; the first that fits."""
DEFAULT = "-default"
"""What ends the name of a row in which a server does as it does by itself: the table has it."""
QUANTILES = ("p50", "p99")
LEVELLED = "p99"
"""The quantile that the service level is for."""


def draw(summary: Summary) -> Picture | None:
    """Draw two fields for each kind of work, p50 and p99 on the same scales."""
    all_series = [series for series in load_curve.load_series(summary) if _curves(series)]
    if not all_series:
        return None
    facts = [_facts(series) for series in all_series]
    models = list(dict.fromkeys(fact["model"] for of in facts for fact in of))
    scales = [_scales(series, of) for series, of in zip(all_series, facts, strict=True)]
    values = [
        value
        for of, (x, y) in zip(facts, scales, strict=True)
        for value in (*of, *names(of, x, y, (WIDTH, HEIGHT)))
    ]
    return Picture(
        name="rising_load",
        title="Time of a request as the load rises, by server",
        caption=_caption(all_series),
        reading=(
            "To the right more requests arrive each second, upwards each takes longer, both on "
            "logarithmic scales, each kind of work on its own. A line that stays low is a server "
            "that keeps up; where it turns upwards, requests come faster than they are answered "
            "and queue. Time counts from when a request was due. The dotted line is the work of "
            "one request alone, the dashed one the service level of p99. Hue and mark are the "
            "family, dashes its variants."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [
                    _field(series, quantile, models, x, y)
                    for series, (x, y) in zip(all_series, scales, strict=True)
                    for quantile in QUANTILES
                ],
                "data": {"values": values},
            },
            series=models,
            axes=["x", "y"],
            labels=95,
        ),
    )


def _key(series: LoadSeries, quantile: str) -> str:
    return f"{series.suite}-{series.work}-{quantile}"


def _family(model: str) -> str:
    kin = (name for name, starts in KIN.items() if model.startswith(starts))
    return next(kin, None) or family(model)


def _curves(series: LoadSeries) -> list[LoadCurve]:
    """Return what is drawn: who has a time, without the second row of a server that has two."""
    names = {curve.model for curve in series.curves}
    return [
        curve
        for curve in series.curves
        if any(map(_whole, curve.points))
        and (not curve.model.endswith(DEFAULT) or curve.model.removesuffix(DEFAULT) not in names)
    ]


def _whole(step: LoadStep) -> bool:
    return step.answered >= WHOLE * step.planned and not step.generator_limited


def _facts(series: LoadSeries) -> list[Vega]:
    return [
        {
            "key": _key(series, quantile),
            "model": curve.model,
            "family": _family(curve.model),
            "rate": rate,
            "ms": figure / MS,
            "text": f"{formatting.number(rate)}/s: {formatting.duration(figure)}",
        }
        for curve in _curves(series)
        for rate, times in _binned(curve.points)
        for quantile, figure in zip(QUANTILES, times, strict=True)
    ]


def _binned(steps: Iterable[LoadStep]) -> list[tuple[float, tuple[float, float]]]:
    """Return a few rates, each with the medians of p50 and p99 over the steps near it."""
    whole = [step for step in steps if _whole(step)]
    bins = groupby(whole, key=lambda step: floor(log(step.rate_per_s) / log(BIN)))
    points = []
    for _, group in bins:
        near = list(group)
        rate = fmean(step.rate_per_s for step in near)
        times = median(step.p50_ns for step in near), median(step.p99_ns for step in near)
        points.append((rate, times))
    return points


def _scales(
    series: LoadSeries, facts: Sequence[Vega]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ends of both scales, with room for the names at the right."""
    rates, times = ([fact[name] for fact in facts] for name in ("rate", "ms"))
    least = min(rates) / 1.2
    most = least * (max(rates) / least) ** (WIDTH / (WIDTH - ROOM))
    return (least, most), (min(*times, series.time_ns / MS) / 1.5, max(times) * 1.8)


def _field(
    series: LoadSeries,
    quantile: str,
    models: Sequence[str],
    x_ends: tuple[float, float],
    y_ends: tuple[float, float],
) -> Vega:
    which = {"p50": "half of the requests", "p99": "99 of 100"}[quantile]
    x = {"field": "rate", "type": "quantitative", **logarithmic(*x_ends, title="requests per s")}
    y = {"field": "ms", "type": "quantitative", **logarithmic(*y_ends, title=f"{quantile}, ms")}
    dash = {
        "field": "model",
        "type": "nominal",
        "scale": {"domain": list(models), "range": _dashes(models)},
        "legend": None,
    }
    each = {"x": x, "y": y, "color": hue()}
    return {
        "title": {
            "text": f"{series.work} {formatting.duration(series.time_ns)}: {which}",
            "subtitle": f"level {formatting.duration(series.level_ns)}, dashed"
            if quantile == LEVELLED
            else f"ideal {formatting.duration(series.time_ns)}, dotted",
        },
        "width": WIDTH,
        "height": HEIGHT,
        "transform": only("key", _key(series, quantile)),
        "layer": [
            _rule(series.time_ns / MS, [1, 3]),
            *([_rule(series.level_ns / MS, [5, 4])] if quantile == LEVELLED else []),
            {
                "transform": [{"filter": "!isValid(datum.name)"}],
                "mark": {"type": "line", "strokeWidth": 1.8},
                "encoding": {**each, "detail": {"field": "model"}, "strokeDash": dash},
            },
            {
                "transform": [{"filter": "!isValid(datum.name)"}],
                "mark": {"type": "point", "size": 26, "filled": True, "opacity": 1},
                "encoding": {
                    **each,
                    "shape": mark(),
                    "tooltip": tips(model="server", text=quantile),
                },
            },
            *labels(
                [{"filter": "isValid(datum.name)"}],
                {"x": x, "y": {**y, "field": "label_ms"}},
                "name",
            ),
        ],
    }


def _rule(at_ms: float, dash: list[int]) -> Vega:
    return {
        "mark": {"type": "rule", "color": token("quiet"), "strokeWidth": 1, "strokeDash": dash},
        "encoding": {"y": {"datum": at_ms}},
    }


def _dashes(models: Sequence[str]) -> list[list[int]]:
    """Return each model's dash, by its place within its family."""
    used = dict.fromkeys(FAMILIES, 0)
    dashes = []
    for model in models:
        dashes.append(list(DASHES[used[_family(model)] % len(DASHES)]))
        used[_family(model)] += 1
    return dashes


def _caption(all_series: Sequence[LoadSeries]) -> str:
    """Return who holds least and most, for each kind of work."""
    sentences = []
    for series in all_series:
        knees = [(curve.knee.value, curve.model) for curve in _curves(series) if curve.knee]
        if len(knees) > 1:
            (low, least), (high, most) = min(knees), max(knees)
            sentences.append(
                f"Of requests that {series.work} {formatting.duration(series.time_ns)}, {most} "
                f"holds {formatting.number(high)} a second with p99 within "
                f"{formatting.duration(series.level_ns)}, {least} {formatting.number(low)}."
            )
    return " ".join(sentences)
