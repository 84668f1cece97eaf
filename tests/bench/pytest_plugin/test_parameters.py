"""What a row's parameters are for every other tool: words and numbers, the same on each run."""

from waitbench import registry
from waitbench.pytest_plugin import parameters, selection
from waitbench.pytest_plugin.options import Options
from waitbench.pytest_plugin.replay import Entry
from waitbench.scenario import Contestant, Scenario

WAITING = Scenario(
    suite="test", workload="http", params={"latency": "50ms"}, tasks=20, concurrency=10
)
COMPUTING = Scenario(
    suite="test", workload="compute", params={"steps": "9"}, tasks=4, concurrency=2
)


def test_the_usual_ones_come_first_and_a_dash_stands_where_a_row_has_none() -> None:
    narrow = Contestant(name="two", model="threads", concurrency=2, params={"client": "urllib3"})
    names, rows = parameters.rows(
        [Entry(WAITING, Contestant.of("sync")), Entry(WAITING, narrow), Entry(COMPUTING, narrow)]
    )
    assert names == ["model", "workload", "latency", "tasks", "concurrency", "client", "steps"]
    assert rows == [
        ("sync", "http", "50ms", 20, 10, "-", "-"),
        ("two", "http", "50ms", 20, 2, "urllib3", "-"),
        ("two", "compute", "-", 4, 2, "urllib3", "9"),
    ]


def test_a_contestants_own_parameter_is_laid_over_the_scenarios() -> None:
    other = Contestant(name="other", model="sync", params={"latency": "1ms"})
    names, rows = parameters.rows([Entry(WAITING, other)])
    assert dict(zip(names, rows[0], strict=True))["latency"] == "1ms"


def test_no_parameter_of_any_suite_hides_what_every_row_has_or_what_a_test_asks_for() -> None:
    reserved = {"model", "workload", "tasks", "concurrency", "entry", "benchmark", "request"}
    for name in registry.names("suites"):
        suite = registry.load("suites", name)
        asked = Options(full=True)
        for scenario in selection.scenarios(suite, asked, named=True):
            for contestant in selection.contestants(suite, asked, scenario):
                assert reserved.isdisjoint({*scenario.params, *contestant.params}), scenario.name
