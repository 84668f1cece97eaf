"""The screen and the looks: races of base against head over fresh pairs, until all is decided."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from waitbench.gate import decision
from waitbench.gate.racing import Racing
from waitbench.stats.machines import GENERAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.evidence import GateEvidence, Part
    from waitbench.gate.racing import GatePlan
    from waitbench.race.events import Observer

FIRST = 2
"""Pairs of the screen that are raced before anything is known of the time they take."""
FEWEST = 4
"""Fewer new pairs than that decide nothing, and are not begun."""
RESERVE = 1.15
"""A stage may take so many times what it should."""
AIMS = (16, 32, 64)
"""New pairs that the rest of the time is shared out over: the next of these."""
FEW_PARTS, AIM_OF_FEW = range(GENERAL, 8), 12
"""So many parts may be as many machines, and what is inferred from how far the means of those lie
apart. Of so few means that is known so badly that each should be of this many pairs: docs/machines.
"""
FIRST_SHARE, SCREEN_SHARE = 0.12, 0.45
"""Of the minutes: the most that the first pairs and then the whole screen take."""
OVER: tuple[Part, ...] = ("new", "all")


def race(
    benchmarks: Sequence[Benchmark], plan: GatePlan, observer: Callable[[str], Observer]
) -> GateEvidence:
    """Screen all benchmarks, then race anew those not cleared, until all is decided or time is up.

    Args:
        benchmarks: that both sides can run.
        plan: how long it may take.
        observer: makes an observer of one stage, which is named to it.
    """
    racing = Racing(plan=plan, observer=observer)
    evidence = racing.evidence
    if not benchmarks:
        return evidence
    _screen(benchmarks, racing)
    family = [benchmark for benchmark in benchmarks if not _clear(benchmark, plan, evidence)]
    done = 0
    for look in decision.LOOKS:
        open_ = [benchmark for benchmark in family if evidence.open(benchmark.name)]
        wanted = look.pairs - done
        if evidence.interrupted or not open_:
            break
        aim = next((aim for aim in AIMS if aim >= look.pairs), look.pairs)
        rounds_s = racing.rounds_s(open_, plan.left_s / RESERVE, aim - done)
        pairs = min(wanted, int(plan.left_s / RESERVE / racing.pair_s(open_, rounds_s)))
        if pairs < FEWEST:
            break
        racing.race(open_, pairs, rounds_s, f"confirming {len(open_)}")
        done += pairs
        _look(family, look, plan, evidence)
    return evidence


def race_part(
    benchmarks: Sequence[Benchmark],
    plan: GatePlan,
    observer: Callable[[str], Observer],
    parts: int,
) -> GateEvidence:
    """Race this machine's part of the pairs of all benchmarks; nothing is chosen nor decided.

    How long each is raced follows from its noise, never from which side was faster.

    Args:
        benchmarks: that both sides can run.
        plan: how long this part may take.
        observer: makes an observer of one stage, which is named to it.
        parts: how many there are.
    """
    racing = Racing(plan=plan, observer=observer)
    if not benchmarks:
        return racing.evidence
    what = f"racing part of {len(benchmarks)}"
    rounds_s = racing.rounds_s(benchmarks, FIRST_SHARE * plan.left_s, FIRST)
    racing.race(benchmarks, FIRST, rounds_s, what)
    least = AIM_OF_FEW if parts in FEW_PARTS else FEWEST
    aim, most = (max(least, ceil(pairs / parts)) for pairs in AIMS[1:])
    rounds_s = racing.rounds_s(benchmarks, plan.left_s / RESERVE, aim)
    fit = int(plan.left_s / RESERVE / racing.pair_s(benchmarks, rounds_s))
    pairs = min(most, fit)
    if pairs > 0 and not racing.evidence.interrupted:
        racing.race(benchmarks, pairs, rounds_s, what)
    return racing.evidence


def _screen(benchmarks: Sequence[Benchmark], racing: Racing) -> None:
    """Race a few pairs of every benchmark."""
    plan, what = racing.plan, f"screening {len(benchmarks)}"
    rounds_s = racing.rounds_s(benchmarks, FIRST_SHARE * plan.left_s, FIRST)
    racing.race(benchmarks, FIRST, rounds_s, what)
    # More than half of the time is kept for those that are not cleared.
    available_s = SCREEN_SHARE * plan.left_s
    more = decision.SCREEN_PAIRS - FIRST
    rounds_s = racing.rounds_s(benchmarks, available_s, more)
    more = min(more, int(available_s / racing.pair_s(benchmarks, rounds_s)))
    if more > 0 and not racing.evidence.interrupted:
        racing.race(benchmarks, more, rounds_s, what)
    racing.evidence.screen_pairs = racing.evidence.launches


def _clear(benchmark: Benchmark, plan: GatePlan, evidence: GateEvidence) -> bool:
    """Check whether the screen is enough: it failed there, or lies within the margin."""
    name = benchmark.name
    if evidence.failures(name):
        return True
    ratio = evidence.ratio(name, "screen", confidence=1 - decision.SAME_AT_SCREEN)
    if not decision.cleared(ratio, plan.margins[name]):
        return False
    evidence.settled[name] = decision.Decision(verdict="same"), "screen"
    return True


def _look(
    family: Sequence[Benchmark], look: decision.Look, plan: GatePlan, evidence: GateEvidence
) -> None:
    """Record the decisions of one look; the new pairs alone call anything slower or faster."""
    new, whole = (
        [
            evidence.ratio(benchmark.name, over, confidence=1 - decision.ERROR)
            if evidence.open(benchmark.name)
            else None
            for benchmark in family
        ]
        for over in OVER
    )
    margins = [plan.margins[benchmark.name] for benchmark in family]
    for benchmark, decided in zip(family, decision.decide(new, margins, look, whole), strict=True):
        if evidence.open(benchmark.name):
            evidence.settled[benchmark.name] = (
                decided,
                "all" if decided.verdict == "same" else "new",
            )
