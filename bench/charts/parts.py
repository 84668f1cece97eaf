"""Where the time of a task went: its parts stacked, from client and target on one clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench import wording
from bench.charts import Picture
from bench.charts._axes import linear
from bench.charts._theme import styled, token
from bench.comparison import MAIN
from bench.parts import PARTS

if TYPE_CHECKING:
    from bench.comparison import Comparison, Summary
    from bench.row import Row

PLACE = 30
WIDTH, ROW = 300, 20
MOST = 6
ROOM = 1.22
"""Times the longest bar that the scale goes on, for the label behind it."""
MEANS = {
    "waiting": "waiting for its turn",
    "sending": "on its way to the target",
    "queue": "in the target's queue",
    "hold": "the wait itself",
    "late": "what the target added",
    "return": "the way back",
    "after": "computing afterwards",
}


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario that waited for the target: a stacked bar per model."""
    main = [scenario for scenario in summary.scenarios if scenario.suite in MAIN]
    timed = [scenario for scenario in main or summary.scenarios if _rows(scenario)]
    if not timed:
        return None
    shown = timed[:MOST]
    scale = {
        "domain": [MEANS[part] for part in PARTS],
        "range": [token(f"part-{part}") for part in PARTS],
    }
    return Picture(
        name="parts",
        title="Where the time of a task went",
        caption=_caption(shown[0])
        + (f" The first {len(shown)} of {len(timed)} scenarios." if len(timed) > MOST else ""),
        reading=(
            "Each bar is the mean task of a model, from the start of its round to its own end, on "
            "one clock for client and target. The wait itself nobody can shorten; waiting for a "
            "turn is what concurrency saves; the rest is what client and target cost. The number "
            "behind a bar is the whole. Each field has a scale of its own."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [_field(scenario, scale) for scenario in shown],
                "data": {"values": [fact for scenario in shown for fact in _facts(scenario)]},
                "resolve": {"scale": {"x": "independent", "y": "independent", "color": "shared"}},
            },
            series=list(dict.fromkeys(row.model for scenario in shown for row in _rows(scenario))),
        ),
    )


def _rows(scenario: Comparison) -> list[Row]:
    return [row for row in scenario.rows if row.sound and sum(row.parts.values()) > 0]


def _scale(scenario: Comparison) -> tuple[int, str]:
    return wording.scale([max(sum(row.parts.values()) for row in _rows(scenario))])


def _facts(scenario: Comparison) -> list[dict[str, Any]]:
    per, _ = _scale(scenario)
    facts = []
    for row in _rows(scenario):
        end = 0.0
        for part in PARTS:
            # A target's clock may be ahead by a hair: what is below nothing is nothing.
            wall = max(0.0, row.parts[part])
            facts.append(
                {
                    "scenario": _key(scenario),
                    "model": row.model,
                    "part": MEANS[part],
                    "start": end / per,
                    "end": (end + wall) / per,
                    "took": wording.duration(wall),
                }
            )
            end += wall
        facts.append(
            {
                "scenario": f"{_key(scenario)}/whole",
                "model": row.model,
                "end": end / per,
                "took": wording.duration(end),
            }
        )
    return facts


def _key(scenario: Comparison) -> str:
    return f"{scenario.suite}/{scenario.name}"


def _field(scenario: Comparison, scale: dict[str, Any]) -> dict[str, Any]:
    per, unit = _scale(scenario)
    longest = max(sum(row.parts.values()) for row in _rows(scenario)) / per
    x = {"type": "quantitative", **linear(longest * ROOM, f"{unit} per task")}
    y = {
        "field": "model",
        "type": "nominal",
        "sort": [row.model for row in _rows(scenario)],
        "axis": {"title": None},
    }
    named = (("model", "model"), ("part", "part"), ("took", "took"))
    work = wording.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    shown = {"filter": "indexof(hidden, datum.model) < 0"}
    return {
        "title": {
            "text": f"{work}, {scenario.concurrency:,} at once",
            "subtitle": scenario.name,
        },
        "width": WIDTH,
        "height": {"step": ROW},
        "layer": [
            {
                "transform": [
                    {"filter": {"field": "scenario", "equal": _key(scenario)}},
                    shown,
                ],
                "mark": {"type": "bar", "height": {"band": 0.72}},
                "encoding": {
                    "y": y,
                    "x": {**x, "field": "start"},
                    "x2": {"field": "end"},
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "scale": scale,
                        "legend": {
                            "orient": "top",
                            "title": None,
                            "columns": 4,
                            "symbolType": "square",
                        },
                    },
                    "tooltip": [
                        {"field": name, "type": "nominal", "title": text} for name, text in named
                    ],
                },
            },
            {
                "transform": [
                    {"filter": {"field": "scenario", "equal": f"{_key(scenario)}/whole"}},
                    shown,
                ],
                "mark": {"type": "text", "align": "left", "dx": 5, "color": token("ink")},
                "encoding": {"y": y, "x": {**x, "field": "end"}, "text": {"field": "took"}},
            },
        ],
    }


def _caption(scenario: Comparison) -> str:
    """Return what most of the time was, of the slowest and of the quickest model."""
    rows = sorted(_rows(scenario), key=lambda row: sum(row.parts.values()))
    sentences = []
    for model in dict.fromkeys((rows[-1].model, rows[0].model)):
        parts = next(row.parts for row in rows if row.model == model)
        most = max(PARTS, key=lambda part: parts[part])
        whole = sum(parts.values())
        sentences.append(
            f"of a task's {wording.duration(whole)} with {model}, "
            f"{wording.percent(parts[most] / whole)} was {MEANS[most]}"
        )
    text = f"{'; '.join(sentences)} ({scenario.name})."
    return f"{text[:1].upper()}{text[1:]}"
