"""Answers of a worker, as its protocol has them, into records: the names there are older."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.results.record import RoundRecord
from waitbench.results.schema_1 import PHASE

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        error=answer["error"],
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
