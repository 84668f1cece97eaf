from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench_server.units import MAXIMUM_NS, duration_ns, duration_text, size_bytes


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("0", 0),
        ("1ns", 1),
        ("200us", 200_000),
        ("0.5ms", 500_000),
        ("50ms", 50_000_000),
        ("1.5s", 1_500_000_000),
        ("60s", 60_000_000_000),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, ns: int) -> None:
    assert duration_ns(text) == ns
    assert duration_ns(duration_text(ns)) == ns


@pytest.mark.parametrize(
    "text", ["", "5", "-5ms", "abc", "1h", "61s", "1e3ms", "5 ms", "٣ms", "nans"]
)
def test_anything_else_is_refused_with_the_allowed_form(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: a number and a unit"):
        duration_ns(text)


@given(st.integers(0, MAXIMUM_NS))
def test_writing_a_duration_loses_nothing(ns: int) -> None:
    assert duration_ns(duration_text(ns)) == ns


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("128", 128),
        ("128B", 128),
        ("10k", 10_240),
        ("10KiB", 10_240),
        ("10KB", 10_000),
        ("1.5k", 1_536),
        ("1M", 1_048_576),
        ("1 MiB", 1_048_576),
        ("4MB", 4_000_000),
    ],
)
def test_a_letter_or_kib_counts_1024_and_kb_1000(text: str, size: int) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize("text", ["", "-1", "10G", "k", "1kk", "1e3", "٣k"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="allowed: bytes"):
        size_bytes(text)
