import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench import formatting


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (0, "0"),
        (52.123, "52.1"),
        (1605.4, "1,605"),
        (99.96, "100"),
        (9.996, "10.0"),
        (9.6, "9.60"),
        (99.6, "99.6"),
        (0.5, "0.50"),
        (0.0123, "0.012"),
        (1_234_567, "1,234,567"),
        (-3.14159, "-3.14"),
    ],
)
def test_a_number_has_three_digits_that_count(figure: float, text: str) -> None:
    assert formatting.number(figure) == text


@given(st.floats(1e-6, 1e12))
def test_a_number_is_never_far_from_the_figure(figure: float) -> None:
    assert float(formatting.number(figure).replace(",", "")) == pytest.approx(figure, rel=0.06)


@pytest.mark.parametrize(
    ("wall_ns", "text"),
    [
        (50_000_000, "50 ms"),
        (52_123_000, "52.1 ms"),
        (1_605_000_000, "1.6 s"),
        (80_000, "80 µs"),
        (12, "12 ns"),
        (999_600, "1,000 µs"),
    ],
)
def test_a_duration_has_a_fitting_unit(wall_ns: float, text: str) -> None:
    assert formatting.duration(wall_ns) == text


def test_a_column_has_one_unit_that_fits_its_smallest_figure() -> None:
    assert formatting.scale([1_605_000_000, 52_000_000]) == (1_000_000, "ms")
    assert formatting.scale([]) == (1_000_000, "ms")
    assert formatting.scale([0, 3_000_000_000]) == (1_000_000_000, "s")


@pytest.mark.parametrize(
    ("ratio", "text"), [(28.43, "28.4"), (1.0, "1.00"), (9.994, "9.99"), (9.996, "10.0")]
)
def test_a_ratio_is_a_bare_number(ratio: float, text: str) -> None:
    assert formatting.times(ratio) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.06, "6 %"), (0.004, "0.4 %"), (0, "0 %"), (3.2, "320 %"), (2e-4, "under 0.1 %")],
)
def test_a_share_is_a_percentage(share: float, text: str) -> None:
    assert formatting.percent(share) == text


@pytest.mark.parametrize(
    ("many", "text"), [(2.53, "2.5"), (9.94, "9.9"), (9.96, "10"), (64.2, "64"), (1234, "1,234")]
)
def test_so_many_at_once_are_whole_from_ten_on(many: float, text: str) -> None:
    assert formatting.at_once(many) == text


def test_a_crossover_has_its_interval_where_there_is_one() -> None:
    assert formatting.crossover(64.2, 58.1, 71) == "64 [58, 71]"
    assert formatting.crossover(2.5, None, None) == "2.5"


def test_bytes_are_megabytes_or_gigabytes() -> None:
    assert formatting.size(43_000_000) == "43.0 MB"
    assert formatting.size(25_300_000_000) == "25.3 GB"


def test_one_is_singular_and_all_else_plural() -> None:
    assert formatting.count(1, "launch", "launches") == "1 launch"
    assert formatting.count(0, "round") == "0 rounds"
    assert formatting.more(1, "launches") == "about 1 more launch"
    assert formatting.more(3, "blocks") == "about 3 more blocks"


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_joined_as_in_a_sentence(names: list[str], text: str) -> None:
    assert formatting.listing(names) == text


def test_the_work_of_a_round_is_named() -> None:
    assert formatting.work("http", 32, 50_000_000) == "32 requests of 50 ms"
    assert formatting.work("compute", 1, 0) == "1 calculation"
    assert formatting.work("something", 2, 0) == "2 tasks"


@pytest.mark.parametrize(
    ("name", "figures", "read"),
    [
        ("standstill_ns", [30_000.0, 2_500_000.0], ("standstill", "ms", 1_000_000)),
        ("held_bytes", [1_300.0], ("held", "kB", 1_000)),
        ("lost_share", [0.5], ("lost", "%", 0.01)),
        ("most_at_once", [5.0], ("most at once", "", 1)),
        ("lost", [], ("lost", "", 1)),
    ],
)
def test_a_figure_is_read_from_its_name(
    name: str, figures: list[float], read: tuple[str, str, float]
) -> None:
    assert formatting.quantity(name, figures) == read


@pytest.mark.parametrize(
    ("value", "ends", "unit", "text"),
    [
        (9.75, (9.7, 9.79), "times", "9.75 [9.70, 9.79] times as fast"),
        (0.0153, None, "times", "0.015 times the speed"),
        (702.4, (631, 781), "at once", "702 [631, 781] at once"),
        (7_770, (2_220, 1_270_000), "ns", "7.77 [2.22, 1,270] µs"),
        (1_300, None, "bytes", "1.30 kB"),
        (0.984, (0.957, 1.01), "share", "98.4 [95.7, 101] %"),
        (12, None, "tasks", "12.0 tasks"),
    ],
)
def test_an_effect_has_its_interval_in_the_same_unit(
    value: float, ends: tuple[float, float] | None, unit: str, text: str
) -> None:
    assert formatting.effect(value, ends, unit) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("short enough", "short enough"),
        ("cut at the clause, not within it", "cut at the clause …"),
        ("cut at the last word that fits", "cut at the last word …"),
    ],
)
def test_a_text_is_cut_where_it_may_end(text: str, short: str) -> None:
    assert formatting.shortened(text, 26) == short
