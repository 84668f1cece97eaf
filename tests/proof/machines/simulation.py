"""Runs of machines that differ threefold in speed, and in their true ratio, as nobody measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p
from typing import TYPE_CHECKING

import numpy as np

from waitbench.gate import decision
from waitbench.gate.settings import MARGIN
from waitbench.stats import machines
from waitbench.stats.estimates import half_width

if TYPE_CHECKING:
    from waitbench.stats.estimates import Estimate

LAUNCH, BLOCK, DRIFT = 0.01, 0.03, 0.3
"""Standard deviations on logarithms: luck of a process, a round, the machine's speed in common."""
SPEEDS = 3.0
"""The fastest machine is so many times as fast as the slowest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What many simulated runs came to.

    Attributes:
        machines: in each run.
        spread: of the machines' true ratios, on logarithms.
        alarms: share of runs of equal sides that found a difference, at 99 %.
        covered: share of intervals of 95 % that held the truth.
        margin: median half of an interval of 99 %, as a share.
        disagree: share of runs that said that machines disagree.
    """

    machines: int
    spread: float
    alarms: float
    covered: float
    margin: float
    disagree: float


def cell(many: int, spread: float, *, runs: int = 1000, launches: int = 6, blocks: int = 4) -> Cell:
    """Simulate runs of equal sides: on average over machines no side is faster.

    Args:
        many: machines.
        spread: of their true ratios.
        runs: how many.
        launches: of each machine.
        blocks: of each launch.
    """
    rng = np.random.default_rng([1, many, round(spread * 1e4)])
    alarms = covered = disagree = 0
    halves = []
    for _ in range(runs):
        own, ratios, estimate = _run(rng, many, spread, launches, blocks)
        # One machine or two speak for themselves alone, three and more for machines in general.
        truth = 0.0 if many >= machines.GENERAL else float(own.mean())
        away = abs(log(estimate.value) - truth)
        half = half_width(estimate.spreads, 0.99)
        alarms += away > half
        covered += away <= half_width(estimate.spreads, 0.95)
        halves.append(half)
        disagree += machines.disagreement(ratios).chance < machines.DISAGREE
    return Cell(
        machines=many,
        spread=spread,
        alarms=alarms / runs,
        covered=covered / runs,
        margin=exp(float(np.median(halves))) - 1,
        disagree=disagree / runs,
    )


def found(
    many: int, launches: int, *, slower: float, runs: int = 300, blocks: int = 4
) -> tuple[float, float]:
    """Return how often a merged gate calls a change slower, and how often the same.

    Args:
        many: machines, each of which has raced one part.
        launches: pairs of processes in each.
        slower: how much slower head truly is, the same on all machines.
        runs: how many gates.
        blocks: of each pair.
    """
    rng = np.random.default_rng([2, many, launches, round(slower * 1e4)])
    verdicts = []
    for _ in range(runs):
        _, _, ratio = _run(rng, many, 0.0, launches, blocks, slower=slower)
        (decided,) = decision.decide([ratio], [MARGIN], decision.merged_look(many, many))
        verdicts.append(decided.verdict)
    return verdicts.count("slower") / runs, verdicts.count("same") / runs


def _run(  # noqa: PLR0913 - a run, and the truth of it
    rng: np.random.Generator,
    many: int,
    spread: float,
    launches: int,
    blocks: int,
    *,
    slower: float = 0.0,
) -> tuple[np.ndarray, dict[str, Estimate], Estimate]:
    """Return each machine's true ratio, the ratio that each measured, and that of all."""
    own = rng.normal(0, spread, many)
    speed = rng.uniform(0, log(SPEEDS), many)
    noise = rng.uniform(0.5, 1.5, many)
    base: dict[tuple[int, int], list[float]] = {}
    arm: dict[tuple[int, int], list[float]] = {}
    names = {}
    for launch in range(many * launches):
        at = launch % many
        names[launch] = f"machine {at}"
        luck = rng.normal(0, LAUNCH * noise[at], 2)
        drifts = rng.normal(speed[at], DRIFT, blocks)
        shakes = rng.normal(0, BLOCK * noise[at], (blocks, 2))
        for block in range(blocks):
            base[launch, block] = [exp(drifts[block] + luck[0] + shakes[block, 0])]
            arm[launch, block] = [
                exp(drifts[block] + luck[1] + shakes[block, 1] - own[at] + log1p(slower))
            ]
    estimate = machines.paired_ratio(base, arm, machines=names)
    assert estimate is not None
    return own, machines.by_machine(base, arm, machines=names), estimate
