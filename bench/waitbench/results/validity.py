"""The rounds of one contestant in, out which of them are times: the race and its readers agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Standing = Literal["timed", "left_out", "failed"]
"""What a round is: a time, no time because an undisturbed one stands beside it, or in error."""


def standings(rounds: Sequence[Mapping[str, Any]]) -> list[Standing]:
    """Judge each round of one contestant in one scenario.

    What others took part in tells nothing, once it was run again without them.

    Args:
        rounds: with `launch`, `block`, `wall_ns` and `errors`, and `disturbed` where it is known.
    """
    calm = {_turn(round_) for round_ in rounds if _right(round_) and not disturbed(round_)}
    return [
        "failed"
        if not _right(round_)
        else "left_out"
        if disturbed(round_) and _turn(round_) in calm
        else "timed"
        for round_ in rounds
    ]


def disturbed(round_: Mapping[str, Any]) -> bool:
    """Whether a round ran beside other work."""
    return bool(round_.get("disturbed"))


def _turn(round_: Mapping[str, Any]) -> tuple[int, int]:
    """Rounds of a contestant that are alike in this were run one right after the other."""
    return int(round_["launch"]), int(round_["block"])


def _right(round_: Mapping[str, Any]) -> bool:
    return not round_["errors"] and float(round_["wall_ns"]) > 0
