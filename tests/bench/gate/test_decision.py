"""The screen only chooses; new pairs decide, and the rate of false alarms holds for the whole."""

import numpy as np
import pytest

from bench.gate import decision
from bench.stats import Estimate, paired_ratio


def drawn(
    rng: np.random.Generator, head: float, pairs: int, spread: float = 0.01
) -> Estimate | None:
    """A ratio over fresh pairs: head takes `head` times as long as base."""
    base = {(pair, 0): [float(np.exp(rng.normal(0, spread)))] for pair in range(pairs)}
    arm = {(pair, 0): [float(head * np.exp(rng.normal(0, spread)))] for pair in range(pairs)}
    return paired_ratio(base, arm, confidence=0.99)


def gated(rng: np.random.Generator, heads: list[float], margin: float = 0.03) -> list[str]:
    """Words on a suite, by the two stages as the gate runs them."""
    words = ["same"] * len(heads)
    family = [
        number
        for number, head in enumerate(heads)
        if not decision.cleared(drawn(rng, head, decision.SCREEN_PAIRS), margin)
    ]
    open_ = list(family)
    pairs = {
        number: np.random.default_rng([number, *rng.integers(2**31, size=2)]) for number in family
    }
    seeds = {number: stream.integers(2**31) for number, stream in pairs.items()}
    for look in decision.LOOKS:
        # The same stream from its beginning: a later look holds the pairs of those before it.
        ratios = [
            drawn(np.random.default_rng(seeds[number]), heads[number], look.pairs)
            if number in open_
            else None
            for number in family
        ]
        told = decision.decide(ratios, [margin] * len(family), look)
        for number, one in zip(family, told, strict=True):
            if number in open_:
                words[number] = one.word
        open_ = [number for number in open_ if words[number] == "undecided"]
    return words


def test_twenty_equal_benchmarks_hardly_ever_raise_an_alarm() -> None:
    rng = np.random.default_rng(7)
    alarms = sum(bool({"slower", "faster"} & set(gated(rng, [1.0] * 20))) for _ in range(100))
    # At most 1 % of gates; of 100 gates 5 or more would come by chance in 0.4 % of tries.
    assert alarms < 5


@pytest.mark.parametrize("head", [1.05, 1.10])
def test_a_slow_down_among_twenty_is_found(head: float) -> None:
    rng = np.random.default_rng(3)
    found = sum(gated(rng, [head, *[1.0] * 19])[0] == "slower" for _ in range(40))
    assert found >= 38


def test_what_is_within_the_margin_is_the_same_however_sure_the_difference() -> None:
    ratio = drawn(np.random.default_rng(1), 1.02, 64, spread=0.0005)
    (told,) = decision.decide([ratio], [0.03], decision.LOOKS[0])
    assert told.word == "same"


def test_a_sure_difference_just_beyond_nothing_is_no_alarm() -> None:
    # Between 1 and 3 % for sure: not equal, not surely within the margin, not beyond it.
    ratio = drawn(np.random.default_rng(2), 1.025, 16, spread=0.01)
    (told,) = decision.decide([ratio], [0.03], decision.LOOKS[0])
    assert told.word == "undecided"


@pytest.mark.parametrize(("head", "word"), [(1.3, "slower"), (1 / 1.3, "faster")])
def test_the_word_says_which_way(head: float, word: str) -> None:
    ratio = drawn(np.random.default_rng(5), head, 16)
    (told,) = decision.decide([ratio], [0.03], decision.LOOKS[0])
    assert told.word == word


def test_what_is_undecided_says_how_many_pairs_it_wants() -> None:
    ratio = drawn(np.random.default_rng(4), 1.04, 16, spread=0.05)
    (told,) = decision.decide([ratio], [0.03], decision.LOOKS[0])
    assert told.word == "undecided"
    assert told.more is None or told.more > 0


def test_no_ratio_decides_nothing() -> None:
    assert decision.decide([None], [0.03], decision.LOOKS[0])[0].word == "undecided"
    assert not decision.cleared(None, 0.03)


def test_the_looks_share_the_error() -> None:
    assert sum(look.error for look in decision.LOOKS) == pytest.approx(decision.ERROR)
    assert [look.pairs for look in decision.LOOKS] == sorted(look.pairs for look in decision.LOOKS)
