"""Answers of a worker in, as its protocol has them, records out: the names there are older."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from waitbench.results.foreign_text import plain
from waitbench.results.record import RoundRecord
from waitbench.results.schema_1 import PHASE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a worker says of a scenario that it has opened.

    Attributes:
        startup_ns: how long pools, sessions and loops took to start.
        width: tasks really under way at once.
        notes: sentences for the reader of the row.
        waits_ns: mean wait of a task; None until the target has said it.
        computes: whether the tasks need the CPU for themselves.
        opens_anew: whether each task opens a connection on purpose.
        state: what its interpreter is, by its own word; empty from a worker of an older tree.
    """

    startup_ns: int
    width: int
    notes: Sequence[str]
    waits_ns: int | None
    computes: bool
    opens_anew: bool
    state: Mapping[str, Any]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read the answer to "open"."""
        return cls(
            startup_ns=answer["startup_ns"],
            width=answer["width"],
            notes=tuple(answer["notes"]),
            waits_ns=answer["waits_ns"],
            computes=answer["computes"],
            opens_anew=bool(answer.get("opens_anew")),
            state=answer.get("state") or {},
        )


PART = {phase: part for part, phase in PHASE.items()}


def round_record(answer: Mapping[str, Any]) -> RoundRecord:
    """Return what a worker says of a round; its place in the race is for the conductor to add."""
    return RoundRecord(
        launch=0,
        block=0,
        wall_ns=answer["wall_ns"],
        cpu_ns=answer["cpu_ns"],
        run_queue_ns=answer.get("delay_ns"),
        errors=answer["errors"],
        error=plain(answer["error"]) if answer["error"] else None,
        spans=answer["spans"],
        # Workers of older trees do not say all of these.
        phases={PHASE.get(part, part): ns for part, ns in answer.get("parts", {}).items()},
        metrics=answer.get("seen", {}),
        single=bool(answer.get("single")),
        core=answer.get("core"),
    )


def parts(phases: Mapping[str, int]) -> dict[str, int]:
    """Return the means of phases under their names in the protocol."""
    return {PART.get(phase, phase): mean_ns for phase, mean_ns in phases.items()}
