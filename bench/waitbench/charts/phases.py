"""Where the time of a task went: its phases stacked, from client and target on one clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.charts._axes import linear
from waitbench.charts._panels import beside, cut, models, panels, undrawn
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import PALE, styled, tips, token
from waitbench.results.phases import PHASES

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.charts._panels import Panel
    from waitbench.presentation.vega_json import Vega

PLACE = 30
WIDTH, ROW = 300, 23
MOST = 6
ROOM = 1.28
"""Times the longest bar that the scale goes on, for the label behind it."""
NUMBERED = 0.06
"""Share of the scale from which a part of a bar has room for its number."""
MEANS = {
    "waiting": "waiting for its turn",
    "sending": "on its way to the target",
    "queue": "in the target's queue",
    "asked": "the latency asked for",
    "injection_error": "what the target added",
    "return": "receiving the answer",
    "post_processing": "computing afterwards",
}
NUMBERS = {phase: str(number) for number, phase in enumerate(PHASES, 1)}


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario that waited for the target: a stacked bar per model."""
    split = panels(summary, lambda row: row.sound and _whole(row) > 0)
    if not split:
        return None
    shown = split[:MOST]
    scale = {
        "domain": [f"{NUMBERS[phase]} {MEANS[phase]}" for phase in PHASES],
        "range": [token(f"phase-{phase}") for phase in PHASES],
    }
    return Picture(
        name="phases",
        title="Where the time of a task went",
        caption=cut(_caption(shown[0]), shown, split) + undrawn(shown),
        reading=(
            "Each bar is the mean task of a model, from the start of its round to its own end, on "
            "one clock for client and target. Nobody can shorten the latency that was asked for; "
            "waiting for a turn is what concurrency saves; the rest is what both sides cost. "
            "The number behind a bar is the whole; those in its parts are of the legend, in whose "
            "order they stand. Each field has a scale of its own."
        ),
        spec=styled(
            {
                "columns": 2,
                "concat": [_field(panel, scale) for panel in shown],
                "data": {"values": [fact for panel in shown for fact in _facts(panel)]},
                "resolve": {"scale": {"x": "independent", "y": "independent", "color": "shared"}},
            },
            series=models(shown),
            labels=beside(shown),
        ),
    )


def _whole(row: Row) -> float:
    return sum(row.measured.phases.values())


def _scale(panel: Panel) -> tuple[int, str]:
    return formatting.scale([max(map(_whole, panel.rows))])


def _facts(panel: Panel) -> list[Vega]:
    per, _ = _scale(panel)
    room = ROOM * max(map(_whole, panel.rows))
    facts = []
    for row in panel.rows:
        end = 0.0
        for phase in PHASES:
            # A target's clock may be ahead by a hair: what is below nothing is nothing.
            wall = max(0.0, row.measured.phases[phase])
            facts.append(
                {
                    "scenario": panel.key,
                    "model": row.model,
                    "phase": f"{NUMBERS[phase]} {MEANS[phase]}",
                    "number": NUMBERS[phase] if wall >= NUMBERED * room else "",
                    "middle": (end + wall / 2) / per,
                    "pale": phase in PALE,
                    "start": end / per,
                    "end": (end + wall) / per,
                    "took": formatting.duration(wall),
                }
            )
            end += wall
        facts.append(
            {
                "scenario": f"{panel.key}/whole",
                "model": row.model,
                "end": end / per,
                "took": formatting.duration(end),
            }
        )
    return facts


def _field(panel: Panel, scale: Vega) -> Vega:
    per, unit = _scale(panel)
    longest = max(map(_whole, panel.rows)) / per
    x = {"type": "quantitative", **linear(longest * ROOM, f"{unit} per task")}
    legend = {"orient": "top", "title": None, "columns": 4, "symbolType": "square"}
    layers = [
        {
            "transform": panel.only(),
            "mark": {"type": "bar", "height": {"band": 0.72}},
            "encoding": {
                "y": panel.models,
                "x": {**x, "field": "start"},
                "x2": {"field": "end"},
                "color": {"field": "phase", "type": "nominal", "scale": scale, "legend": legend},
                "tooltip": tips(model="model", phase="phase", took="took"),
            },
        },
        {
            "transform": panel.only(),
            "mark": "text",
            "encoding": {
                "y": panel.models,
                "x": {**x, "field": "middle"},
                "text": {"field": "number"},
                "color": {
                    "condition": {"test": "datum.pale", "value": token("on-pale")},
                    "value": token("page"),
                },
            },
        },
        {
            "transform": panel.only(f"{panel.key}/whole"),
            "mark": {"type": "text", "align": "left", "dx": 5, "color": token("ink")},
            "encoding": {"y": panel.models, "x": {**x, "field": "end"}, "text": {"field": "took"}},
        },
    ]
    return panel.drawn(layers, WIDTH, ROW)


def _caption(panel: Panel) -> str:
    """Return what most of the time was, of the slowest and of the quickest model."""
    rows = sorted(panel.rows, key=_whole)
    sentences = []
    for row in (rows[-1], rows[0])[: len(rows)]:
        most = max(PHASES, key=lambda phase: row.measured.phases[phase])
        sentences.append(
            f"of a task's {formatting.duration(_whole(row))} with {row.model}, "
            f"{formatting.percent(row.measured.phases[most] / _whole(row))} was {MEANS[most]}"
        )
    text = f"{'; '.join(sentences)} ({panel.scenario.name})."
    return f"{text[:1].upper()}{text[1:]}"
