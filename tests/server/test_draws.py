from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from waitbench_server import draws


@given(st.integers(0, 2**63), st.integers(0, 10**18))
def test_a_draw_lies_strictly_between_0_and_1(seed: int, k: int) -> None:
    assert 0 < draws.uniform(draws.stream(seed, draws.LATENCY), k) < 1


def test_draws_are_the_same_for_ever() -> None:
    # SplitMix64 begun at 1234567 gives 6457827717110365317 first, as its authors' code does.
    assert draws.uniform(1234567, 0) == ((6457827717110365317 >> 12) + 0.5) / 2**52


def test_draws_spread_evenly_and_streams_are_independent() -> None:
    first = [draws.uniform(draws.stream(7, draws.LATENCY), k) for k in range(4_000)]
    second = [draws.uniform(draws.stream(7, draws.STATUS), k) for k in range(4_000)]
    assert stats.kstest(first, "uniform").pvalue > 0.001
    assert abs(stats.pearsonr(first, second).statistic) < 0.06
    assert draws.stream(7, draws.LATENCY) != draws.stream(8, draws.LATENCY)
