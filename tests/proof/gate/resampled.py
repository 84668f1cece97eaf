"""Pairs of processes in, gates out that were never run: how the rules fare on the noise measured.

A trial takes minutes, and a false alarm in a hundred suites cannot be seen in ten of them. Where
nothing was changed, base and head are alike, so any pair's ratio might as well have come out the
other way round: pairs are drawn anew from those measured, each with a random sign, and given to
the gate's own rules, with nothing or a known change upon them. It is no new measurement: what a
few pairs do not hold, it cannot show.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log1p
from typing import TYPE_CHECKING

from waitbench.gate import decision
from waitbench.gate.settings import MARGIN
from waitbench.stats import pairs as pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np

    from tests.proof.gate.trials import GateTrial
    from waitbench.stats.estimates import Estimate

SUITES = 200
BENCHMARKS = 20
PAIRS = 48
"""As many as ten minutes mostly have time for."""
SLOWED = {"+5 %": 0.05, "+10 %": 0.10}
"""What two of the twenty are made slower by, in every other suite."""
LEAST_PAIRS = 12
"""A benchmark with fewer pairs is not drawn from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampled:
    """The verdicts of gates that were drawn.

    Attributes:
        pairs: how many measured pairs of processes they were drawn from.
        alarms: of each suite, whether anything unchanged was called slower or faster.
        detected: by change, of each suite that had it, whether it was called slower.
        undecided: of each benchmark that was left alone, whether it stayed so.
    """

    pairs: int
    alarms: Sequence[bool]
    detected: Mapping[str, Sequence[bool]]
    undecided: Sequence[bool]


def resampled(trials: Iterable[GateTrial], seed: int = 1) -> Resampled | None:
    """Draw suites of twenty from the benchmarks that nothing made slower; None without enough."""
    import numpy as np

    measured: dict[str, list[float]] = {}
    for trial in trials:
        for comparison in trial.comparisons:
            if not comparison.kind:
                ratios = [launch.log_ratio for launch in comparison.launches]
                measured.setdefault(comparison.name, []).extend(ratios)
    pools = [np.array(ratios) for ratios in measured.values() if len(ratios) >= LEAST_PAIRS]
    if not pools:
        return None
    rng = np.random.default_rng(seed)
    alarms, undecided = [], []
    detected: dict[str, list[bool]] = {name: [] for name in SLOWED}
    for number in range(SUITES):
        slowed = dict(enumerate(SLOWED)) if number % 2 else {}
        draws = []
        for place in range(BENCHMARKS):
            pool = pools[rng.integers(len(pools))]
            signed = rng.choice(pool, PAIRS) * rng.choice([-1.0, 1.0], PAIRS)
            draws.append(signed - log1p(SLOWED[slowed[place]]) if place in slowed else signed)
        verdicts = gated(draws)
        left = [verdict for place, verdict in enumerate(verdicts) if place not in slowed]
        alarms.append(bool({"slower", "faster"} & set(left)))
        undecided += [verdict == "undecided" for verdict in left]
        for place, name in slowed.items():
            detected[name].append(verdicts[place] == "slower")
    return Resampled(
        pairs=sum(map(len, pools)), alarms=alarms, detected=detected, undecided=undecided
    )


def gated(draws: Sequence[np.ndarray]) -> list[str]:
    """Return the gate's verdicts on a suite of benchmarks, looked at after every pair.

    Args:
        draws: of each benchmark, how many times faster head was than base, as logarithms, pair by
            pair.
    """
    verdicts = ["undecided"] * len(draws)
    for pairs in range(1, len(draws[0]) + 1):
        open_ = [place for place, verdict in enumerate(verdicts) if verdict == "undecided"]
        look = decision.look_after(pairs)
        if look and open_:
            ratios = [
                _ratio(logs[:pairs]) if place in open_ else None for place, logs in enumerate(draws)
            ]
            decisions = decision.decide(ratios, [MARGIN] * len(draws), look)
            for place in open_:
                verdicts[place] = decisions[place].verdict
    return verdicts


def _ratio(logs: np.ndarray) -> Estimate | None:
    base = {(pair, 0): [1.0] for pair in range(len(logs))}
    head = {(pair, 0): [exp(-log_ratio)] for pair, log_ratio in enumerate(logs)}
    return pairs_of.paired_ratio(base, head, confidence=1 - decision.ERROR)
