"""Scenarios whose verdicts hold together in, their comparisons out: moderated, judged, bounded."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from waitbench.analysis.comparison import CONTROL, MAIN, Comparison, cores
from waitbench.analysis.machines import ratios_by_machine
from waitbench.analysis.measured_from_rounds import gil
from waitbench.analysis.row import Row
from waitbench.perfmodel import roofline
from waitbench.stats.machines import disagreement
from waitbench.stats.moderation import launch_variance, moderated
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.measured import Measured
    from waitbench.analysis.pairing import Pairing
    from waitbench.results.load import Run
    from waitbench.stats.estimates import Estimate


def families(pairings: Iterable[Pairing]) -> list[list[Pairing]]:
    """Group the scenarios that are judged together: the more there are, the less is seen.

    The main suites with their control answer one question, every other suite one of its own.
    """
    by_suite: dict[str, list[Pairing]] = {}
    for pairing in pairings:
        suite = pairing.scenario.suite
        by_suite.setdefault(MAIN[0] if suite in {*MAIN, CONTROL} else suite, []).append(pairing)
    return list(by_suite.values())


def compared(
    run: Run, family: Sequence[Pairing], confidence: float, margin: float
) -> list[Comparison]:
    """Compare all rows of a family, which share what they know of how far launches lie apart."""
    contestants = [each for pairing in family for each in pairing.contestants]
    variance = launch_variance(ratio for pairing in family for ratio in pairing.ratios)
    walls = launch_variance(each.wall for each in contestants)
    cpus = launch_variance(each.cpu for each in contestants)
    ratios = {
        id(each): moderated(ratio, variance)
        for pairing in family
        for each, ratio in zip(pairing.contestants, pairing.ratios, strict=True)
    }
    judged = [
        each for pairing in family for each in pairing.contestants if _takes_part(pairing, each)
    ]
    given = judge([ratios[id(each)] for each in judged], confidence=confidence, margin=margin)
    verdicts = {id(each): verdict for each, verdict in zip(judged, given, strict=True)}

    def row(pairing: Pairing, each: Measured) -> Row:
        cpu = moderated(each.cpu, cpus)
        allowed = cores(run.environment)
        at_once = roofline.parallel(each.kind, each.width, allowed, gil=gil(run, each.state))
        waits = pairing.waits_ns > 0 and not pairing.served
        width = min(max(each.width, 1), pairing.scenario.concurrency)
        there = ratios_by_machine(pairing, each, confidence)
        return Row(
            measured=each,
            wall=moderated(each.wall, walls),
            cpu=cpu,
            ratio=ratios[id(each)],
            verdict=verdicts.get(id(each)),
            efficiency=pairing.ideal_ns / each.wall.value
            if each.wall and pairing.ideal_ns
            else None,
            # What its own CPU allows, where there is a wait to overlap.
            roofline_ns=roofline.predict_ns(
                pairing.scenario.tasks, width, pairing.waits_ns, cpu.value, at_once
            )
            if waits and cpu and cpu.value
            else None,
            floor_ns=_floor_ns(pairing, each, cpu, allowed),
            # Who takes one task at a time has no more at once to gain from.
            crossover=roofline.crossover(pairing.waits_ns, cpu, at_once)
            if waits and each.width > 1
            else None,
            launch_variance=variance,
            by_machine=there,
            disagree=disagreement(there).chance,
        )

    return [
        _comparison(pairing, [row(pairing, each) for each in pairing.contestants])
        for pairing in family
    ]


def _floor_ns(
    pairing: Pairing, each: Measured, cpu: Estimate | None, allowed: float
) -> float | None:
    """Least wall that its own CPU and the waits allow: no target could make it any faster."""
    if cpu is None or pairing.served:
        return None
    width = min(max(each.width, 1), pairing.scenario.concurrency)
    # Threads let go of the lock where they talk to the system: they are given every core.
    at_once = 1.0 if roofline.alone(each.kind) else min(float(width), allowed)
    waits_ns, tasks = pairing.waits_ns, pairing.scenario.tasks
    turns_ns = ceil(tasks / width) * (waits_ns + cpu.value)
    return max(roofline.predict_ns(tasks, width, waits_ns, cpu.value, at_once), turns_ns)


def _takes_part(pairing: Pairing, each: Measured) -> bool:
    """Whether there is a verdict on it: not on the baseline, nor on what the target made."""
    baseline = pairing.baseline
    return baseline is not None and each is not baseline and baseline.sound and each.sound


def _comparison(pairing: Pairing, rows: Iterable[Row]) -> Comparison:
    scenario = pairing.scenario
    return Comparison(
        name=scenario.name,
        suite=scenario.suite,
        workload=scenario.workload,
        params=scenario.params,
        tasks=scenario.tasks,
        concurrency=scenario.concurrency,
        waits_ns=pairing.waits_ns,
        computes=pairing.computes,
        ideal_ns=pairing.ideal_ns,
        baseline=pairing.baseline.model if pairing.baseline else None,
        rows=tuple(sorted(rows, key=lambda row: row.control)),
        unfair=pairing.unfair,
    )
