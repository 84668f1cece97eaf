from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from waitbench_server.distributions import Distribution, Fixed, Stalled
from waitbench_server.latency import parse
from waitbench_server.units import MAXIMUM_NS, MS, S, duration_text

if TYPE_CHECKING:
    from pathlib import Path

durations = st.integers(1, 10 * S).map(duration_text)
pairs = st.tuples(st.integers(1, 10 * S), st.integers(1, 10 * S)).map(
    lambda pair: tuple(duration_text(ns) for ns in sorted(pair))
)
plain = st.one_of(
    durations,
    pairs.map(lambda pair: f"uniform({pair[0]},{pair[1]})"),
    st.tuples(durations, durations).map(lambda pair: f"normal({pair[0]},{pair[1]})"),
    durations.map(lambda text: f"exponential({text})"),
    pairs.map(lambda pair: f"lognormal(p50={pair[0]},p99={pair[1]},cap=30s)"),
    st.tuples(durations, st.integers(2, 500)).map(
        lambda pair: f"pareto(scale={pair[0]},alpha={pair[1] / 100},cap=30s)"
    ),
    st.lists(st.tuples(durations, st.integers(1, 1000)), min_size=1, max_size=6).map(
        lambda entries: ",".join(f"{text}:{weight}" for text, weight in entries)
    ),
)
texts = st.one_of(plain, plain.map(lambda text: f"{text}, frozen 100ms every 1.5s"))


@pytest.mark.parametrize(
    ("text", "quantiles_ms", "mean_ms"),
    [
        ("50ms", (50, 50, 50), 50),
        ("uniform(10ms,90ms)", (10.8, 50, 89.2), 50),
        ("5ms:90,200ms:10", (5, 5, 200), 24.5),
        ("exponential(50ms)", (0.502517, 34.657359, 230.258509), 50),
        ("lognormal(p50=20ms,p99=200ms)", (2, 20, 200), 32.666),
        ("pareto(scale=10ms,alpha=2)", (10.050378, 14.142136, 100), 20),
        ("normal(50ms,0)", (50, 50, 50), 50),
        ("normal(0,10ms)", (0, 0, 23.263479), 3.989423),
    ],
)
def test_quantiles_and_means_are_those_of_the_textbook(
    text: str, quantiles_ms: tuple[float, ...], mean_ms: float
) -> None:
    distribution = parse(text)
    quantiles = [distribution.quantile_ns(u) / MS for u in (0.01, 0.5, 0.99)]
    assert quantiles == pytest.approx(quantiles_ms, rel=1e-6)
    # 1.5e-3: the cut at 60 s takes something from the Pareto's tail and nothing from the others
    assert distribution.mean_ns / MS == pytest.approx(mean_ms, rel=1.5e-3)


@given(texts)
def test_the_canonical_text_means_the_same(text: str) -> None:
    distribution = parse(text)
    assert parse(str(distribution)) == distribution
    assert str(parse(str(distribution))) == str(distribution)


@given(texts, st.floats(0.0001, 0.9999), st.floats(0.0001, 0.9999))
def test_quantiles_rise_and_stay_within_bounds(text: str, u: float, v: float) -> None:
    distribution = parse(text)
    low, high = sorted((u, v))
    assert 0 <= distribution.quantile_ns(low) <= distribution.quantile_ns(high) <= MAXIMUM_NS


@given(plain)
def test_the_mean_is_the_integral_of_the_quantiles(text: str) -> None:
    distribution = parse(text)
    steps = 1_000
    least, most = 2.0**-53, 1 - 2.0**-53
    edges = [min(max(k / steps, least), most) for k in range(steps + 1)]
    quantiles = [distribution.quantile_ns(u) for u in edges]
    # Quantiles rise: the integral lies between the sums from the left and from the right.
    assert sum(quantiles[:-1]) / steps - 1 <= distribution.mean_ns
    assert distribution.mean_ns <= sum(quantiles[1:]) / steps + 1


@pytest.mark.parametrize(
    ("text", "reference", "cap_s"),
    [
        ("normal(50ms,40ms,cap=100ms)", stats.norm(0.05, 0.04), 0.1),
        ("exponential(50ms,cap=80ms)", stats.expon(scale=0.05), 0.08),
        ("pareto(scale=10ms,alpha=0.9,cap=5s)", stats.pareto(0.9, scale=0.01), 5),
        ("pareto(scale=10ms,alpha=1,cap=5s)", stats.pareto(1, scale=0.01), 5),
        (
            "lognormal(p50=20ms,p99=200ms,cap=100ms)",
            stats.lognorm(math.log(10) / stats.norm.ppf(0.99), scale=0.02),
            0.1,
        ),
    ],
)
def test_cut_means_agree_with_scipy(
    text: str, reference: stats.distributions.rv_frozen, cap_s: float
) -> None:
    def above(x: float) -> float:
        return float(reference.sf(x))

    expected, _ = integrate.quad(above, 0, cap_s, points=[0.01, 0.02, 0.05], limit=200)
    assert parse(text).mean_ns / S == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not a duration"),
        ("abc", "not a duration"),
        ("-5", "not a duration"),
        ("61s", "too long"),
        ("uniform(90ms,10ms)", "low <= high"),
        ("uniform(10ms)", "also needs high"),
        ("uniform(1ms,2ms,3ms)", "no more"),
        ("normal(50ms,5ms,width=3ms)", "each once"),
        ("normal(50ms,5ms,centre=3ms)", "each once"),
        ("exponential(0)", "above 0"),
        ("lognormal(p50=2s,p99=1s)", "p50 <= p99"),
        ("lognormal(p50=2s,p99=3s,cap=1s)", "below"),
        ("pareto(scale=10ms,alpha=-1)", "alpha"),
        ("pareto(scale=10ms,alpha=inf)", "alpha"),
        ("weibull(1ms,2ms)", "there is no distribution 'weibull'"),
        ("5ms:90,200ms", "whole weight"),
        ("5ms:0", "whole weight"),
        ("5ms:-1", "whole weight"),
        ("50ms, frozen 5s every 5s", "never move"),
        ("50ms, frozen 0 every 5s", "above 0"),
        ("file:/etc/hostname", "command line only"),
        ("9" * 3_000, "too long"),
    ],
)
def test_what_is_not_a_distribution_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(text)


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    try:
        distribution: Distribution = parse(text)
    except ValueError:
        return
    assert 0 <= distribution.quantile_ns(0.5) <= MAXIMUM_NS


def test_a_file_of_values_is_drawn_from_in_equal_shares(tmp_path: Path) -> None:
    path = tmp_path / "values.txt"
    path.write_text("# measured yesterday\n30ms\n10ms\n\n20ms\n40ms\n")
    distribution = parse(f"file:{path}", files=True)
    assert [distribution.quantile_ns(u) // MS for u in (0.1, 0.3, 0.6, 0.9)] == [10, 20, 30, 40]
    assert distribution.mean_ns == 25 * MS
    assert str(distribution) == f"file:{path}"


def test_a_bad_line_of_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "values.txt"
    path.write_text("30ms\nfast\n")
    with pytest.raises(ValueError, match="line 2: 'fast' is not a duration"):
        parse(f"file:{path}", files=True)
    with pytest.raises(ValueError, match="can not be read"):
        parse(f"file:{tmp_path / 'none'}", files=True)


@pytest.mark.parametrize(
    ("begun_s", "asked_s", "stall_s"),
    [
        (0, 0.05, 0),  # well before the stall
        (3.99, 0.05, 1),  # would end within it
        (4, 0, 1),  # arrives as it begins
        (4.5, 0.05, 0.5),  # arrives in the middle
        (5, 0.05, 0),  # arrives as it ends
        (0, 4, 1),  # due at the very moment it begins
        (0, 8.5, 2),  # lasts through two
        (4.5, 4.5, 1.5),  # the rest of one and the whole next
    ],
)
def test_a_stall_adds_the_time_the_service_stands_still(
    begun_s: float, asked_s: float, stall_s: float
) -> None:
    distribution = parse("50ms, frozen 1s every 5s")
    assert isinstance(distribution, Stalled)
    assert distribution.source == Fixed(ns=50 * MS)
    assert distribution.stall_ns(round(begun_s * S), round(asked_s * S)) == round(stall_s * S)


def test_the_mean_with_stalls_is_that_of_arrivals_at_any_moment() -> None:
    distribution = parse("50ms, frozen 1s every 5s")
    assert isinstance(distribution, Stalled)
    moments = range(0, 5 * S, MS)
    total = sum(50 * MS + distribution.stall_ns(moment, 50 * MS) for moment in moments)
    assert distribution.mean_ns == pytest.approx(total / len(moments), rel=0.005)
