"""Seconds go where blocks lie far apart; no benchmark gets less than tells anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.gate.outcomes import row
from waitbench.gate import overhead as pair_overhead
from waitbench.gate import time_allocation
from waitbench.gate.overhead import Overhead
from waitbench.race.events import RaceOver, RacePlanned, RoundBooked, ScenarioBegun
from waitbench.race.plan import Settings
from waitbench.race.record import RaceRecord
from waitbench.results.record import ContestantRecord

ROUND_NS = 10_000_000


def sides(apart: float, blocks: int = 12) -> list[ContestantRecord]:
    """Head's blocks lie by turns so far above and below base's."""
    base = row("bench_x", "base", (ROUND_NS,) * blocks)
    walls = tuple(round(ROUND_NS * (1 + apart * (-1) ** block)) for block in range(blocks))
    return [base, row("bench_x", "head", walls)]


def test_a_benchmark_asks_for_the_blocks_that_its_noise_needs() -> None:
    # Blocks 10 % apart: 1.4826 x 0.1 x 1.2533 = 0.186 for one, 4.5 of which must fit into the
    # margin of 3 %, which is 0.0296: (0.186 x 4.5 / 0.0296)^2 = 799 blocks, over 26 pairs 31 each,
    # of two rounds of 10 ms.
    assert time_allocation.wanted_s(sides(0.1), 0.03) == pytest.approx(31 * 0.02, rel=0.03)
    assert time_allocation.wanted_s(sides(0.1), 0.10) == time_allocation.LEAST_S
    assert time_allocation.wanted_s(sides(0.001), 0.03) == time_allocation.LEAST_S
    assert time_allocation.wanted_s(sides(0.5), 0.03) == time_allocation.MOST_S


def test_of_what_is_not_known_the_usual_is_asked() -> None:
    assert time_allocation.wanted_s(sides(0.1, blocks=2), 0.03) == time_allocation.USUAL_S
    assert time_allocation.block_s([]) == 0


@pytest.mark.slow
@given(
    st.dictionaries(st.text(max_size=3), st.floats(time_allocation.LEAST_S, 2.0), min_size=1),
    st.floats(-5, 50),
)
def test_what_is_shared_out_fits_and_favours_nobody(asks: dict[str, float], there: float) -> None:
    allocated = time_allocation.allocated(asks, there)
    assert all(time_allocation.LEAST_S <= allocated[name] <= asks[name] for name in asks)
    assert sum(allocated.values()) <= max(there, time_allocation.LEAST_S * len(asks)) + 1e-6
    ranked = sorted(asks, key=lambda name: asks[name])
    assert [allocated[name] for name in ranked] == sorted(allocated.values())


def test_opening_is_what_lies_before_the_first_round(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr("waitbench.gate.overhead.time.monotonic", lambda: now_s[0])
    overhead, (base, head) = Overhead(), sides(0.0)
    observer = overhead.observing(lambda _: None)
    observer(RacePlanned(lineup=[], settings=Settings()))
    observer(ScenarioBegun(launch=0, rows=[base, head]))
    now_s[0] += 0.31
    observer(RoundBooked(row=base, rows=[base, head]))  # a round of 10 ms is over
    now_s[0] += 5
    observer(RoundBooked(row=head, rows=[base, head]))
    observer(RaceOver(record=RaceRecord(rows={})))
    assert overhead.opening_s("bench_x") == pytest.approx(0.30)
    assert overhead.opening_s("bench_other") == pair_overhead.USUAL_S
    overhead.record(4, took_s=20.0, planned_s=3.0)
    assert overhead.starting_s == pytest.approx(2.0)
