"""Predictions and a race in, advice out: a model, a width, the gain, and what may be wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench.advisor import handing_over
from waitbench.advisor.mispredictions import mispredictions
from waitbench.advisor.predict import best, predict_models, predictions
from waitbench.advisor.race import finalists
from waitbench.advisor.trial_evidence import trials_lost
from waitbench.analysis.winner_map import PLAINEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.advisor.core_contention import CoreContention
    from waitbench.advisor.fitted_model import FittedModel
    from waitbench.advisor.mispredictions import Misprediction
    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.probe import Probe
    from waitbench.advisor.question import Question
    from waitbench.advisor.race import Raced

WORTH = 1.2
"""A gain below this is not worth the change."""
SHORT_NS = 100_000
"""Handing a call over costs about as much as one that is shorter than this."""
FIRST_NS = 300_000
"""What the first call of a function that does nothing takes at most, with everything cold."""
TIE = 0.95
"""A plainer model within so much of the best is taken instead."""
ASYNC_PLAINEST = ("sync", "asyncio", "threads", "processes")
"""The models from the plainest on for a function that can only be awaited."""
LITTLE = 0.1
"""Share of a call up to which it hardly counts whether that holds the interpreter's lock."""
Option = tuple[str, int, float, float | None, float | None]
"""Model, width, times faster than sync, and the ends of its interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The advice on one callable, with every figure that it rests on.

    Attributes:
        question: what was asked.
        probe: what trials showed.
        fitted: the queueing model, fitted to the trials.
        calls: of a round.
        predicted: the best width of every model, the most promising first.
        raced: what was raced, sync first; empty after `--dry`.
        model: what to use; `sync` is to stay sequential.
        width: how many at once.
        times: how many times faster than sync that is; measured where it was raced.
        low: lower end of its interval; None where it was not raced.
        high: upper end.
        because: why to stay sequential; empty where another model is advised.
        mispredictions: predictions that were wrong.
        remarks: what else a reader must know, as sentences.
        lock_known: whether anything showed who computes with the interpreter's lock; where not,
            all of it is taken for such.
    """

    question: Question
    probe: Probe
    fitted: FittedModel
    calls: int
    predicted: tuple[Prediction, ...]
    raced: tuple[Raced, ...]
    model: str
    width: int
    times: float
    low: float | None
    high: float | None
    because: str
    mispredictions: tuple[Misprediction, ...]
    remarks: tuple[str, ...]
    lock_known: bool = True


def advise(
    question: Question,
    probe: Probe,
    fitted: FittedModel,
    calls: int,
    raced: Sequence[Raced] = (),
) -> Advice:
    """Decide which model to use, how many at once, and what to say of it.

    Args:
        question: what was asked.
        probe: what trials showed.
        fitted: the queueing model, fitted to the trials.
        calls: of a round.
        raced: the contestants, sync among them; none after `--dry`.
    """
    predicted = predict_models(probe, fitted, calls, awaited=bool(question.coroutine))
    options: list[Option] = [("sync", 1, 1.0, None, None)]
    if raced:
        options += [
            (*result.place, gain.value, gain.low, gain.high)
            for result in finalists(raced)
            if (gain := result.times)
        ]
    else:
        options += [(*each.place, each.times, None, None) for each in predicted]
    most = max(times for _, _, times, _, _ in options)
    because = _sequential(probe.alone.demand.alone_ns, most, once=probe.alone.calls == 1)
    level = [option for option in options if option[2] >= TIE * most]
    plainest = ASYNC_PLAINEST if question.async_only else PLAINEST
    chosen = options[0] if because else min(level, key=lambda option: _plainness(option, plainest))
    demand = fitted.demand
    little = demand.held_ns <= LITTLE * demand.alone_ns
    lock_known = bool(raced) or probe.alone.lock_told or "threads" in probe.trials or little
    model, width, times, low, high = chosen
    return Advice(
        question=question,
        probe=probe,
        fitted=fitted,
        calls=calls,
        predicted=tuple(predicted),
        raced=tuple(raced),
        model=model,
        width=width,
        times=times,
        low=low,
        high=high,
        because=because,
        mispredictions=tuple(mispredictions(fitted, calls, raced)),
        lock_known=lock_known,
        remarks=(
            *(() if lock_known else _unsure(fitted, calls)),
            *_remarks(probe, raced),
            *handing_over.remarks(question, probe.alone, fitted, calls),
        ),
    )


def _plainness(option: Option, plainest: Sequence[str]) -> tuple[int, int]:
    return plainest.index(option[0]), option[1]


def _sequential(alone_ns: float, most: float, *, once: bool) -> str:
    """Return why not to change anything; empty where there is enough to win.

    Args:
        alone_ns: what a call takes alone.
        most: times faster that the best model is.
        once: whether only one call was made, which had everything to do for the first time.
    """
    if most <= 1:
        return "no model makes it faster"
    if most < WORTH:
        return f"the most that any model gains is {most:.2f} times"
    if alone_ns < SHORT_NS:
        return f"a call takes {alone_ns / 1e3:.3g} µs, less than handing it over: batch calls first"
    if once and alone_ns < FIRST_NS:
        return (
            f"the one call took {alone_ns / 1e3:.3g} µs, as a first call of almost nothing does: "
            "batch calls, or race it without --dry"
        )
    return ""


def _unsure(fitted: FittedModel, calls: int) -> Iterator[str]:
    """Yield the other answer as well, where nothing showed who held the interpreter's lock."""
    demand = fitted.demand
    free = replace(demand, held_ns=0.0, free_ns=demand.free_ns + demand.held_ns)
    other = best(predictions(replace(fitted, demand=free), "threads", calls))
    yield (
        "So little of it was seen that nobody knows who held the interpreter's lock; Python code "
        f"does, so that was assumed. If it computes without it: threads {other.times:.2f}x at "
        f"{other.width}. A race, without --dry, tells."
    )


def _remarks(probe: Probe, raced: Sequence[Raced]) -> list[str]:
    alone, remarks = probe.alone, []
    if trials_lost(probe):
        remarks.append(_where_contention_is_from(probe.contention))
    if probe.different:
        remarks.append(f"Not thread-safe as seen: {probe.different}.")
    remarks += [
        f"{model} cannot run it: {why}."
        for model, why in probe.refused.items()
        if why != probe.different
    ]
    remarks += [
        f"{model} failed at {width} at once: {why}; fewer are advised."
        for model, (width, why) in probe.limits.items()
    ]
    failed = (result for result in raced if result.failure)
    remarks += [f"{result.name} failed in the race: {result.failure}." for result in failed]
    if alone.answers.printed_bytes:
        kilobytes = alone.answers.printed_bytes / alone.calls / 1e3
        remarks.append(f"It printed {kilobytes:.3g} kB a call, which was thrown away.")
    if alone.answers.prints and not any(alone.answers.prints.values()):
        remarks.append("It gives another result each time, so results could not be compared.")
    return remarks


def _where_contention_is_from(kept: CoreContention) -> str:
    """Return from where core contention is known, where trials could not tell."""
    opening = (
        "Other programs had the cores while several ran at once. How calls that compute hinder "
        "each other is"
    )
    if kept.day is None:
        return f"{opening} not known: this machine was never seen calm. Gains may be less."
    return f"{opening} taken from when this machine was calm, last on {kept.day}."
