"""What one contestant did, in; out which of it are times: the race and its readers agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.results.record import LoadRecord, RoundRecord

    Measurement = TypeVar("Measurement", bound=RoundRecord | LoadRecord)

Standing = Literal["timed", "left_out", "failed"]
"""What a round is: a time, no time because an undisturbed one stands beside it, or in error."""


def standings(measurements: Sequence[RoundRecord | LoadRecord]) -> list[Standing]:
    """Judge each round of one contestant in one scenario.

    What others took part in tells nothing, once it was run again without them.
    """
    calm = {_turn(each) for each in measurements if _right(each) and not each.disturbed}
    return [
        "failed"
        if not _right(each)
        else "left_out"
        if each.disturbed and _turn(each) in calm
        else "timed"
        for each in measurements
    ]


def timed(measurements: Sequence[Measurement]) -> list[Measurement]:
    """Return those that are times: without errors, nor run again undisturbed."""
    judged = zip(measurements, standings(measurements), strict=True)
    return [each for each, standing in judged if standing == "timed"]


def _turn(each: RoundRecord | LoadRecord) -> tuple[int, int]:
    return each.launch, each.block


def _right(each: RoundRecord | LoadRecord) -> bool:
    return not each.errors and each.time_ns > 0
