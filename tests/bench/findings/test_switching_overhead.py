from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, computing, record, shaken, summary
from waitbench.findings import Finding, switching_overhead
from waitbench.findings._curve import Point, crossing, monotone

UNSURE = [[20 * MS, 28 * MS], [34 * MS, 24 * MS], [22 * MS, 18 * MS]]


def cut(grain: str, switching_ms: float, sliced_ms: float = 20.0) -> list[dict[str, Any]]:
    """200,000 steps that take 20 ms in one piece: 100 ns a step, so 10 steps are 1 µs."""
    of = computing(
        f"grains-20000-{grain}-n10-c10",
        suite="switching",
        workload="grains",
        params={"steps": "20_000", "grain": grain},
        tasks=10,
        concurrency=10,
        baseline="uncut",
    )
    walls = {"uncut": 20.0, "sliced": sliced_ms, "switching": switching_ms}
    return [record(of, name, shaken(wall), kind="asyncio") for name, wall in walls.items()]


def steps(**walls_ms: float) -> list[dict[str, Any]]:
    """10,000 steps of asyncio of several kinds."""
    of = computing(
        "switches-10000-n1-c1",
        suite="switching",
        workload="switches",
        params={"times": "10_000"},
        tasks=1,
        concurrency=1,
        baseline="call",
    )
    return [record(of, name, shaken(wall), kind="asyncio") for name, wall in walls_ms.items()]


def decide(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return switching_overhead.find(summary(tmp_path, *records))


def test_a_switch_of_1_us_costs_5_percent_from_slices_of_20_us_down(tmp_path: Path) -> None:
    # 1 µs for each switch: 100 % of 1 µs, 1 % of 100 µs, 0.1 % of 1 ms; a line in logarithms.
    finding = decide(
        tmp_path,
        *cut("10_000", 20.02),
        *cut("1_000", 20.2),
        *cut("10", 40.0, sliced_ms=23.0),
        *steps(nothing=0.4, call=0.8, switch=10.4),
    )
    assert finding.verdict == "conditional"
    assert finding.unit == "ns"
    assert finding.effect == pytest.approx(20_000, rel=0.01)
    assert finding.interval == pytest.approx((20_000, 20_000), rel=0.01)
    assert finding.conditions[0].startswith("1 % overhead at 100 µs")
    assert finding.conditions[1] == "5 % overhead at 20 µs [20 µs, 20 µs]"
    assert finding.conditions[2] == "50 % overhead at 2 µs [2 µs, 2 µs]"
    assert "after every 1 µs took 2.00 times as long" in finding.sentence
    assert "without a switch: 15 %" in finding.sentence
    # (0.8 - 0.4) ms and (10.4 - 0.4) ms over 10,000 steps.
    assert "a plain call 40 ns, a switch 1 µs (less 40 ns of the loop" in finding.sentence
    assert "cost 1 µs each; if all do, 1 %, 5 % and 50 % lie at 100 µs, 20 µs and 2 µs" in (
        finding.sentence
    )
    assert finding.brief == ("switching costs 100 % every 1 µs and 0.1 % every 1 ms")


def test_overhead_at_every_grain_supports_it(tmp_path: Path) -> None:
    finding = decide(tmp_path, *cut("10_000", 30.0), *cut("10", 80.0))
    assert finding.verdict == "supported"
    assert finding.effect is None
    assert finding.brief == (
        "the overhead of switching passes 5 % above 1 ms of computing between switches"
    )
    # 50 % of 1 ms and 300 % of 1 µs: it never falls below 5 %.
    assert "took 4.00 times as long" in finding.sentence


def test_no_overhead_at_the_finest_grain_refutes_it(tmp_path: Path) -> None:
    finding = decide(tmp_path, *cut("10_000", 20.0), *cut("10", 20.2))
    assert finding.verdict == "refuted"
    assert finding.brief == (
        "the overhead of switching passes 5 % below 1 µs of computing between switches"
    )


def test_restless_walls_leave_it_undecided_and_say_what_would_help(tmp_path: Path) -> None:
    fine = cut("10", 40.0)
    restless = record(fine[0]["scenario"], "switching", UNSURE, kind="asyncio")
    finding = decide(tmp_path, *cut("10_000", 20.02), *fine[:2], restless)
    assert finding.verdict == "undecided"
    assert "`waitbench run switching --launches 6`" in finding.sentence


def test_one_grain_alone_tells_nothing_and_the_command_is_named(tmp_path: Path) -> None:
    finding = decide(tmp_path, *cut("10", 40.0))
    assert finding.verdict == "undecided"
    assert "`waitbench run switching`" in finding.sentence


def test_what_is_ruled_out_for_fine_slices_is_for_coarse_ones() -> None:
    fine = Point(at=1.0, low=0.10, value=0.12, high=0.14)
    coarse = Point(at=10.0, low=-0.3, value=0.13, high=0.6)
    middle = Point(at=5.0, low=-0.5, value=0.05, high=0.2)
    bounded = monotone([fine, middle, coarse])
    assert [point.high for point in bounded] == [0.14, 0.14, 0.14]
    assert [point.value for point in bounded] == [0.12, 0.05, 0.05]
    assert [point.low for point in bounded] == [0.10, -0.3, -0.3]


def test_a_crossing_beyond_the_places_measured_has_only_a_side() -> None:
    points = [
        Point(at=1.0, low=0.3, value=0.4, high=0.5),
        Point(at=100.0, low=0.003, value=0.004, high=0.005),
    ]
    inside = crossing(points, 0.04)  # a tenth of 0.4: half the way to a hundredth of it
    assert inside.value == pytest.approx(10.0)
    assert crossing(points, 0.6).side == "finer"
    assert crossing(points, 0.001).side == "coarser"
    partly = crossing(points, 0.45)
    assert (partly.value, partly.low) == (None, None)
    assert partly.high is not None
