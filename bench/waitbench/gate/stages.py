"""Pairs of base and head, raced and looked at one by one until all is decided."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from waitbench.gate import decision
from waitbench.gate.racing import Racing
from waitbench.stats.machines import GENERAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.evidence import GateEvidence
    from waitbench.gate.racing import GatePlan
    from waitbench.race.events import Observer

FIRST = 2
"""Pairs of a part that are raced before anything is known of the time they take."""
RESERVE = 1.15
"""A pair may take so many times what it should."""
AIMS = (12, 24, 48, decision.MOST_PAIRS)
"""Pairs that the time is shared out over: the next of these."""
FEW_PARTS, AIM_OF_FEW = range(GENERAL, 8), 12
"""So many parts may be as many machines, and what is inferred from how far the means of those lie
apart. Of so few means that is known so badly that each should be of this many pairs: docs/machines.
"""
FIRST_SHARE = 0.12
"""Of the minutes of a part: the most that its first pairs take."""
PART_PAIRS = 32, 64
"""Pairs of a gate in parts: what the time is shared out over, and the most."""
PART_S = 0.3
"""Seconds of rounds of a benchmark in a pair of a part, which is not raced until all is decided."""


def race(
    benchmarks: Sequence[Benchmark],
    plan: GatePlan,
    observer: Callable[[str], Observer],
    say: Callable[[str], object],
) -> GateEvidence:
    """Race pair after pair of what is still open, until all is decided or time is up.

    Args:
        benchmarks: that both sides can run.
        plan: how long it may take.
        observer: makes an observer of the race, which is named to it.
        say: is told the verdicts as they come.
    """
    racing = Racing(plan=plan, observer=observer)

    def following() -> Mapping[str, float]:
        _look(benchmarks, racing, say)
        return _next_pair(benchmarks, racing)

    if benchmarks:
        racing.evidence.common_pairs = plan.common_pairs
        racing.steered(benchmarks, decision.MOST_PAIRS, following, f"racing {len(benchmarks)}")
        _look(benchmarks, racing, say)
    return racing.evidence


def race_part(
    benchmarks: Sequence[Benchmark],
    plan: GatePlan,
    observer: Callable[[str], Observer],
    parts: int,
) -> GateEvidence:
    """Race this machine's part of the pairs of all benchmarks; nothing is chosen nor decided.

    How long each is raced follows from what it costs, never from which side was faster.

    Args:
        benchmarks: that both sides can run.
        plan: how long this part may take.
        observer: makes an observer of the race, which is named to it.
        parts: how many there are.
    """
    racing = Racing(plan=plan, observer=observer, least_s=PART_S)
    if not benchmarks:
        return racing.evidence
    what = f"racing part of {len(benchmarks)}"
    rounds_s = racing.rounds_s(benchmarks, FIRST_SHARE * plan.left_s, FIRST)
    racing.race(benchmarks, FIRST, rounds_s, what)
    least = AIM_OF_FEW if parts in FEW_PARTS else decision.FEWEST_PAIRS
    aim, most = (max(least, ceil(pairs / parts)) for pairs in PART_PAIRS)
    rounds_s = racing.rounds_s(benchmarks, plan.left_s / RESERVE, aim)
    fit = int(plan.left_s / RESERVE / racing.pair_s(benchmarks, rounds_s))
    pairs = min(most, fit)
    if pairs > 0 and not racing.evidence.interrupted:
        racing.race(benchmarks, pairs, rounds_s, what)
    return racing.evidence


def _next_pair(benchmarks: Sequence[Benchmark], racing: Racing) -> Mapping[str, float]:
    """Return the seconds of rounds of what is raced in the next pair; nothing where it is over."""
    evidence, plan = racing.evidence, racing.plan
    open_ = [benchmark for benchmark in benchmarks if evidence.open(benchmark.name)]
    if not open_:
        return {}
    aim = next(aim for aim in AIMS if aim > evidence.launches)
    left_s = plan.left_s / RESERVE
    rounds_s = racing.rounds_s(open_, left_s, aim - evidence.launches)
    # The first one is raced in any case: nothing is known of its time.
    fits = not evidence.launches or _fits(open_, racing, rounds_s)
    return rounds_s if fits else {}


def _fits(benchmarks: Sequence[Benchmark], racing: Racing, rounds_s: Mapping[str, float]) -> bool:
    return racing.pair_s(benchmarks, rounds_s) <= racing.plan.left_s / RESERVE


def _look(benchmarks: Sequence[Benchmark], racing: Racing, say: Callable[[str], object]) -> None:
    """Decide what the pairs so far decide, and say of what."""
    evidence, margins = racing.evidence, racing.plan.margins
    look = decision.look_after(evidence.launches)
    if look is None or evidence.launches in {evidence.looked, *range(racing.plan.common_pairs)}:
        return
    evidence.looked = evidence.launches
    names = [benchmark.name for benchmark in benchmarks]
    ratios = [
        evidence.ratio(name, confidence=1 - decision.ERROR) if evidence.open(name) else None
        for name in names
    ]
    decisions = decision.decide(ratios, [margins[name] for name in names], look)
    fresh: dict[str, list[str]] = {}
    for name, decided in zip(names, decisions, strict=True):
        if evidence.open(name):
            evidence.settled[name] = decided
            if decided.verdict != "undecided":
                fresh.setdefault(decided.verdict, []).append(name)
    for verdict, named in fresh.items():
        say(f"{verdict}: {', '.join(named)} ({evidence.launches} pairs)")
