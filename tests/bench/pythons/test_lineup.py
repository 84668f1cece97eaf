import sys

import pytest

from waitbench.pythons import can_run, lineup
from waitbench.pythons.builds import Build
from waitbench.pythons.interpreter import Interpreter
from waitbench.scenario import Contestant, Scenario

SCENARIO = Scenario(suite="cpu_bound", workload="compute", tasks=8, concurrency=2)
BUILDS = [
    Build(label="3.13", interpreter=Interpreter(path="/a", version=(3, 13, 0))),
    Build(
        label="3.14t",
        interpreter=Interpreter(path="/b", version=(3, 14, 0), free_threaded=True),
        environ={"PYTHON_GIL": "0"},
        expects={"gil": False},
    ),
]


def test_every_model_races_under_every_build_against_the_baseline_of_the_first() -> None:
    contestants = [
        Contestant.of("sync"),
        Contestant(name="leaps", model="sync", params={"algorithm": "leaps"}, environ={"A": "1"}),
        Contestant(name="free-threaded", model="threads", python="python3.14t"),
        Contestant(name="free-threaded", model="free_threads"),
    ]
    scenario, raced = lineup.under(SCENARIO, contestants, BUILDS)
    assert scenario.baseline == "sync@3.13"
    assert (scenario.name, scenario.key) == (SCENARIO.name, SCENARIO.key)
    assert [(each.name, each.build) for each in raced] == [
        ("sync@3.13", "3.13"),
        ("sync@3.14t", "3.14t"),
        ("leaps@3.13", "3.13"),
        ("leaps@3.14t", "3.14t"),
    ]
    assert raced[3].environ == {"A": "1", "PYTHON_GIL": "0"}
    assert (raced[3].params, raced[3].expects) == ({"algorithm": "leaps"}, {"gil": False})


@pytest.mark.processes
def test_an_interpreter_says_itself_what_it_cannot_run() -> None:
    missing = Contestant(name="x", model="sync", needs="no_such_module")
    rows = [(SCENARIO, Contestant.of("sync")), (SCENARIO, missing)]
    whole, lack = can_run.reasons(sys.executable, {}, rows)
    assert whole == (None, None)
    assert lack == ("needs no_such_module: pip install no_such_module", "no_such_module")
