"""The coordination workload: races are shown, tools hold, and all forms share what they must."""

import pytest

from waitbench import registry
from waitbench.scenario import BenchError, HasMetrics, WrongResultError
from waitbench.workloads.coordination import Account, Workload

TASKS = 4
MODELS = ["asyncio", "threads", "processes"]


def rounds(model_name: str, many: int, **params: str) -> list[dict[str, float]]:
    """What is seen of some rounds, one after the other, on the same shared number."""
    workload = Workload(**params)
    assert isinstance(workload, HasMetrics)
    figures = []
    with registry.load("models", model_name).Model(workload, TASKS) as model:
        for _ in range(many):
            results = [result for _, _, result in model.run(TASKS)]
            for number, result in enumerate(results):
                workload.check(number, result)
            figures.append(dict(workload.metrics(results)))
    return figures


def test_coroutines_that_all_read_before_any_writes_lose_all_but_one_of_each_turn() -> None:
    (figures,) = rounds("asyncio", 1, tool="none", times="10")
    assert figures["operations"] == 40
    assert figures["lost"] == 30
    assert figures["most_at_once"] == 4


def test_coroutines_that_do_not_await_in_between_lose_nothing_without_a_lock() -> None:
    (figures,) = rounds("asyncio", 1, tool="none", section="straight", times="10")
    assert set(figures) == {"operations", "operation_ns", "lost"}
    assert figures["lost"] == 0


def test_threads_without_a_lock_can_lose_updates() -> None:
    # Whether they do is up to the system; among 20 rounds of 400 updates it would be a wonder not.
    assert any(figures["lost"] > 0 for figures in rounds("threads", 20, tool="none", times="100"))


@pytest.mark.processes
@pytest.mark.parametrize("tool", ["lock", "semaphore", "queue"])
@pytest.mark.parametrize("model_name", MODELS)
def test_with_one_place_no_update_is_lost(model_name: str, tool: str) -> None:
    # In processes this also holds that all of them, the first too, share one number.
    for figures in rounds(model_name, 4, tool=tool, times="20", places="1"):
        assert figures["lost"] == 0
        assert figures["most_at_once"] == 1


@pytest.mark.processes
@pytest.mark.parametrize("tool", ["semaphore", "queue"])
@pytest.mark.parametrize("model_name", MODELS)
def test_never_more_at_once_than_there_are_places(model_name: str, tool: str) -> None:
    for figures in rounds(model_name, 2, tool=tool, times="20", places="2"):
        assert figures["most_at_once"] <= 2


@pytest.mark.processes
@pytest.mark.parametrize("tool", ["none", "lock", "semaphore", "queue", "event"])
@pytest.mark.parametrize("model_name", MODELS)
def test_an_empty_section_tells_the_cost_alone(model_name: str, tool: str) -> None:
    (figures,) = rounds(model_name, 1, tool=tool, times="5", section="empty")
    assert set(figures) == {"operations", "operation_ns"}
    assert figures["operations"] == 20
    assert figures["operation_ns"] > 0


def account(
    begun_ns: int, ended_ns: int, before: int, after: int, *held: tuple[int, int]
) -> Account:
    return Account(
        operations=2,
        begun_ns=begun_ns,
        ended_ns=ended_ns,
        value_before=before,
        value_after=after,
        held=held,
    )


def test_what_was_lost_is_told_by_the_first_to_begin_and_the_last_to_end() -> None:
    # Four updates from 10 on should leave 14; the last to end left 13. The first two held it
    # together from 130 to 150; who takes it at 200 as another leaves it does not hold it with it.
    figures = Workload(times="2").metrics(
        [
            account(100, 300, 10, 13, (110, 150), (160, 200)),
            account(120, 400, 11, 13, (130, 150), (200, 390)),
        ]
    )
    assert figures == {"operations": 4, "operation_ns": 75, "lost": 1, "most_at_once": 2}


def test_a_task_that_did_less_is_wrong() -> None:
    with pytest.raises(WrongResultError, match="task 7 did not do its 3 operations"):
        Workload(times="3").check(7, account(0, 1, 0, 0))


@pytest.mark.parametrize("params", [{"tool": "spoon"}, {"section": "all"}, {"times": "0"}])
def test_what_is_unknown_is_refused(params: dict[str, str]) -> None:
    with pytest.raises(BenchError):
        Workload(**params)
