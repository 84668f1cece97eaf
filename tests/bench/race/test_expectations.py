import sys

import pytest

from tests.bench.synthetic import round_record
from waitbench.race import expectations
from waitbench.race.worker_process import ContestantError
from waitbench.results.record import ContestantRecord
from waitbench.results.record_json import from_json, to_json
from waitbench.scenario import Contestant, Scenario
from waitbench.system import python_state

SCENARIO = Scenario(suite="cpu_bound", workload="compute", tasks=8, concurrency=2)


def record(**expects: bool) -> ContestantRecord:
    contestant = Contestant(
        name="threads@3.14t", model="threads", build="3.14t", python="/me/py", expects=expects
    )
    return ContestantRecord(scenario=SCENARIO, contestant=contestant, width=2)


def test_a_lock_that_an_import_switched_on_fails_the_row_and_takes_its_times() -> None:
    row = record(gil=False)
    expectations.note(row, {"state": {"gil": False, "jit": None}})
    row.rounds.append(round_record(5))
    with pytest.raises(ContestantError, match=r"without the GIL.*importing greenlet\._greenlet"):
        expectations.note(
            row, {"state": {"gil": True, "gil_on_by": "importing greenlet._greenlet"}}
        )
    assert row.times_ns == []
    assert row.state["gil"] is True


def test_threads_that_are_called_free_must_be() -> None:
    contestant = Contestant.of("free_threads")
    row = ContestantRecord(scenario=SCENARIO, contestant=contestant, width=2)
    expectations.note(row, {"state": {"gil": False, "jit": None}})
    with pytest.raises(ContestantError, match="without the GIL"):
        expectations.note(row, {"state": {"gil": True, "jit": None}})


def test_a_jit_that_stayed_off_fails_the_row() -> None:
    with pytest.raises(ContestantError, match="with the JIT, and it was off"):
        expectations.note(record(jit=True), {"state": {"gil": True, "jit": None}})


def test_the_file_names_the_build_and_not_where_it_stands() -> None:
    row = record(gil=False)
    expectations.note(row, {"state": {"gil": False, "jit": None}})
    form = to_json(row)
    assert form["contestant"]["python"] == "3.14t"
    again = from_json(form)
    assert (again.contestant.build, again.contestant.expects) == ("3.14t", {"gil": False})
    assert again.state == {"gil": False, "jit": None}


def test_rounds_that_a_tool_followed_are_void_and_it_is_named() -> None:
    row = record()
    row.rounds.append(round_record(5))
    with pytest.raises(ContestantError, match=r"debugger follows .* sys\.monitoring"):
        expectations.note(row, {"state": {"gil": True, "monitored_by": "debugger"}})
    assert row.times_ns == []
    expectations.note(row, {"state": {"gil": True, "monitored_by": "coverage"}})


@pytest.mark.skipif(sys.version_info < (3, 12), reason="needs Python 3.12, which has monitoring")
def test_a_registered_tool_is_seen() -> None:
    monitoring = getattr(sys, "monitoring", None)
    assert monitoring is not None
    free = next(number for number in range(6) if monitoring.get_tool(number) is None)
    monitoring.use_tool_id(free, "a debugger")
    try:
        assert python_state.monitored_by() is not None
    finally:
        monitoring.free_tool_id(free)


def test_a_row_of_an_older_worker_says_nothing_and_nothing_was_expected() -> None:
    row = record()
    expectations.note(row, {})
    assert row.state == {}
