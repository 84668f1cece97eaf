import asyncio

import pytest

from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads import grains


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Note who walks and how far: seeds stay what they are, for each walk only counts."""
    seen: list[tuple[int, int]] = []

    def note(x: int, steps: int) -> int:
        seen.append((x, steps))
        return x

    monkeypatch.setattr(grains, "walk", note)
    return seen


def run_two(**params: str) -> None:
    """Run tasks 0 and 1 on one loop."""

    async def both() -> None:
        async with grains.Workload(**params).async_client(2) as task:
            await asyncio.gather(task(0), task(1))

    asyncio.run(both())


def test_a_switch_goes_to_the_other_task(walked: list[tuple[int, int]]) -> None:
    run_two(steps="25", grain="10")
    assert walked == [(0, 10), (1, 10), (0, 10), (1, 10), (0, 5), (1, 5)]


def test_slices_alone_let_nobody_in_between(walked: list[tuple[int, int]]) -> None:
    run_two(steps="20", grain="10", cut="slices")
    assert walked == [(0, 10), (0, 10), (1, 10), (1, 10)]


def test_the_uncut_walk_is_one_piece(walked: list[tuple[int, int]]) -> None:
    run_two(steps="20", grain="10", cut="none")
    assert walked == [(0, 20), (1, 20)]


def test_the_walk_is_one_cycle_through_all_numbers() -> None:
    assert {grains.walk(0, steps) for steps in range(256)} == set(range(256))
    assert grains.walk(0, 3) == 93  # by hand: 0, 3, 18, 93


@pytest.mark.parametrize("cut", grains.CUTS)
def test_where_it_is_cut_does_not_change_the_result(cut: str) -> None:
    workload = grains.Workload(steps="1_000", grain="7", cut=cut)
    with workload.sync_client() as task:
        workload.check(3, task(3))
        with pytest.raises(WrongResultError, match="task 3 computed"):
            workload.check(3, task(4))


def test_an_unknown_cut_names_those_that_there_are() -> None:
    with pytest.raises(BenchError, match="none, slices, switches"):
        grains.Workload(cut="halves")
