"""The contestants of one scenario in, each measured and paired with the baseline, out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.analysis.comparison import SERVED, cores
from waitbench.analysis.fairness import unfair
from waitbench.analysis.machines import measured_everywhere
from waitbench.analysis.measured_from_rounds import middle
from waitbench.perfmodel.ideal import ideal_ns
from waitbench.stats import machines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.measured import Measured
    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord
    from waitbench.scenario import Scenario
    from waitbench.stats.estimates import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """All contestants of one scenario, measured and paired with their baseline.

    Attributes:
        scenario: what they were asked.
        waits_ns: mean wait of a task in nanoseconds.
        computes: whether a task needs the CPU for itself.
        ideal_ns: least wall that the wait and the cores allow.
        baseline: who the ratios are against; None where it has no time.
        contestants: what each measured.
        ratios: in the same order, how many times faster than the baseline.
        unfair: sentences on contestants of whom the target saw other things than of the rest.
    """

    scenario: Scenario
    waits_ns: float
    computes: bool
    ideal_ns: float
    baseline: Measured | None
    contestants: tuple[Measured, ...]
    ratios: tuple[Estimate | None, ...]
    unfair: tuple[str, ...]

    @property
    def served(self) -> bool:
        """Whether it races servers."""
        return self.scenario.workload == SERVED


def pair_up(run: Run, records: Sequence[ContestantRecord], confidence: float) -> Pairing:
    """Measure the contestants of one scenario and pair them with the baseline.

    Args:
        run: the results file.
        records: of the scenario, in the order of the file.
        confidence: of every interval, as a share.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    scenario, computes = records[0].scenario, any(record.computes for record in records)
    # Each row knows the mean that its own tasks were asked to wait; who died early knows none.
    waits_ns = middle(record.waits_ns for record in records) or 0.0
    contestants = [
        measured_everywhere(
            run, record, waits_ns if record.waits_ns is None else record.waits_ns, confidence
        )
        for record in records
    ]
    baseline = next(
        (each for each in contestants if each.model == scenario.baseline and each.wall), None
    )
    # Work that computes cannot do with less than the thriftiest contestant; waiting needs none.
    cpu_ns = min((each.cpu.value for each in contestants if each.cpu), default=0.0)
    return Pairing(
        scenario=scenario,
        waits_ns=waits_ns,
        computes=computes,
        ideal_ns=ideal_ns(
            tasks=scenario.tasks,
            concurrency=scenario.concurrency,
            waits_ns=waits_ns,
            cpu_ns=cpu_ns if computes else 0.0,
            cores=cores(run.environment),
        ),
        baseline=baseline,
        contestants=tuple(contestants),
        ratios=tuple(
            machines.paired_ratio(
                baseline.walls, each.walls, machines=each.machines, confidence=confidence
            )
            if baseline and each is not baseline
            else None
            for each in contestants
        ),
        unfair=unfair(records),
    )
