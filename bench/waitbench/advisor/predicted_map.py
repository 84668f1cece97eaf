"""Advice in, a map of winners out: by wait and computing of a call, and where the function lies."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from waitbench.advisor.advice import TIE, WORTH
from waitbench.advisor.predict import best, predictions
from waitbench.advisor.question import MODELS
from waitbench.formatting import duration, times
from waitbench.presentation.picture import Picture
from waitbench.presentation.theme import family, hue, mark, styled, tint, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.advisor.advice import Advice
    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.perfmodel.demand import Demand
    from waitbench.presentation.vega_json import Vega

SIDE = 6
"""Cells along each axis."""
STEP = 10**0.5
"""How many times longer than its neighbour a cell's task waits, or computes."""
BEHIND = 1.5
"""So many cells lie between the longer part and the end of the axes; half of one is its own."""
WIDE, HIGH = 132, 46
"""Pixels of a cell, wide enough for the name of a model and its gain."""
CALLS = 48
"""Calls of a round in each cell: enough to tell the models apart."""

Values = dict[str, float | str]
"""What is drawn of a cell or of the function, in milliseconds and words."""


def picture(advice: Advice) -> Picture:
    """Draw the plainest of the best models around the function, and mark where that lies."""
    demand, fitted = advice.probe.alone.demand, advice.fitted
    own_ns = _own_ns(demand)
    end_ns = max(demand.waits_ns, own_ns) * STEP**BEHIND
    edges = [end_ns / STEP ** (SIDE - number) for number in range(SIDE + 1)]
    low, high = edges[0], edges[-1]
    point: Values = {
        "wait": max(demand.waits_ns, low) / 1e6,
        "computing": max(own_ns, low) / 1e6,
    }
    name = advice.question.function.rpartition(":")[2]
    below = " At the rim it lies beyond." if min(demand.waits_ns, own_ns) < low else ""
    return Picture(
        name="advice",
        title="Which model wins, by wait and computing of a call",
        caption=(
            f"{name} waits {duration(demand.waits_ns)} and computes {duration(own_ns)}: "
            f"the ring is where it lies.{below}"
        ),
        reading=(
            "Each cell is a call like this one that waits longer or shorter, from bottom to top, "
            "and computes more or less, from left to right, with as large a share of it in the "
            f"interpreter's lock. It names the plainest model predicted within 5 % of the best at "
            f"{CALLS} calls, and how many times faster than one call after the other it is; sync "
            "where less than 1.2 times is to be won. Predicted for this machine, not measured."
        ),
        spec=styled(_spec(list(_cells(fitted, edges)), point, (low / 1e6, high / 1e6)), labels=70),
    )


def _own_ns(demand: Demand) -> float:
    return demand.held_ns + demand.free_ns + demand.helped_span_ns


def _cells(fitted: FittedModel, edges: list[float]) -> Iterator[Values]:
    for wait_low, wait_high in pairwise(edges):
        for own_low, own_high in pairwise(edges):
            there = _moved(fitted, (wait_low * wait_high) ** 0.5, (own_low * own_high) ** 0.5)
            model, gain = _winner(there)
            yield {
                "wait": wait_low / 1e6,
                "wait_end": wait_high / 1e6,
                "computing": own_low / 1e6,
                "computing_end": own_high / 1e6,
                "family": family(model),
                "winner": model if model == "sync" else f"{model} {times(gain)}x",
            }


def _moved(fitted: FittedModel, waits_ns: float, own_ns: float) -> FittedModel:
    """Return the model of calls with another wait and another computing, of the same kinds."""

    def other(demand: Demand) -> Demand:
        before_ns = _own_ns(demand)
        if before_ns <= 0:
            return replace(demand, waits_ns=waits_ns, held_ns=own_ns)
        share = own_ns / before_ns
        return replace(
            demand,
            waits_ns=waits_ns,
            held_ns=demand.held_ns * share,
            free_ns=demand.free_ns * share,
            helped_ns=demand.helped_ns * share,
            helped_span_ns=demand.helped_span_ns * share,
        )

    corrections = {  # what made this call faster than predicted need not do so for another
        model: tuple((width, max(1.0, longer)) for width, longer in by_width)
        for model, by_width in fitted.corrections.items()
    }
    return replace(
        fitted,
        demand=other(fitted.demand),
        awaited=other(fitted.awaited),
        spreads=(1.0,),
        corrections=corrections,
    )


def _winner(fitted: FittedModel) -> tuple[str, float]:
    gains = {model: best(predictions(fitted, model, CALLS)).times for model in MODELS}
    most = max(gains.values())
    if most < WORTH:
        return "sync", 1.0
    return next((model, gain) for model, gain in gains.items() if gain >= TIE * most)


def _spec(cells: list[Values], point: Values, ends: tuple[float, float]) -> Vega:
    low, high = ends
    ticks = [10.0**power for power in range(-6, 7) if low <= 10.0**power <= high]
    scale = {"type": "log", "domain": [low, high], "nice": False}

    def axis(field: str, title: str) -> Vega:
        shown = {"title": title, "values": ticks, "grid": False, "format": "~g"}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": shown}

    place = {"x": axis("computing", "computing of a call, ms"), "y": axis("wait", "wait, ms")}
    ring = {"type": "point", "filled": False, "size": 260, "strokeWidth": 4, "opacity": 1}
    corner = {"type": "text", "align": "left", "baseline": "bottom", "dx": 22, "dy": -6}
    return {
        "width": WIDE * SIDE,
        "height": HIGH * SIDE,
        "layer": [
            {
                "data": {"values": cells},
                "mark": {"type": "rect", "strokeWidth": 3},
                "encoding": {
                    **place,
                    "x2": {"field": "computing_end"},
                    "y2": {"field": "wait_end"},
                    "fill": tint(),
                    "stroke": {"value": token("page")},
                },
            },
            {
                "data": {"values": cells},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 50,
                    "xOffset": 12,
                    "yOffset": -12,
                    "opacity": 1,
                },
                "encoding": {**place, "color": hue(), "shape": mark()},
            },
            {
                "data": {"values": cells},
                "mark": corner,
                "encoding": {**place, "text": {"field": "winner"}},
            },
            {
                "data": {"values": [point]},
                "mark": {**ring, "color": token("ink")},
                "encoding": place,
            },
        ],
    }
