"""Corrections that fall are pooled, as isotonic regression has it."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression

from waitbench.advisor.corrections import rising


def test_a_fall_is_pooled_to_its_mean_of_logarithms() -> None:
    assert rising([1.0, 4.0, 1.0]) == pytest.approx([1, 2, 2])
    assert rising([1.0, 1.5, 2.0]) == pytest.approx([1, 1.5, 2])
    assert rising([8.0, 2.0, 1.0, 16.0]) == pytest.approx([16 ** (1 / 3)] * 3 + [16])
    assert rising([]) == []


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=12))
def test_it_is_what_scipy_has(factors: list[float]) -> None:
    theirs = isotonic_regression(list(map(log, factors))).x
    assert rising(factors) == pytest.approx([exp(value) for value in theirs])
