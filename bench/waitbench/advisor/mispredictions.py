"""Predictions and a race in, those that were wrong out, each with what is suspected."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from waitbench.advisor.predict import predict
from waitbench.formatting import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.race import Raced

WRONG = 0.25
"""A prediction further off than this share was wrong, and says so."""
LITTLE_WAITING = 0.3
"""Share of waiting from which whom a call waits for is suspected first."""
DISTURBED = 0.3
"""Share of a result's rounds from which others are the first suspect."""
SHORT_ROUND = 2
"""Turns of all workers below which start and end of a round are most of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misprediction:
    """A prediction that the race did not bear out, and what is suspected."""

    model: str
    width: int
    predicted: float
    measured: float
    suspect: str


def mispredictions(fitted: FittedModel, calls: int, raced: Sequence[Raced]) -> list[Misprediction]:
    """Find the models that the race did not bear out, each with whom it suspects.

    Of each, the first width that was wrong: others of it are wrong for the same reason.
    """
    sync_ns = fitted.wall_ns("sync", 1, calls)
    sync = (result.wall_ns for result in raced if result.model == "sync" and result.wall_ns)
    moved = next(sync, sync_ns) / sync_ns
    wrong: dict[str, Misprediction] = {}
    for result in raced:
        if result.times is None or result.model in wrong:
            continue
        predicted = predict(fitted, *result.place, calls).times
        if abs(predicted / result.times.value - 1) > WRONG:
            wrong[result.model] = Misprediction(
                model=result.model,
                width=result.width,
                predicted=predicted,
                measured=result.times.value,
                suspect=suspect(fitted, result, predicted, calls, moved),
            )
    return list(wrong.values())


def suspect(  # noqa: PLR0911 - a line each
    fitted: FittedModel, result: Raced, predicted: float, calls: int, moved: float = 1.0
) -> str:
    """Name what most likely made a prediction wrong.

    Args:
        fitted: the queueing model, fitted to the trials.
        result: whose prediction; it has `times`.
        predicted: how many times faster than sync it should have been.
        calls: of a round.
        moved: how many times longer a call of sync took in the race than before it.
    """
    assert result.times
    model, waits = result.model, fitted.demand.waiting >= LITTLE_WAITING
    if result.disturbed > DISTURBED:
        share = percent(result.disturbed)
        return f"the machine: other programs disturbed {share} of its rounds"
    low, high = result.times.low, result.times.high
    if low and high and low <= predicted <= high:
        return "a short race: its interval holds what was predicted; give it more --budget"
    if calls < SHORT_ROUND * result.width:
        return f"a short round: {calls} calls leave {result.width} workers idle at its ends"
    if abs(log(moved)) > log(1 + WRONG):
        return (
            "what a call takes depends on what ran before (files or rows left or removed, caches, "
            "the machine's pace): one after the other, calls took "
            f"{moved:.1f} times as long in the race as before it"
        )
    if result.times.value > predicted:
        return "beside others it waits more, or computes less, than alone"
    if waits and model == "asyncio":
        return "saturation: its client library or what it calls serves fewer at once"
    if waits:
        return "saturation: what it calls serves fewer at once"
    if model == "processes":
        return "memory bandwidth or shared caches: copies of it hinder each other"
    return "a library's lock, or the interpreter's, held for longer than was seen"
