"""A call put on the map of winners that a run measured, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.analysis.test_winner_map import cell
from tests.bench.synthetic import summary, whole
from waitbench.advisor.on_measured_map import spot
from waitbench.perfmodel.demand import Demand
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

MS = 1_000_000


def grid() -> list[dict[str, Any]]:
    """Tasks that wait 10 or 40 ms and compute 1 or 10 ms, at 4 and at 16 at once."""
    short, full = {"sync": 176, "asyncio": 44}, {"sync": 320, "processes": 100}
    return [
        *cell(short),
        *cell(full, steps="100_000", cpu_ms=10),
        *cell({"sync": 640, "threads": 160}, wait_ms=40),
        *cell({"sync": 176, "asyncio": 22}, at_once=16),
    ]


def call(wait: float, own: float) -> Demand:
    return Demand(waits_ns=wait * MS, held_ns=own * MS, free_ns=0)


def test_the_nearest_cell_of_each_number_at_once_is_ringed(tmp_path: Path) -> None:
    # 18 ms lie nearer to 10 than to 40 ms, counted in times: 1.8 against 2.2.
    spotted = spot(call(18, 2), "shop:fetch", summary(tmp_path, *grid()))
    assert [(near.scenario.concurrency, near.fastest) for near in spotted.cells] == [
        (4, "asyncio"),
        (16, "asyncio"),
    ]
    ringed = [row["winner"] for row in spotted.picture.spec["data"]["values"] if row["ringed"]]
    assert ringed == ["asyncio 4.00x", "asyncio 8.00x"]
    assert spotted.words.startswith(
        "The nearest that was measured is 10 ms of waiting and 1 ms of computing: "
        "at 4 at once asyncio 4.00x"
    )
    assert "off the map" not in spotted.words
    assert spotted.picture.caption.startswith("fetch waits 18 ms and computes 2 ms. The nearest")


def test_a_call_that_waits_longer_or_computes_more_lies_elsewhere(tmp_path: Path) -> None:
    made = summary(tmp_path, *grid())
    assert spot(call(30, 1), "shop:fetch", made).cells[0].fastest == "threads"
    assert spot(call(10, 8), "shop:fetch", made).cells[0].fastest == "processes"


def test_what_lies_far_from_all_that_was_measured_is_told(tmp_path: Path) -> None:
    made = summary(tmp_path, *grid())
    assert "off the map" in spot(call(400, 1), "shop:fetch", made).words
    assert "off the map" in spot(call(0, 10), "shop:fetch", made).words


def test_a_run_without_a_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="holds no map of winners: `waitbench run map`"):
        spot(call(10, 1), "shop:fetch", summary(tmp_path, *whole()))
