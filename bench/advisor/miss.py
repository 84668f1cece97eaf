"""Predictions and a race in, those that were wrong out, each with what is suspected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.advisor.setting import Setting
    from bench.advisor.verify import Raced

WRONG = 0.25
"""A prediction further off than this share was wrong, and says so."""
LITTLE_WAITING = 0.3
DISTURBED = 0.3
"""Share of a contestant's rounds from which others are the first suspect."""
SHORT_ROUND = 2
"""Turns of all workers below which start and end of a round are most of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A prediction that the race did not bear out, and what is suspected."""

    model: str
    width: int
    predicted: float
    measured: float
    suspect: str


def misses(known: Setting, calls: int, raced: Sequence[Raced]) -> list[Miss]:
    """Find the predictions that the race did not bear out, each with whom it suspects."""
    sync_ns = known.wall_ns("sync", 1, calls)
    found = []
    for one in raced:
        if one.times is None:
            continue
        predicted = sync_ns / known.wall_ns(one.model, one.width, calls)
        if abs(predicted / one.times.value - 1) > WRONG:
            found.append(
                Miss(
                    model=one.model,
                    width=one.width,
                    predicted=predicted,
                    measured=one.times.value,
                    suspect=suspect(known, one, predicted, calls),
                )
            )
    return found


def suspect(known: Setting, one: Raced, predicted: float, calls: int) -> str:  # noqa: PLR0911 - a line each
    """Name what most likely made a prediction wrong.

    Args:
        known: the queueing model, set.
        one: whose prediction; it has `times`.
        predicted: how many times faster than sync it should have been.
        calls: of a round.
    """
    assert one.times
    model, waits = one.model, known.demand.waiting >= LITTLE_WAITING
    if one.disturbed > DISTURBED:
        return f"the machine: other programs disturbed {one.disturbed:.0%} of its rounds"
    if one.times.low and one.times.high and one.times.low <= predicted <= one.times.high:
        return "a short race: its interval holds what was predicted; give --minutes more"
    if calls < SHORT_ROUND * one.width:
        return f"a short round: {calls} calls leave {one.width} workers idle at its ends"
    if one.times.value > predicted:
        return "beside others it waits more, or computes less, than alone"
    if waits and model == "asyncio":
        return "saturation: its client library or what it calls serves fewer at once"
    if waits:
        return "saturation: what it calls serves fewer at once"
    if model == "processes":
        return "memory bandwidth or shared caches: copies of it hinder each other"
    return "a library's lock, or the interpreter's, held for longer than was seen"
