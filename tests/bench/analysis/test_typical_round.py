from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench.synthetic import record, round_record, scenario, shaken, summary
from waitbench.analysis.typical_round import MOST, quantiles, typical
from waitbench.results.spans import encode_spans
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.results.record import RoundRecord


def rounds(*walls: int) -> list[RoundRecord]:
    return [round_record(wall, spans=encode_spans([0, wall], [wall, 2 * wall])) for wall in walls]


def test_the_round_of_median_wall_stands_for_the_others() -> None:
    # Sorted: 10, 20, 30, 90; of four the second.
    chosen = typical(rounds(30, 90, 10, 20), "it")
    assert chosen is not None
    assert chosen.wall_ns == 20
    assert chosen.starts_ns == (0, 20)
    assert chosen.durations_ns == (20, 40)


def test_without_a_round_there_is_none_and_of_very_many_tasks_neither() -> None:
    assert typical(rounds(), "it") is None
    many = round_record(5, spans=encode_spans(range(MOST + 1), range(MOST + 1)))
    assert typical([many], "it") is None


def test_damaged_spans_say_whose_they_are() -> None:
    with pytest.raises(BenchError, match="mine: damaged spans"):
        typical([round_record(5, spans="?")], "mine")


def test_quantiles_are_walls_that_some_task_took() -> None:
    shares = dict(quantiles([10, 20, 30, 40]))
    # Nearest rank of four: up to a quarter the first, up to a half the second, and so on.
    assert shares[0.25] == 10
    assert shares[0.5] == 20
    assert shares[0.75] == 30
    assert shares[0.999] == 40
    assert len(shares) == 4
    assert quantiles([]) == ()


def test_every_row_carries_both(tmp_path: Path) -> None:
    of = scenario(tasks=2, concurrency=2)
    made = summary(tmp_path, record(of, "sync", shaken(100), spans=([0, 5], [5, 7])))
    row = made.scenarios[0].rows[0]
    assert row.measured.typical is not None
    assert row.measured.typical.durations_ns == (5, 7)
    assert dict(row.measured.quantiles)[0.999] == 7
