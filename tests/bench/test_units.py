"""Durations, sizes and counts as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import waitbench_server.units
from waitbench.scenario import BenchError
from waitbench.units import count, duration_ns, size_bytes
from waitbench.units import seconds as spent


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50ms", 50_000_000), ("1.5s", 1_500_000_000), ("200us", 200_000), ("3 µs", 3_000), ("0", 0)],
)
def test_durations_are_read(text: str, expected: int) -> None:
    assert duration_ns(text) == expected


@pytest.mark.parametrize("text", ["", "50", "ms", "-5ms", "5 m", "1e3ms", "50msx"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BenchError, match="write it like 50ms"):
        duration_ns(text)


@given(st.integers(0, 10**12))
def test_whole_nanoseconds_come_back_as_they_went_in(wall_ns: int) -> None:
    assert duration_ns(f"{wall_ns}ns") == wall_ns


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4096", 4096), ("64KB", 64_000), ("4MiB", 4 * 1024 * 1024), ("1.5mb", 1_500_000)],
)
def test_sizes_are_read(text: str, expected: int) -> None:
    assert size_bytes(text) == expected


@given(
    st.sampled_from(["0", "7", "10", "1.5", "128"]),
    st.sampled_from(["", " "]),
    st.sampled_from(["", "B", "k", "K", "KB", "kb", "KiB", "M", "MB", "MiB", "G", "x"]),
)
def test_a_size_means_the_same_to_a_workload_and_to_the_target(
    number: str, space: str, unit: str
) -> None:
    text = f"{number}{space}{unit}"
    try:
        expected = size_bytes(text)
    except BenchError:
        with pytest.raises(ValueError, match="is not a size"):
            waitbench_server.units.size_bytes(text)
    else:
        assert waitbench_server.units.size_bytes(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "10GB", "KB"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BenchError, match="write it like 4096"):
        size_bytes(text)


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", ""])
def test_what_is_no_count_is_refused_by_name(text: str) -> None:
    with pytest.raises(BenchError, match="--tasks="):
        count(text, "--tasks")


def test_counts_may_have_underscores() -> None:
    assert count("200_000", "steps") == 200_000


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("3m", 180), ("1.5 min", 90), ("1h", 3600)]
)
def test_a_time_to_spend_has_a_unit_or_is_in_seconds(text: str, seconds: float) -> None:
    assert spent(text, "--budget") == seconds


@pytest.mark.parametrize("text", ["0", "0m", "-1", "soon", "3d", "", "infm", "nan"])
def test_what_is_no_time_to_spend_is_refused_by_the_options_name(text: str) -> None:
    with pytest.raises(BenchError, match=r"--budget .* is no time"):
        spent(text, "--budget")
