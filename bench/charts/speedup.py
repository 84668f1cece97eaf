"""How many times faster than the baseline each model was, scenario by scenario, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import wording
from bench.charts import Picture
from bench.charts._axes import logarithmic
from bench.charts._theme import family, hue, mark, styled, token
from bench.comparison import MAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison import Comparison, Summary
    from bench.row import Row

PLACE = 10
WIDTH, ROW = 205, 19
"""Of one scenario's field, and of a model in it, in points."""
MOST = 24
"""More fields than this are no picture; the rest is counted."""
ROOM = 2.4
"""Times the highest end of an interval that the scale goes on, for the label behind it."""


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario: a row per model, a mark at its ratio, its interval as a line."""
    main = [scenario for scenario in summary.scenarios if scenario.suite in MAIN]
    compared = [
        scenario
        for scenario in main or summary.scenarios
        if _rows(scenario) and not scenario.served
    ]
    if not compared:
        return None
    shown = compared[:MOST]
    ends = [end for scenario in shown for row in _rows(scenario) for end in _ends(row)]
    domain = min(0.5, *ends), max(2.0, max(ends) * ROOM)
    names = dict.fromkeys(scenario.baseline or "" for scenario in shown)
    base = next(iter(names)) if len(names) == 1 else "the baseline"
    axis = f"times as fast as {base}"
    fields = [_field(scenario, domain, axis) for scenario in shown]
    return Picture(
        name="speedup",
        title=f"Speed-up over {base}, by scenario",
        caption=_caption(shown, len(compared), base),
        reading=(
            f"Each field is a scenario, each line a model; the vertical line at 1 is {base}. A "
            "mark is how many times as fast the model was, paired block by block; the bar through "
            "it is the interval. All fields have the same scale: to the right of 1 is faster, and "
            "a field whose marks all stand at 1 gains nothing from any model. A hollow mark is "
            "undecided: too unsure to call."
        ),
        spec=styled(
            {
                "columns": 3,
                "concat": fields,
                "data": {"values": [fact for scenario in shown for fact in _facts(scenario)]},
                "resolve": {"scale": {"y": "independent"}},
            },
            series=list(dict.fromkeys(row.model for scenario in shown for row in _rows(scenario))),
            axes=["x"],
        ),
    )


def _rows(scenario: Comparison) -> list[Row]:
    return [row for row in scenario.rows if row.ratio and row.sound]


def _ends(row: Row) -> tuple[float, float]:
    assert row.ratio is not None
    return row.ratio.low or row.ratio.value, row.ratio.high or row.ratio.value


def _facts(scenario: Comparison) -> list[dict[str, Any]]:
    facts = []
    for row in _rows(scenario):
        assert row.ratio is not None
        low, high = _ends(row)
        facts.append(
            {
                "scenario": _key(scenario),
                "model": row.model,
                "family": family(row.kind),
                "ratio": row.ratio.value,
                "low": low,
                "high": high,
                "text": wording.times(row.ratio.value),
                "interval": wording.between(low, high),
                "verdict": row.verdict.word if row.verdict else "no verdict",
                "decided": bool(row.verdict and row.verdict.word != "undecided"),
            }
        )
    return facts


def _field(scenario: Comparison, domain: tuple[float, float], axis: str) -> dict[str, Any]:
    models = [row.model for row in _rows(scenario)]
    x = {
        "field": "ratio",
        "type": "quantitative",
        **logarithmic(*domain, title=axis),
    }
    y = {"field": "model", "type": "nominal", "sort": models, "axis": {"title": None}}
    tooltip = [
        {"field": field, "type": "nominal", "title": title}
        for field, title in (
            ("model", "model"),
            ("text", axis),
            ("interval", "interval"),
            ("verdict", "verdict"),
        )
    ]
    hollow = {"condition": {"test": "datum.decided", **hue()}, "value": token("page")}
    each = {"y": y, "tooltip": tooltip}
    return {
        "title": {"text": _title(scenario), "subtitle": _subtitle(scenario)},
        "width": WIDTH,
        "height": {"step": ROW},
        "transform": [
            {"filter": {"field": "scenario", "equal": _key(scenario)}},
            {"filter": "indexof(hidden, datum.model) < 0"},
        ],
        "layer": [
            {
                "data": {"values": [{}]},
                "mark": {"type": "rule", "color": token("quiet"), "strokeWidth": 1},
                "encoding": {"x": {"datum": 1}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    **each,
                    "x": {**x, "field": "low"},
                    "x2": {"field": "high"},
                    "color": hue(),
                },
            },
            {
                "mark": {"type": "point", "size": 60, "opacity": 1, "strokeWidth": 1.5},
                "encoding": {**each, "x": x, "stroke": hue(), "fill": hollow, "shape": mark()},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 7, "color": token("ink")},
                "encoding": {**each, "x": {**x, "field": "high"}, "text": {"field": "text"}},
            },
        ],
    }


def _key(scenario: Comparison) -> str:
    return f"{scenario.suite}/{scenario.name}"


def _title(scenario: Comparison) -> str:
    work = wording.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    return f"{work}, {scenario.concurrency:,} at once"


def _subtitle(scenario: Comparison) -> str:
    return scenario.name


def _caption(shown: Sequence[Comparison], of: int, base: str) -> str:
    """Return how much the best gained where tasks wait, and where they compute."""
    sentences = []
    for word, scenarios in (
        ("Where tasks wait", [scenario for scenario in shown if scenario.waits_ns > 0]),
        (
            "where they only compute",
            [scenario for scenario in shown if scenario.computes and not scenario.waits_ns],
        ),
    ):
        best = max(
            ((row, scenario) for scenario in scenarios for row in _rows(scenario) if row.rival),
            key=lambda pair: pair[0].ratio.value if pair[0].ratio else 0.0,
            default=None,
        )
        if best and best[0].ratio:
            low, high = _ends(best[0])
            sentences.append(
                f"{word}, the best was {best[0].model}: {wording.times(best[0].ratio.value)} "
                f"{wording.between(low, high)} times as fast as {base}"
            )
    text = f"{'; '.join(sentences)}." if sentences else ""
    text = f"{text[:1].upper()}{text[1:]}"
    return f"{text} The first {MOST} of {of} scenarios." if of > len(shown) else text
