"""The last screen of an advice: what to use, how sure it is, the machine, what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.advisor import handing_over
from waitbench.advisor.reasons import made_of
from waitbench.advisor.text import PLACES, calls_made, predicted_words, verdict
from waitbench.formatting import between, times
from waitbench.presentation import last_screen
from waitbench.presentation.last_screen import NEXT, PAGE, SURE, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.advisor.advice import Advice

NOTHING = 0.05
"""Of one core: less that others took is not told."""


def lines(advice: Advice, *, facts: Mapping[str, Any], page: str, following: str) -> list[Line]:
    """Return the answer of an advice, a line for each thing that a reader asks.

    Args:
        advice: of one callable.
        facts: of the machine, as a record's `environment` has them.
        page: the file that it was written to; empty if none.
        following: what to type next, with about how long it takes.
    """
    sentence = verdict(advice)
    return [
        Line(word="Advice", text=f"{sentence[0].upper()}{sentence[1:]}"),
        Line(word="Gain", text=_gain(advice)),
        Line(
            word="Call",
            text=made_of(advice.fitted.demand, lock_known=advice.lock_known).rstrip("."),
        ),
        Line(word="Predicted", text=predicted_words(advice)),
        Line(word=SURE, text=_sure(advice)),
        last_screen.machine(facts, _others(advice)),
        Line(word=PAGE, text=page, whole=True),
        Line(word=NEXT, text=following),
    ]


def _gain(advice: Advice) -> str:
    """Return how much the advised model gains, measured or only predicted."""
    measured = {result.place: result.times for result in advice.raced if result.times}
    if advice.because:
        best = max(measured.items(), key=lambda each: each[1].value, default=None)
        if best is None:
            return ""
        (model, width), gain = best
        ends = f" {between(gain.low, gain.high)}" if gain.low and gain.high else ""
        best_of = f"{model} with {width} {PLACES[model]}"
        return f"the best, {best_of}, was {times(gain.value)} times as fast as sync{ends}"
    ends = f" {between(advice.low, advice.high)}" if advice.low and advice.high else ""
    how = "measured" if advice.low is not None else "predicted, not raced"
    places = f"{advice.width} {PLACES[advice.model]}"
    return f"{times(advice.times)} times as fast as sync{ends}, {how}, with {places}"


def _sure(advice: Advice) -> str:
    doubt = handing_over.caveat(advice.probe.alone)
    if not advice.raced:
        return "a prediction, nothing was raced" + (f" ({doubt})" if doubt else "")
    wrong = [
        f"{each.model} was predicted {times(each.predicted)} times and measured "
        f"{times(each.measured)}"
        for each in advice.mispredictions
    ]
    checked = "; ".join(wrong) or "measured as predicted"
    return f"95 % intervals of a race, {calls_made(advice)} calls; {checked}"


def _others(advice: Advice) -> str:
    cores = advice.probe.alone.others_share
    if cores is None:
        return ""
    if cores < NOTHING:
        return "undisturbed while it was called alone"
    return f"others took {cores:.1f} cores while it was called alone"
