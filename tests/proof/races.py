"""The races of the proof as they stand in `races.jsonl`, one JSON object in a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.results.record import ContestantRecord

RECIPE = 2
"""Number of how races are made; figures of another recipe are not mixed in. Raise it with cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTurn:
    """What one arm ran within a block.

    Attributes:
        launch: which launch.
        block: which block of it.
        position: place in the order of the block, from 0.
        arm: number of the arm, as in `cells.ARMS`.
        walls_ns: its rounds, in nanoseconds.
    """

    launch: int
    block: int
    position: int
    arm: int
    walls_ns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """One race of four arms.

    Attributes:
        number: how many races of the file came before it.
        kind: name of the kind of work.
        slow: slow-down injected into the last two arms, as a share of the wall.
        seed: of the order within the blocks.
        extra_ns: waiting that it added to a round, in nanoseconds.
        took_s: seconds it took, start-up included.
        load: load average over the minute before it; None where the system has none.
        failure: why it cannot be used; None if all arms ran without an error.
        turns: what was measured, in the order of time.
    """

    number: int
    kind: str
    slow: float
    seed: int
    extra_ns: int
    took_s: float
    load: float | None
    failure: str | None
    turns: tuple[ArmTurn, ...]

    def walls(self, arm: int) -> dict[tuple[int, int], list[float]]:
        """Walls of one arm in nanoseconds, by launch and block."""
        return {
            (turn.launch, turn.block): [float(wall) for wall in turn.walls_ns]
            for turn in self.turns
            if turn.arm == arm
        }

    def as_line(self) -> dict[str, Any]:
        """Return its JSON form; turns are nested by launch and block, each [arm, µs, µs …]."""
        return {
            "race": self.number,
            "recipe": RECIPE,
            "kind": self.kind,
            "slow": self.slow,
            "seed": self.seed,
            "extra_ns": self.extra_ns,
            "took_s": round(self.took_s, 2),
            "load": self.load,
            "failure": self.failure,
            "launches_us": _nested(self.turns),
        }


def from_line(line: Mapping[str, Any]) -> Race:
    """Read a race from its JSON form.

    Raises:
        KeyError, TypeError, ValueError: it is no such form.
    """
    turns = tuple(
        ArmTurn(
            launch=launch,
            block=block,
            position=position,
            arm=arm,
            walls_ns=tuple(1000 * wall for wall in walls_us),
        )
        for launch, blocks in enumerate(line["launches_us"])
        for block, order in enumerate(blocks)
        for position, (arm, *walls_us) in enumerate(order)
    )
    return Race(
        number=line["race"],
        kind=line["kind"],
        slow=line["slow"],
        seed=line["seed"],
        extra_ns=line["extra_ns"],
        took_s=line["took_s"],
        load=line["load"],
        failure=line["failure"],
        turns=turns,
    )


def turns(rows: Sequence[ContestantRecord]) -> tuple[ArmTurn, ...]:
    """Return the turns of a race's rows: arms are numbered in the order of the rows."""
    walls: dict[tuple[int, int, int, int], list[int]] = {}
    for arm, row in enumerate(rows):
        for round_ in row.rounds:
            place = round_.launch, round_.block, round_.position, arm
            walls.setdefault(place, []).append(round_.wall_ns)
    return tuple(
        ArmTurn(launch=launch, block=block, position=position, arm=arm, walls_ns=tuple(walls_ns))
        for (launch, block, position, arm), walls_ns in sorted(walls.items())
    )


def _nested(turns: Sequence[ArmTurn]) -> list[list[list[list[int]]]]:
    launches: list[list[list[list[int]]]] = []
    for turn in turns:
        while len(launches) <= turn.launch:
            launches.append([])
        blocks = launches[turn.launch]
        while len(blocks) <= turn.block:
            blocks.append([])
        blocks[turn.block].append([turn.arm, *(round(wall / 1000) for wall in turn.walls_ns)])
    return launches
