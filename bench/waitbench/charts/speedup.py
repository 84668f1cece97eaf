"""How many times faster than the baseline each model was, scenario by scenario, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.bounds import WHY, counts, speed
from waitbench.charts._axes import logarithmic
from waitbench.charts._intervals import intervals
from waitbench.charts._panels import beside, cut, models, panels
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, styled, tips, token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.charts._panels import Panel
    from waitbench.presentation.vega_json import Vega

PLACE = 10
WIDTH, ROW = 205, 22
"""Of one scenario's field, and of a model in it, in points."""
NAMED = 3
"""So many bounds are named in the caption."""
MOST = 24
"""More fields than this are no picture; the rest is counted."""
ARROW = "\u2192"
"""Drawn behind the mark of a bound: it is that or more."""
BEHIND_ARROW = 22
"""Points from a mark to the label behind its arrow."""
ROOM = 2.4
"""Times the highest end of an interval that the scale goes on, for the label behind it."""


def draw(summary: Summary) -> Picture | None:
    """Draw a field per scenario: a row per model, a mark at its ratio, its interval as a line."""
    compared = [
        panel
        for panel in panels(summary, lambda row: bool(row.ratio and (row.sound or row.held_back)))
        # What a baseline that was held back came to tells nothing of the others.
        if not panel.scenario.served and counts(panel.scenario)
    ]
    if not compared:
        return None
    shown = compared[:MOST]
    ends = [end for panel in shown for row in panel.rows for end in _ends(row)]
    domain = min(0.5, *ends), max(2.0, max(ends) * ROOM)
    names = dict.fromkeys(panel.scenario.baseline or "" for panel in shown)
    base = next(iter(names)) if len(names) == 1 else "the baseline"
    axis = f"times as fast as {base}"
    return Picture(
        name="speedup",
        title=f"Speed-up over {base}, by scenario",
        caption=cut(_caption(shown, base), shown, compared),
        reading=(
            f"Each field is a scenario, each line a model; the vertical line at 1 is {base}. A "
            "mark is how many times as fast the model was, paired block by block; the bar through "
            "it is the interval. All fields have the same scale: to the right of 1 is faster, and "
            "a field whose marks all stand at 1 gains nothing from any model. A hollow mark is "
            "undecided: too unsure to call. A hollow mark with an arrow is a model that the target "
            "held back: at least so many times as fast, and ahead of every mark to its left."
        ),
        spec=styled(
            {
                "columns": 3,
                "concat": [_field(panel, domain, axis) for panel in shown],
                "data": {"values": [fact for panel in shown for fact in _facts(panel)]},
                "resolve": {"scale": {"y": "independent"}},
            },
            series=models(shown),
            axes=["x"],
            labels=beside(shown),
        ),
    )


def _ends(row: Row) -> tuple[float, float]:
    assert row.ratio is not None
    if row.held_back:
        return row.ratio.value, row.ratio.value
    return row.ratio.low or row.ratio.value, row.ratio.high or row.ratio.value


def _verdict(row: Row) -> str:
    if row.held_back:
        return f"at least, {WHY}"
    return row.verdict.verdict if row.verdict else "no verdict"


def _facts(panel: Panel) -> list[Vega]:
    facts = []
    for row in panel.rows:
        assert row.ratio is not None
        low, high = _ends(row)
        facts.append(
            {
                "scenario": panel.key,
                "model": row.model,
                "family": family(row.kind),
                "ratio": row.ratio.value,
                "low": low,
                "high": high,
                "text": ("\u2265 " if row.held_back else "") + formatting.times(row.ratio.value),
                "interval": formatting.between(*(row.ratio.interval or (low, high))),
                "verdict": _verdict(row),
                "decided": bool(row.verdict and row.verdict.verdict != "undecided"),
                "held": row.held_back,
            }
        )
    return facts


def _field(panel: Panel, domain: tuple[float, float], axis: str) -> Vega:
    x = {"field": "ratio", "type": "quantitative", **logarithmic(*domain, title=axis)}
    named = tips(model="model", text=axis, interval="interval", verdict="verdict")
    each: Vega = {"y": panel.models, "tooltip": named}
    layers: list[Vega] = [
        *intervals(each, x, end="high", size=60),
        {
            "transform": [{"filter": "datum.held"}],
            "mark": {"type": "text", "align": "left", "dx": 5, "text": ARROW},
            "encoding": {**each, "x": x, "color": hue()},
        },
    ]
    text: Vega = {"type": "text", "align": "left", "color": token("ink")}
    for which, behind in (("!datum.held", 7), ("datum.held", BEHIND_ARROW)):
        layers.append(
            {
                "transform": [{"filter": which}],
                "mark": {**text, "dx": behind},
                "encoding": {**each, "x": {**x, "field": "high"}, "text": {"field": "text"}},
            }
        )
    return {"transform": panel.only(), **panel.drawn(layers, WIDTH, ROW)}


def _caption(shown: Sequence[Panel], base: str) -> str:
    """Return who gained most where tasks wait, and where they compute, and who was held back."""
    waiting = [panel for panel in shown if panel.scenario.waits_ns > 0]
    computing = [
        panel for panel in shown if panel.scenario.computes and not panel.scenario.waits_ns
    ]
    sentences = []
    for where, chosen in (
        ("Where tasks wait", waiting),
        ("where they only compute", computing),
    ):
        best = max(
            (row for panel in chosen for row in panel.rows if row.rival),
            key=lambda row: row.ratio.value if row.ratio else 0.0,
            default=None,
        )
        if best and best.ratio:
            sentences.append(
                f"{where}, the largest gain measured is that of {best.model}: "
                f"{formatting.times(best.ratio.value)} "
                f"{formatting.between(*_ends(best))} times as fast as {base}"
            )
    text = f"{'; '.join(sentences)}." if sentences else ""
    held = [
        f"{speed(row, panel.scenario)} in {panel.scenario.name}"
        for panel in shown
        for row in panel.rows
        if row.held_back
    ]
    bounds = f" {formatting.listing(formatting.shortlist(held, NAMED))}, {WHY}." if held else ""
    return f"{text[:1].upper()}{text[1:]}{bounds}".strip()
