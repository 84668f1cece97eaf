import pytest

from tests.bench.synthetic import round_record
from waitbench.race import expectations
from waitbench.race.worker_process import ContestantError
from waitbench.results.record import ContestantRecord
from waitbench.results.record_json import from_json, to_json
from waitbench.scenario import Contestant, Scenario

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


def test_a_row_of_an_older_worker_says_nothing_and_nothing_was_expected() -> None:
    row = record()
    expectations.note(row, {})
    assert row.state == {}
