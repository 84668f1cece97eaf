from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.profiling.windows import within

if TYPE_CHECKING:
    from waitbench.profiling.windows import Costs, RawLane


def test_samples_are_cut_to_the_rounds() -> None:
    """Samples from 10.0 to 11.0 s; rounds from 10.2 to 10.5 and from 10.9 to 11.2."""
    raw: RawLane = {
        "pid": 7,
        "tid": 8,
        "name": "main",
        "began_s": 10.0,
        "frames": ["a", "b"],
        "samples": [([0], 0.25), ([0, 1], 0.5), ([0], 0.25)],
    }
    windows = [(10.2, 10.5), (10.9, 11.2)]
    place, other = (7, 8), (7, 9)
    costs = [
        ({place: (100, 10), other: (5, 5)}, {place: (130, 11)}),
        ({place: (500, 20)}, {place: (540, 25)}),
    ]
    lane = within(raw, windows, costs)
    spent = {tuple(stack): ns for stack, ns in lane["samples"]}
    ms = 1e6
    assert {stack: round(ns / ms) for stack, ns in spent.items()} == {(0,): 150, (0, 1): 250}
    assert round(lane["wall_ns"] / ms) == 600
    assert (lane["cpu_ns"], lane["delay_ns"]) == (70, 6)


def test_a_thread_that_was_not_there_all_the_time_has_no_cpu() -> None:
    raw: RawLane = {"pid": 7, "tid": 8, "name": "one", "began_s": 0.0, "frames": [], "samples": []}
    costs: list[tuple[Costs, Costs]] = [
        ({}, {(7, 8): (10, 0)}),
        ({(7, 8): (20, 0)}, {(7, 8): (30, 0)}),
    ]
    lane = within(raw, [(0.0, 1.0), (2.0, 3.0)], costs)
    assert lane["cpu_ns"] is lane["delay_ns"] is None
    assert lane["samples"] == []
