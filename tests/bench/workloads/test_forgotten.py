"""What a forgotten await, gather or task does to a real program, and how its words are read."""

from typing import Any

import pytest

from waitbench import registry
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.workloads.forgotten import Ran, Workload

pytestmark = pytest.mark.processes

SAVED = "save began\nsave ended\n"


def run(workload: Any, model: str = "sync") -> dict[str, float]:
    with registry.load("models", model).Model(workload, 1) as opened:
        spans = opened.run(1)
    assert list(complaints(workload, spans, 1)) == []
    return dict(workload.metrics([result for _, _, result in spans]))


def test_without_a_slip_the_program_runs_to_its_end_and_nothing_is_said() -> None:
    everything = {"began": 1, "ran": 1, "warned": 0, "told_where": 0, "exit_zero": 1}
    assert run(Workload(slip="none")) == everything
    assert run(Workload(slip="none"), "asyncio") == everything


def test_a_forgotten_await_runs_nothing_and_is_told_with_its_line() -> None:
    warned = {"began": 0, "ran": 0, "warned": 1, "told_where": 1}
    assert run(Workload(slip="await")) == {**warned, "exit_zero": 1}
    assert run(Workload(slip="await", run="pytest")) == {**warned, "pytest_green": 1}


def test_a_task_that_nobody_waits_for_is_cut_off_in_silence() -> None:
    cut_off = {"began": 1, "ran": 0, "warned": 0, "told_where": 0, "exit_zero": 1}
    assert run(Workload(slip="task")) == cut_off


def test_a_gather_that_is_not_awaited_is_cut_off() -> None:
    seen = run(Workload(slip="gather"))
    assert (seen["began"], seen["ran"], seen["exit_zero"]) == (1, 0, 1)


def test_both_calls_of_a_gather_have_to_end() -> None:
    workload = Workload(slip="gather")
    half, whole = Ran(status=0, output=SAVED), Ran(status=1, output=SAVED * 2)
    seen = workload.metrics([half, whole])
    assert (seen["began"], seen["ran"], seen["exit_zero"]) == (2, 1, 1)


def test_a_program_that_did_not_run_is_an_error_and_no_finding() -> None:
    with pytest.raises(WrongResultError, match="did not run: No module named pytest"):
        Workload(slip="await").check(0, Ran(status=1, output="No module named pytest"))
    with pytest.raises(WrongResultError, match="nothing was forgotten"):
        Workload(slip="none").check(0, Ran(status=0, output="main ended"))


def test_bad_parameters_are_refused_with_what_is_possible() -> None:
    with pytest.raises(BenchError, match="none of none, await, gather, task"):
        Workload(slip="yield")
    with pytest.raises(BenchError, match="none of python, pytest"):
        Workload(run="tox")
