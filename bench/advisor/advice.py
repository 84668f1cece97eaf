"""What was foretold and raced in, advice out: a model, a width, the gain, and what may be wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.advisor.fitted import crowded_out
from bench.advisor.miss import misses
from bench.advisor.predict import best, foretell, predictions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.advisor.crowding import Crowding
    from bench.advisor.miss import Miss
    from bench.advisor.predict import Prediction
    from bench.advisor.probe import Probe
    from bench.advisor.question import Question
    from bench.advisor.setting import Setting
    from bench.advisor.verify import Raced

WORTH = 1.2
"""A gain below this is not worth the change."""
SHORT_NS = 100_000
"""Handing a call over costs about as much as one that is shorter than this."""
TIE = 0.95
"""A plainer model within so much of the best is taken instead."""
LITTLE = 0.1
"""Share of a call up to which it hardly counts whether it holds the interpreter's lock."""
PLAINEST = ("sync", "threads", "asyncio", "processes")
Option = tuple[str, int, float, float | None, float | None]
"""Model, width, times faster than sync, and the ends of its interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """All that is said of one callable.

    Attributes:
        question: what was asked.
        probe: what trials showed.
        setting: the queueing model as it was set.
        calls: of a round.
        predicted: the best width of every model, the most promising first.
        raced: what was raced, sync first; empty after `--dry`.
        model: what to use; `sync` is to stay sequential.
        width: how many at once.
        times: how many times faster than sync that is; measured where it was raced.
        low: lower end of its interval; None where it was not raced.
        high: upper end.
        because: why to stay sequential; empty where another model is advised.
        misses: predictions that were wrong.
        remarks: what else one must know, as sentences.
    """

    question: Question
    probe: Probe
    setting: Setting
    calls: int
    predicted: tuple[Prediction, ...]
    raced: tuple[Raced, ...]
    model: str
    width: int
    times: float
    low: float | None
    high: float | None
    because: str
    misses: tuple[Miss, ...]
    remarks: tuple[str, ...]


def advise(
    question: Question,
    probe: Probe,
    known: Setting,
    calls: int,
    raced: Sequence[Raced] = (),
) -> Advice:
    """Decide.

    Args:
        question: what was asked.
        probe: what trials showed.
        known: the queueing model, set.
        calls: of a round.
        raced: the contestants, sync among them; none after `--dry`.
    """
    predicted = foretell(probe, known, calls, awaited=bool(question.coroutine))
    options: list[Option] = [("sync", 1, 1.0, None, None)]
    if raced:
        options += [
            (one.model, one.width, one.times.value, one.times.low, one.times.high)
            for one in raced
            if one.times
        ]
    else:
        options += [(one.model, one.width, one.times, None, None) for one in predicted]
    most = max(times for _, _, times, _, _ in options)
    because = _sequential(probe.share.demand.alone_ns, most)
    level = [one for one in options if one[2] >= TIE * most]
    chosen = options[0] if because else min(level, key=_plainness)
    model, width, times, low, high = chosen
    return Advice(
        question=question,
        probe=probe,
        setting=known,
        calls=calls,
        predicted=tuple(predicted),
        raced=tuple(raced),
        model=model,
        width=width,
        times=times,
        low=low,
        high=high,
        because=because,
        misses=tuple(misses(known, calls, raced)),
        remarks=(*_unsure(probe, known, calls, raced), *_remarks(probe, raced)),
    )


def _plainness(one: Option) -> tuple[int, int]:
    return PLAINEST.index(one[0]), one[1]


def _sequential(alone_ns: float, most: float) -> str:
    """Say why not to change anything; empty where there is enough to win."""
    if most < WORTH:
        return f"the most that any model gains is {most:.2f} times"
    if alone_ns < SHORT_NS:
        return f"a call takes {alone_ns / 1e3:.3g} µs, less than handing it over: batch calls first"
    return ""


def _unsure(probe: Probe, known: Setting, calls: int, raced: Sequence[Raced]) -> Iterator[str]:
    """Where nothing showed who held the interpreter's lock, give the other answer as well."""
    demand = known.demand
    if raced or probe.share.lock_told or demand.held_ns <= LITTLE * demand.alone_ns:
        return
    free = replace(demand, held_ns=0.0, free_ns=demand.free_ns + demand.held_ns)
    other = best(predictions(replace(known, demand=free), "threads", calls))
    yield (
        "So little of it was seen that nobody knows who held the interpreter's lock; Python code "
        f"does, and so it was taken. If it computes without it: threads {other.times:.2f}x at "
        f"{other.width}. A race, without --dry, tells."
    )


def _remarks(probe: Probe, raced: Sequence[Raced]) -> list[str]:
    share, said = probe.share, []
    if crowded_out(probe):
        said.append(_crowded(probe.crowding))
    if probe.different:
        said.append(f"Not thread-safe as seen: {probe.different}.")
    said += [
        f"{model} cannot run it: {why}."
        for model, why in probe.refused.items()
        if why != probe.different
    ]
    said += [
        f"{model} failed at {width} at once: {why}; fewer are advised."
        for model, (width, why) in probe.limits.items()
    ]
    said += [f"{one.name} failed in the race: {one.failure}." for one in raced if one.failure]
    if share.answers.printed_bytes:
        kilobytes = share.answers.printed_bytes / share.calls / 1e3
        said.append(f"It printed {kilobytes:.3g} kB a call, which was thrown away.")
    if share.answers.prints and not any(share.answers.prints.values()):
        said.append("It gives another result each time, so results could not be compared.")
    if share.calls > 1 and share.first_ns > 10 * share.demand.alone_ns:
        said.append(
            f"Its first call took {share.first_ns / 1e6:.3g} ms: imports and connections, which "
            "every process pays anew."
        )
    return said


def _crowded(kept: Crowding) -> str:
    """Say from where it is known how calls hinder each other, where trials could not tell."""
    told = "Other programs had the cores while several ran at once. How calls that compute hinder "
    if kept.day is None:
        return (
            f"{told}each other is not known: this machine was never seen calm. Gains may be less."
        )
    return f"{told}each other is taken from when this machine was calm, last on {kept.day}."
