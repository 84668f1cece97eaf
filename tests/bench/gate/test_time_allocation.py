"""Seconds of rounds go with what a pair costs beside them; nobody gets less than tells anything."""

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


def sides(blocks: int = 12) -> list[ContestantRecord]:
    return [row("bench_x", side, (ROUND_NS,) * blocks) for side in ("base", "head")]


def test_what_is_dear_to_open_is_raced_longer_once_it_is_open() -> None:
    # sqrt(0.05 x 0.2) = 0.1; four times the opening, twice the seconds.
    assert time_allocation.wanted_s(0.05) == pytest.approx(0.1)
    assert time_allocation.wanted_s(0.2) == pytest.approx(0.2)
    assert time_allocation.wanted_s(0) == time_allocation.LEAST_S
    assert time_allocation.wanted_s(1e3) == time_allocation.MOST_S


def test_a_block_is_a_round_of_either_side() -> None:
    assert time_allocation.block_s(sides()) == pytest.approx(0.02)
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
    overhead, (base, head) = Overhead(), sides()
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
