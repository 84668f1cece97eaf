"""The first_run workload: what its tasks saw is what really happened."""

import asyncio
from typing import Any

import pytest

from waitbench import registry
from waitbench.scenario import BenchError, HasMetrics, WrongResultError
from waitbench.workloads.first_run import Account, Workload

TASKS = 3


def seen(model_name: str, how: str) -> dict[str, float]:
    workload = Workload(how=how, pause="2ms")
    assert isinstance(workload, HasMetrics)
    with registry.load("models", model_name).Model(workload, TASKS) as model:
        results = [result for _, _, result in model.run(TASKS)]
    for number, result in enumerate(results):
        workload.check(number, result)
    return dict(workload.metrics(results))


def test_a_coroutine_that_is_only_called_never_runs() -> None:
    assert seen("asyncio", "called") == {
        "calls": 6,
        "tasks_made": 0,
        "ran_when_called": 0,
        "ran_before_await": 0,
        "ran_at_all": 0,
    }


def test_one_that_is_awaited_runs_from_then_on() -> None:
    figures = seen("asyncio", "awaited")
    assert figures.pop("first_run_ns") > 1_000_000  # a pause of 2 ms, and no less than half of it
    assert figures == {
        "calls": 6,
        "tasks_made": 0,
        "ran_when_called": 0,
        "ran_before_await": 0,
        "ran_at_all": 6,
    }


def test_a_task_runs_when_the_loop_is_free() -> None:
    figures = seen("asyncio", "scheduled")
    assert figures.pop("first_run_ns") > 0
    assert figures == {
        "calls": 6,
        "tasks_made": 6,
        "ran_when_called": 0,
        "ran_before_await": 6,
        "ran_at_all": 6,
    }


@pytest.mark.parametrize("model_name", ["sync", "threads"])
def test_a_plain_function_runs_when_it_is_called(model_name: str) -> None:
    figures = seen(model_name, "awaited")
    assert figures["ran_when_called"] == figures["calls"] == 6
    assert figures["tasks_made"] == 0


def test_an_eager_task_is_seen_to_run_at_once() -> None:
    factory: Any = getattr(asyncio, "eager_task_factory", None)
    if factory is None:
        pytest.skip("needs Python 3.12")

    async def look() -> Account:
        asyncio.get_running_loop().set_task_factory(factory)
        async with Workload(how="scheduled", pause="1ms").async_client(1) as task:
            return await task(0)

    assert asyncio.run(look()).ran_when_called == 2


def test_who_was_awaited_must_have_run() -> None:
    idle = Account(
        tasks_made=0, ran_when_called=0, ran_before_await=0, ran_at_all=0, first_run_ns=None
    )
    Workload(how="called").check(0, idle)
    with pytest.raises(WrongResultError, match="task 0 awaited 2, and 0 ran"):
        Workload(how="awaited").check(0, idle)


def test_an_unknown_way_is_refused_with_those_there_are() -> None:
    with pytest.raises(BenchError, match="none of called, awaited, scheduled"):
        Workload(how="hoped")
