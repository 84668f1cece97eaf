"""A contestant's record from several machines in, its figures out: times of two never pooled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.analysis.measured import INSTRUMENTS
from waitbench.analysis.measured_from_rounds import measured
from waitbench.stats import machines

if TYPE_CHECKING:
    from waitbench.analysis.measured import Measured
    from waitbench.analysis.pairing import Pairing
    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord
    from waitbench.stats.estimates import Estimate


def measured_everywhere(
    run: Run, record: ContestantRecord, waits_ns: float, confidence: float
) -> Measured:
    """Return the figures of one contestant: where several machines measured, those of the first.

    Its walls and CPU by launch and block are those of all machines: ratios are paired in a launch;
    and a row that an instrument of ours held back anywhere counts as held back.

    Args:
        run: the results file.
        record: of the contestant.
        waits_ns: mean wait of a task where its own record does not tell.
        confidence: of the intervals, as a share.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    if not run.machines:
        return measured(run, record, waits_ns, confidence)
    each = {
        str(machine["name"]): measured(
            replace(run, environment=machine["environment"]),
            record.on(str(machine["name"])),
            waits_ns,
            confidence,
        )
        for machine in run.machines
    }
    first, *others = each.values()
    held = next((other.bound for other in others if other.bound in INSTRUMENTS), first.bound)
    everybody = (first, *others)
    return replace(
        first,
        walls={key: walls for there in everybody for key, walls in there.walls.items()},
        cpus={key: cpus for there in everybody for key, cpus in there.cpus.items()},
        bound=held if first.wall else None,
        early=any(there.early for there in everybody),
        rounds=sum(there.rounds for there in everybody),
        disturbed=sum(there.disturbed for there in everybody),
        left_out=sum(there.left_out for there in everybody),
        failed_rounds=sum(there.failed_rounds for there in everybody),
        errors=sum(there.errors for there in everybody),
        error=next((there.error for there in everybody if there.error), None),
        launches=sum(there.launches for there in everybody),
        by_machine=each,
        machines=record.machines,
    )


def ratios_by_machine(pairing: Pairing, each: Measured, confidence: float) -> dict[str, Estimate]:
    """Return the ratio of a contestant on each of several machines; nothing of one alone."""
    baseline = pairing.baseline
    if baseline is None or each is baseline or not each.machines:
        return {}
    return machines.by_machine(
        baseline.walls, each.walls, machines=each.machines, confidence=confidence
    )
