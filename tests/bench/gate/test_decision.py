"""Looked at after every pair, a gate keeps its rates of false alarms and of changes overseen."""

import numpy as np
import pytest

from tests.proof.gate import resampled
from waitbench.gate import decision
from waitbench.stats.estimates import Estimate
from waitbench.stats.pairs import paired_ratio

ALARM = decision.Look(error=decision.ERROR / 8, same_error=decision.SAME_AT_A_LOOK)


class Draws:
    """Pairs of processes of one benchmark, whose head takes `head` times as long as its base."""

    def __init__(self, seed: int, head: float, spread: float) -> None:
        rng = np.random.default_rng(seed)
        pairs = decision.MOST_PAIRS
        # One pair in ten is badly laid out, on either side.
        odd = np.where(rng.random(pairs) < 0.1, rng.normal(0, 8 * spread, pairs), 0)
        self.logs = np.log(head) + rng.normal(0, spread, pairs) + odd

    def ratio(self, first: int, last: int) -> Estimate | None:
        """Over the pairs from `first` to before `last`."""
        logs = self.logs[first:last]
        base = {(pair, 0): [1.0] for pair in range(len(logs))}
        arm = {(pair, 0): [float(np.exp(log_ratio))] for pair, log_ratio in enumerate(logs)}
        return paired_ratio(base, arm, confidence=0.99)


def drawn(seed: int, head: float, pairs: int, spread: float = 0.01) -> Estimate | None:
    return Draws(seed, head, spread).ratio(0, pairs)


def gated(seed: int, heads: list[float], spread: float = 0.014) -> list[str]:
    """Words on a suite at a margin of 3 %, as the gate comes to them."""
    draws = [
        Draws(1000 * seed + number, head, spread * (1 + number % 3))
        for number, head in enumerate(heads)
    ]
    return resampled.gated([-draw.logs for draw in draws])


@pytest.mark.slow
def test_twenty_equal_benchmarks_hardly_ever_raise_an_alarm() -> None:
    verdicts = [gated(seed, [1.0] * 20) for seed in range(100)]
    # At most 1 % of gates; of 100 gates 5 or more would come by chance in 0.4 % of tries.
    assert sum(bool({"slower", "faster"} & set(suite)) for suite in verdicts) < 5
    # Spreads of 1.4 to 4.2 % a pair are nothing that a margin of 3 % need be left undecided by.
    assert sum(suite.count("undecided") for suite in verdicts) < 0.04 * 100 * 20


def test_a_change_of_just_the_margin_is_rarely_the_same() -> None:
    tries = 300
    verdicts = [gated(seed, [1.03], spread=0.02)[0] for seed in range(tries)]
    # At most 4 % of them over all looks; more than 24 of 300 would come in 0.1 % of tries.
    assert verdicts.count("same") <= 24


@pytest.mark.slow
@pytest.mark.parametrize("head", [1.05, 1.10])
def test_a_slow_down_among_twenty_is_found(head: float) -> None:
    detected = sum(gated(seed, [head, *[1.0] * 19])[0] == "slower" for seed in range(60))
    assert detected >= 57


def test_what_is_within_the_margin_is_the_same_however_sure_the_difference() -> None:
    ratio = drawn(1, 1.02, 64, spread=0.0005)
    (decided,) = decision.decide([ratio], [0.03], ALARM)
    assert decided.verdict == "same"


def test_a_sure_difference_just_beyond_nothing_is_no_alarm() -> None:
    # Between 1 and 3 % for sure: not equal, not surely within the margin, not beyond it.
    ratio = drawn(2, 1.025, 16, spread=0.01)
    (decided,) = decision.decide([ratio], [0.03], ALARM)
    assert decided.verdict == "undecided"


@pytest.mark.parametrize(("head", "verdict"), [(1.3, "slower"), (1 / 1.3, "faster")])
def test_the_verdict_says_which_way(head: float, verdict: str) -> None:
    ratio = drawn(5, head, 16)
    (decided,) = decision.decide([ratio], [0.03], ALARM)
    assert decided.verdict == verdict


def test_what_is_undecided_says_how_many_pairs_it_wants() -> None:
    ratio = drawn(4, 1.04, 16, spread=0.05)
    (decided,) = decision.decide([ratio], [0.03], ALARM)
    assert decided.verdict == "undecided"
    assert decided.more is None or decided.more > 0


def test_no_ratio_decides_nothing() -> None:
    assert decision.decide([None], [0.03], ALARM)[0].verdict == "undecided"


def test_the_looks_share_the_error() -> None:
    looks = [decision.look_after(pairs) for pairs in range(decision.MOST_PAIRS + 1)]
    assert sum(look.error for look in looks if look) == pytest.approx(decision.CLOCK_ERROR)
    both = decision.CLOCK_ERROR + decision.FIGURES_ERROR
    assert both == pytest.approx(decision.ERROR)
    assert looks[: decision.FEWEST_PAIRS] == [None] * decision.FEWEST_PAIRS
    assert all(looks[decision.FEWEST_PAIRS :])


def test_a_look_that_raises_no_alarm_lets_go_of_what_is_the_same() -> None:
    look = decision.Look(error=0.0, same_error=0.01)
    ratios = [drawn(6, 1.5, 16), drawn(7, 1.0, 16, spread=0.001)]
    verdicts = [each.verdict for each in decision.decide(ratios, [0.03, 0.03], look)]
    assert verdicts == ["undecided", "same"]
