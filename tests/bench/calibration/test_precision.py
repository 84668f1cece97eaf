from __future__ import annotations

from collections import Counter

import pytest

from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.calibration.precision import Load, Precision, lines, measure
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


@pytest.mark.processes
def test_a_real_target_is_measured_and_nothing_is_lost_or_early() -> None:
    with Target() as target:
        timer = str(target.ready["timer"])
    rows = measure(loops=["asyncio"], timers=[timer], loads=[SMALL], blocks=2, block_s=0.2)
    assert len(rows) == 1
    assert rows[0].errors == rows[0].early == 0
    assert rows[0].counts.total() == len(rows[0].seen_ns) > 10
    assert rows[0].quantile_ns(0) >= 0


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
