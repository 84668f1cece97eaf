"""The queueing model in, the best width of every model out, and how many times faster it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from bench.advisor.together import PAIR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.advisor.probe import Probe
    from bench.advisor.setting import Setting

WIDTHS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
MOST_PROCESSES = 16
ASSUMED = "an async form would wait as long and compute as much"
ENOUGH = 0.95
"""The least width that reaches so much of the best speed-up is taken."""
FILLED = 4
"""Turns of all workers after which it hardly counts that the last one has no work for some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What one model is going to take.

    Attributes:
        model: name of a file in `bench/models`.
        width: how many at once.
        times: how many times faster than sync.
        wall_ns: of the round, in nanoseconds.
        assumed: what it takes for granted; None where all of it was measured.
    """

    model: str
    width: int
    times: float
    wall_ns: float
    assumed: str | None = None


def foretell(probe: Probe, known: Setting, calls: int, *, awaited: bool) -> list[Prediction]:
    """Give the best width of every model that can run it, the most promising first."""
    found = []
    for model in ("threads", "asyncio", "processes"):
        if model not in probe.refused:
            one = best(predictions(known, model, calls))
            unsure = model == "asyncio" and not awaited
            found.append(replace(one, assumed=ASSUMED) if unsure else one)
    return sorted(found, key=lambda one: -one.times)


def predictions(set_: Setting, model: str, calls: int) -> list[Prediction]:
    """Predict one model at every width."""
    return [predict(set_, model, width, calls) for width in _widths(set_, model, calls)]


def predict(set_: Setting, model: str, width: int, calls: int) -> Prediction:
    """Predict one model at one width."""
    wall_ns = set_.wall_ns(model, width, calls)
    times = set_.wall_ns("sync", 1, calls) / wall_ns
    return Prediction(model=model, width=width, times=times, wall_ns=wall_ns)


def widest(set_: Setting, model: str, calls: int) -> float:
    """Say at how many at once a model can run it."""
    most = min(calls, MOST_PROCESSES) if model == "processes" else calls
    return min(most, set_.limits.get(model, inf) - 1)


def best(curve: list[Prediction]) -> Prediction:
    """Give the least width that reaches nearly all that the model can."""
    most = max(one.times for one in curve)
    return next(one for one in curve if one.times >= ENOUGH * most)


def _widths(set_: Setting, model: str, calls: int) -> Iterator[int]:
    """Give widths up to the first at C*, of which a round leaves few workers idle at its end."""
    most, saturated = widest(set_, model, calls), set_.saturates_at(model)
    for width in WIDTHS:
        if width == PAIR or (width <= most and (calls % width == 0 or calls >= FILLED * width)):
            yield width
        if width >= saturated:
            return
