from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench_server.histogram import LARGEST_NS, SIZE, bounds, bucket, quantiles


@given(st.integers(0, LARGEST_NS))
def test_a_value_lies_within_its_bucket_which_is_at_most_1_percent_wide(ns: int) -> None:
    low, high = bounds(bucket(ns))
    assert low <= ns <= high
    assert high - low <= 0.01 * ns


def test_buckets_follow_each_other_without_gaps() -> None:
    edges = [bounds(index) for index in range(SIZE)]
    assert edges[0] == (0, 0)
    assert edges[-1][1] == LARGEST_NS
    assert all(before[1] + 1 == after[0] for before, after in pairwise(edges))
    assert bucket(LARGEST_NS * 10) == SIZE - 1


def counted(values: list[int]) -> Counter[int]:
    return Counter(map(bucket, values))


def test_quantiles_of_small_values_are_exact() -> None:
    assert quantiles(counted(list(range(1, 101))), (0, 0.5, 0.99, 1)) == [1, 50, 99, 100]


def test_early_values_come_first() -> None:
    early, late = counted([30, 10]), counted([0, 20])
    assert quantiles(late, (0, 0.5, 0.75, 1), early) == [-30, -10, 0, 20]


def test_nothing_counted_gives_zeros() -> None:
    assert quantiles({}, (0, 0.5, 1)) == [0, 0, 0]


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=200), st.floats(0, 1))
def test_quantiles_are_within_1_percent(values: list[int], share: float) -> None:
    rank = max(share * len(values), 1)
    exact = next(v for n, v in enumerate(sorted(values), start=1) if n >= rank)
    assert quantiles(counted(values), (share,))[0] == pytest.approx(exact, rel=0.01)
