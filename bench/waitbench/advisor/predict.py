"""The queueing model in, the best width of every model out, and how many times faster it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from waitbench.advisor.concurrent_trials import PAIR
from waitbench.advisor.question import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.probe import Probe
    from waitbench.advisor.question import Place

WIDTHS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""How many at once are predicted, each half as many again as the last, or a third more."""
MOST_PROCESSES = 16
"""More would take gigabytes of memory, whatever they gain."""
ENOUGH = 0.95
"""The least width that reaches so much of the best speed-up is taken."""
FILLED = 4
"""Turns of all workers after which it hardly counts that the last one has no work for some."""
ASSUMED = "an async form would wait as long and compute as much"
"""What a prediction for asyncio assumes where no async form was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How long a round of one model at one width is going to take.

    Attributes:
        model: name of a file in `bench/waitbench/models`.
        width: how many at once.
        times: how many times faster than sync.
        wall_ns: of the round, in nanoseconds.
        assumed: what was not measured; None where all of it was measured.
    """

    model: str
    width: int
    times: float
    wall_ns: float
    assumed: str | None = None

    @property
    def place(self) -> Place:
        """The model and the width."""
        return self.model, self.width


def predict_models(
    probe: Probe, fitted: FittedModel, calls: int, *, awaited: bool
) -> list[Prediction]:
    """Predict the best width of every model that can run it, the most promising first."""
    predicted = []
    for model in MODELS:
        if model not in probe.refused:
            prediction = best(predictions(fitted, model, calls))
            unsure = model == "asyncio" and not awaited
            predicted.append(replace(prediction, assumed=ASSUMED) if unsure else prediction)
    return sorted(predicted, key=lambda prediction: -prediction.times)


def predictions(fitted: FittedModel, model: str, calls: int) -> list[Prediction]:
    """Predict one model at every width."""
    return [predict(fitted, model, width, calls) for width in _widths(fitted, model, calls)]


def predict(fitted: FittedModel, model: str, width: int, calls: int) -> Prediction:
    """Predict one model at one width."""
    wall_ns = fitted.wall_ns(model, width, calls)
    times = fitted.wall_ns("sync", 1, calls) / wall_ns
    return Prediction(model=model, width=width, times=times, wall_ns=wall_ns)


def widest(fitted: FittedModel, model: str, calls: int) -> float:
    """Return at how many at once a model can run it."""
    most = min(calls, MOST_PROCESSES) if model == "processes" else calls
    return min(most, fitted.limits.get(model, inf) - 1)


def best(curve: list[Prediction]) -> Prediction:
    """Return the least width that reaches nearly all that the model can."""
    most = max(prediction.times for prediction in curve)
    return next(prediction for prediction in curve if prediction.times >= ENOUGH * most)


def _widths(fitted: FittedModel, model: str, calls: int) -> Iterator[int]:
    """Yield widths up to the first at C*, of which a round leaves few workers idle at its end."""
    most, saturated = widest(fitted, model, calls), fitted.saturates_at(model)
    for width in WIDTHS:
        if width == PAIR or (width <= most and (calls % width == 0 or calls >= FILLED * width)):
            yield width
        if width >= saturated:
            return
