import asyncio

import pytest

from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads import switches


def turns_of_another(kind: str, among: str) -> int:
    """How often somebody else came to run while a task took its 100 steps."""
    workload = switches.Workload(kind=kind, times="100", among=among)

    async def race() -> int:
        turns, over = 0, False

        async def other() -> None:
            nonlocal turns
            while not over:
                turns += 1
                await asyncio.sleep(0)

        async with workload.async_client(1) as task:
            beside = asyncio.create_task(other())
            workload.check(0, await task(0))
            over = True
            await beside
        return turns

    return asyncio.run(race())


@pytest.mark.parametrize("kind", switches.KINDS)
def test_each_kind_takes_as_many_steps_as_were_asked_for(kind: str) -> None:
    for times, among in (("1", "10"), ("25", "10"), ("205", "2")):
        workload = switches.Workload(kind=kind, times=times, among=among)
        with workload.sync_client() as task:
            workload.check(0, task(0))


@pytest.mark.parametrize("kind", ["switch", "task", "future"])
def test_a_step_lets_another_run(kind: str) -> None:
    assert turns_of_another(kind, among="1") >= 100
    # Ten share the steps out: each takes ten, and the other comes about as often.
    assert 10 <= turns_of_another(kind, among="10") < 100


def test_gather_lets_another_run_once_for_a_batch() -> None:
    assert 1 <= turns_of_another("gather", among="1") < 100


@pytest.mark.parametrize("kind", ["nothing", "call", "await"])
def test_what_does_not_suspend_lets_nobody_run(kind: str) -> None:
    # Two or three turns come of gathering the shares, however many steps there are.
    assert turns_of_another(kind, among="1") <= 4


def test_a_step_too_few_is_found() -> None:
    with pytest.raises(WrongResultError, match="took 99 steps, asked for 100"):
        switches.Workload(times="100").check(0, 99)


def test_an_unknown_kind_names_those_that_there_are() -> None:
    with pytest.raises(BenchError, match="nothing, call, await, switch"):
        switches.Workload(kind="jump")
