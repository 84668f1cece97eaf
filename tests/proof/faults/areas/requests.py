"""Malformed requests by the thousand, ten thousand at once, minutes of load: under both loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.proof.faults.trial import Outcome
from tests.proof.target import malformed, soak

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.proof.target.attempt import Attempt

TITLE = "requests to the target"
LOOPS = ("asyncio", "uvloop")
MALFORMED, AT_ONCE, RATE, MINUTES = 2000, 10_000, 2000, 10


def outcomes(rng: Random, share: float) -> Iterator[Outcome]:
    """Yield what became of each request, of many at once, and of the load that lasts."""
    for loop in LOOPS:
        for attempt in malformed.attempts(rng, loop, round(MALFORMED * share)):
            yield _outcome(attempt)
        yield _outcome(soak.in_flight(loop, round(AT_ONCE * share)))
        if share == 1:  # what memory does is seen in minutes alone
            yield _outcome(soak.soak(loop, MINUTES, RATE))


def _outcome(attempt: Attempt) -> Outcome:
    return Outcome(
        area=TITLE, title=attempt.title, faults=attempt.faults, took_s=round(attempt.took_s, 3)
    )
