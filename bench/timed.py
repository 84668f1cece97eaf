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
    calm = {_turn(one) for one in rounds if _right(one) and not disturbed(one)}
    return [
        "failed"
        if not _right(one)
        else "left_out"
        if disturbed(one) and _turn(one) in calm
        else "timed"
        for one in rounds
    ]


def disturbed(one: Mapping[str, Any]) -> bool:
    """Whether a round ran beside other work."""
    return bool(one.get("disturbed"))


def _turn(one: Mapping[str, Any]) -> tuple[int, int]:
    """Rounds of a contestant that are alike in this were run one right after the other."""
    return int(one["launch"]), int(one["block"])


def _right(one: Mapping[str, Any]) -> bool:
    return not one["errors"] and float(one["wall_ns"]) > 0
