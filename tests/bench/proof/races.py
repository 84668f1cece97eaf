"""Races made by hand: walls that multiply what each arm is by what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.proof.races import ArmTurn, Race

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1_000_000


def race(  # noqa: PLR0913  a race is made of so much
    *,
    number: int = 0,
    kind: str = "compute",
    slow: float = 0.0,
    walls_ms: tuple[float, float, float, float] = (100, 100, 100, 100),
    launches: int = 3,
    blocks: int = 2,
    extra_ns: int = 0,
    failure: str | None = None,
    shake: Callable[[int, int, int], float] = lambda launch, block, arm: 1.0,  # noqa: ARG005
) -> Race:
    """Every block runs the arms in the order 0, 2, 3, 1, one round each."""
    turns = tuple(
        ArmTurn(
            launch=launch,
            block=block,
            position=position,
            arm=arm,
            walls_ns=(round(walls_ms[arm] * MS * shake(launch, block, arm)),),
        )
        for launch in range(launches)
        for block in range(blocks)
        for position, arm in enumerate((0, 2, 3, 1))
    )
    return Race(
        number=number,
        kind=kind,
        slow=slow,
        seed=number,
        extra_ns=extra_ns,
        took_s=8.0,
        load=0.5,
        failure=failure,
        turns=turns,
    )
