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


def sides(apart: float = 0.0, blocks: int = 12) -> list[ContestantRecord]:
    """Head's blocks lie by turns so far above and below base's."""
    base = row("bench_x", "base", (ROUND_NS,) * blocks)
    walls = tuple(round(ROUND_NS * (1 + apart * (-1) ** block)) for block in range(blocks))
    return [base, row("bench_x", "head", walls)]


def test_what_is_dear_to_open_is_raced_longer_once_it_is_open() -> None:
    # Not measured yet: sqrt(0.05 x 0.2) = 0.1; four times the opening, twice the seconds.
    assert time_allocation.wanted_s([], 0.05) == pytest.approx(0.1)
    assert time_allocation.wanted_s(sides(blocks=2), 0.2) == pytest.approx(0.2)
    assert time_allocation.wanted_s([], 1e3) == time_allocation.MOST_S


def test_what_is_noisy_is_raced_longer_in_a_pair() -> None:
    # Blocks 10 % apart: 1.4826 x 0.1 x 1.2533 = 0.186 for one, 9.3 times the luck of 0.02; so many
    # squared, 86.3 blocks of 20 ms, leave as much noise as luck.
    assert time_allocation.even_s(sides(0.1)) == pytest.approx(86.3 * 0.02, rel=0.02)
    assert time_allocation.wanted_s(sides(0.1), 0.05) == pytest.approx(0.294, rel=0.02)
    assert time_allocation.wanted_s(sides(0.2), 0.05) == pytest.approx(0.588, rel=0.03)
    assert time_allocation.wanted_s(sides(0.0), 0.05) == time_allocation.LEAST_S


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
