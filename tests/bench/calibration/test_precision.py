from __future__ import annotations

from collections import Counter

import pytest

from waitbench.calibration._drive import drive
from waitbench.calibration._lateness import LOADS, NEAR, Load, Precision
from waitbench.calibration._lateness_table import lines
from waitbench.calibration._load import Order
from waitbench.calibration.precision import measure
from waitbench.services.target import Target

SMALL = Load(latency_ms=5, rate=200)


def precision(timer: str, counts: dict[int, int]) -> Precision:
    return Precision(
        timer=timer, loop="asyncio", load=SMALL, counts=Counter(counts), seen_ns=[400_000]
    )


def test_in_flight_is_rate_times_latency() -> None:
    assert Load(latency_ms=2500, rate=2000).in_flight == 5000


def test_quantiles_count_what_came_early_as_early_or_as_far_off() -> None:
    row = precision("sleep", {-300: 4, 100: 4, 200: 2})
    assert row.early == 4
    assert [row.quantile_ns(share) for share in (0.4, 0.5, 0.9, 1)] == [-300, 100, 200, 200]
    assert [row.quantile_ns(s, absolute=True) for s in (0.4, 0.5, 1)] == [100, 200, 300]


def test_the_table_says_how_many_times_closer_the_timer_is() -> None:
    written = list(
        lines([precision("timerfd", {100_000: 9}), precision("sleep", {-900_000: 5, 500_000: 4})])
    )
    assert "0.100" in written[2]
    assert written[-1].endswith("is 9.0 times closer than with asyncio.sleep")
    assert len(written) == 5


def test_the_quietest_block_is_held_against_its_goal_and_the_bare_thread() -> None:
    thread = Precision(timer="thread", loop="none", load=LOADS[0])
    thread.add(Counter({100_000: 100}), [], 0)
    own = Precision(timer="timerfd", loop="uvloop", load=LOADS[0])
    own.add(Counter({30_000: 98, 160_000: 2}), [], 0)
    own.add(Counter({20_000: 98, 900_000: 2}), [], 0)
    near = Precision(timer="proxy", loop="uvloop", load=NEAR)
    near.add(Counter({50_000: 10}), [], 0)
    assert own.quietest == (30_000, 160_000)
    *_, target, proxy = lines([thread, own, near])
    assert target == (
        "timerfd on uvloop at 50 ms, 2000/s, quietest block: p50 0.030 ms (goal 0.04),"
        " p99 0.160 ms (goal 0.15), 1.60 times the bare thread's (goal 2)"
    )
    assert proxy == (
        "proxy on uvloop at 1 ms, 1000/s, quietest block: p50 0.050 ms (goal 0.1),"
        " p99 0.050 ms (goal 0.4)"
    )


@pytest.mark.processes
def test_target_thread_and_proxy_are_measured_and_nothing_is_lost_or_early() -> None:
    with Target() as target:
        timer = str(target.ready["timer"])
    rows = measure(
        loops=["asyncio"], timers=[timer], loads=[SMALL], blocks=1, block_s=0.2, beside=True
    )
    assert [row.timer for row in rows] == ["thread", timer, "proxy", "pieces", "sleep"]
    *rows, pieces, control = rows
    for row in (pieces, control):
        assert row.errors == 0
        assert row.counts.total() > 100  # of 200 streams and 10 pieces each
    assert pieces.early == 0
    assert pieces.drift_ns is not None
    assert "one stream of 10,000 pieces on asyncio" in list(lines([pieces]))[-1]
    for row in rows:
        assert row.errors == row.early == 0
        assert row.counts.total() == len(row.seen_ns) > 10
        assert row.quantile_ns(0) >= 0
        assert len(row.blocks) == 1


@pytest.mark.processes
def test_a_closed_load_keeps_every_connection_asking() -> None:
    with Target() as target:
        began: list[str] = []
        order = Order(
            url=target.url,
            latency="0",
            latency_ns=0,
            rate=0,
            connections=4,
            duration_ns=100_000_000,
        )
        result = drive(order, lambda: began.append(str(target.reset("closed")["label"])))
        stats = target.reset("after")
    assert began == [""]
    assert result.errors == 0
    assert stats["requests"] == result.sent == len(result.beyond_asked_ns) > 4
    assert stats["connections"]["max"] >= 4
