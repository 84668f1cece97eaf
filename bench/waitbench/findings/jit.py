"""The claim that the JIT makes computing in Python faster."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._builds import changes, evidence, listing, minor, states
from waitbench.findings._verdicts import above, decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.findings._builds import Change

PLACE = 92
ACROSS = True
CLAIM = "jit"
ASKS = "CPython's JIT makes computing in Python faster."
SUITES = ("cpu_bound", "cures")
WORKLOADS = frozenset({"compute", "checksum"})
MODELS = ("sync", "processes")
GAINS = 1.05
"""Who surely has more than this speed gains by it; who surely has less does not."""
SHOWN = 6
"""Warm-up rounds that are told one by one."""


def find(summary: Summary) -> Finding:
    """Pair each build with the JIT on with the same version without, where Python itself computes.

    Before the rounds that count, those with the JIT are warmed up until they get no faster; that is
    told round by round, and is no part of the ratio. It gains where it is surely more than 5 %
    faster, and does not where that is ruled out. Supported if it gains in every scenario and
    version, refuted if in none, conditional if in some.
    """
    by_build = states(summary)
    pairs = [
        (on, off)
        for on, state in by_build.items()
        if state.get("jit")
        for off, other in by_build.items()
        if not other.get("jit")
        and minor(other) == minor(state)
        and other.get("gil") == state.get("gil")
    ]
    compared = changes(summary, pairs, _python_computes, MODELS)
    if not compared:
        why = (
            "No version was measured with its JIT on and off on computing in Python in a way that "
            "counts"
        )
        return Finding.undecided(CLAIM, why, SUITES, pythons=True)
    most = max((change.speed for change in compared), key=lambda speed: speed.value)
    return Finding(
        claim=CLAIM,
        verdict=decide(above(change.speed, GAINS) for change in compared),
        sentence=" ".join(
            [f"Times as fast with the JIT: {listing(compared)}.", *_warm_up(compared)]
        ),
        brief=f"measured in {formatting.count(len(compared), 'row')}",
        effect=most.value,
        effect_of="with the JIT, at best",
        interval=most.interval,
        evidence=evidence(compared),
        conditions=tuple(change.text for change in compared),
    )


def _python_computes(scenario: Comparison) -> bool:
    return scenario.workload in WORKLOADS


def _warm_up(compared: Sequence[Change]) -> list[str]:
    """Return how the rounds before those that count went, where they were told."""
    for change in compared:
        row = change.scenario.row(change.evidence[0].partition("/")[2])
        if row and row.wall and row.measured.warm_ns:
            walls = row.measured.warm_ns
            longest = max(map(len, walls))
            course = [
                median(launch[number] for launch in walls if number < len(launch))
                for number in range(min(longest, SHOWN))
            ]
            rounds = ", ".join(map(formatting.duration, course)) + " …" * (longest > SHOWN)
            steady = formatting.duration(row.wall.value)
            where = f"{row.model} in {change.scenario.name}"
            return [f"Warming up, {where} took {rounds} a round, and then {steady}."]
    return []
