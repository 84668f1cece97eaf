"""Which scenarios of a suite are raced, who takes part, and who is left out with what reason."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import cast

import pytest

from waitbench import registry
from waitbench.analysis.summary import summarise
from waitbench.pytest_plugin import selection
from waitbench.pytest_plugin.options import Options
from waitbench.pytest_plugin.selection import contestants, left_out, scenarios
from waitbench.results.load import load
from waitbench.scenario import Contestant, Scenario
from waitbench.services import postgres
from waitbench.suites import test_clients as clients
from waitbench.suites import test_greenlets as greenlets
from waitbench.suites import test_loops as loops
from waitbench.suites import test_many_loops as many_loops
from waitbench.suites import test_servers as servers
from waitbench.suites import test_structured as structured
from waitbench.system.checkout import import_path

CHECKOUT = Path(__file__).parents[3]

SUITE = '''
"""Who naps?"""
from waitbench.scenario import Contestant, Scenario
SCENARIOS = QUICK = []
FULL = [Scenario(suite="napping", workload="sleep", params={"duration": "1ms"}, tasks=4,
                 concurrency=2, baseline="loop")]
def contestants(scenario):
    return [
        Contestant(name="loop", model="asyncio", environ={"WAITBENCH_TEST": "1"}),
        Contestant.of("threads"),
        Contestant(name="dreamer", model="sync", needs="no_such_library"),
        Contestant.of("moonlit"),
    ]
def test_napping(benchmark, entry): entry.replay(benchmark)
'''
MOONLIT = '''
"""Runs at full moon only."""
from waitbench.models.sync import Model
def unavailable(): return "needs a full moon"
'''


class Called:
    """What is read of pytest's config: where it was called, and with which files."""

    def __init__(self, *args: str) -> None:
        self.args, self.invocation_params = list(args), SimpleNamespace(dir=CHECKOUT)


@pytest.mark.parametrize(
    ("args", "suites"),
    [
        (
            ["{0}/test_mixed.py", "bench/waitbench/suites/test_cpu_bound.py::x"],
            ["mixed", "cpu_bound"],
        ),
        (["{0}"], []),
        (["tests/test_rooms.py"], []),
    ],
)
def test_which_suites_were_named_is_known(args: list[str], suites: list[str]) -> None:
    called = Called(*(text.format(selection.SUITES) for text in args))
    assert selection.suites_asked(cast("pytest.Config", called)) == suites


def asks(tasks: int) -> Scenario:
    return Scenario(suite="test", workload="sleep", tasks=tasks, concurrency=1)


def suite(**lists: object) -> ModuleType:
    made = ModuleType("test_made")
    vars(made).update(lists)
    return made


USUAL, QUICK, MORE = [asks(1), asks(2)], [asks(1)], [asks(3)]
RICH = suite(SCENARIOS=USUAL, QUICK=QUICK, FULL=MORE)
SHY = suite(SCENARIOS=[], QUICK=[], FULL=MORE)
PLAIN = suite(SCENARIOS=USUAL, QUICK=[])


@pytest.mark.parametrize(
    ("made", "asked", "named", "expected"),
    [
        (RICH, Options(), False, [1, 2]),
        (RICH, Options(), True, [1, 2, 3]),
        (RICH, Options(quick=True), False, [1]),
        (RICH, Options(quick=True), True, [1]),
        (RICH, Options(full=True), False, [1, 2, 3]),
        (SHY, Options(), False, []),
        (SHY, Options(), True, [3]),
        (SHY, Options(quick=True), False, []),
        (SHY, Options(quick=True), True, [3]),
        (SHY, Options(full=True), False, [3]),
        (PLAIN, Options(quick=True), False, []),
        (PLAIN, Options(quick=True), True, [1, 2]),
    ],
)
def test_a_suite_that_is_named_never_stays_silent(
    made: ModuleType,
    asked: Options,
    named: bool,  # noqa: FBT001 - a column of the table above
    expected: list[int],
) -> None:
    assert [scenario.tasks for scenario in scenarios(made, asked, named=named)] == expected


def test_those_race_who_were_asked_for_of_whom_a_suite_names_if_it_does() -> None:
    own = [Contestant(name="mine", model="sync"), Contestant(name="yours", model="asyncio")]
    knows = suite(contestants=lambda _: own)
    assert contestants(suite(), Options(models=("threads",)), asks(1)) == [Contestant.of("threads")]
    assert contestants(knows, Options(), asks(1)) == own
    assert contestants(knows, Options(models=("asyncio", "mine")), asks(1)) == own
    assert contestants(knows, Options(models=("asyncio", "threads")), asks(1)) == own[1:]
    assert contestants(knows, Options(models=("threads",)), asks(1)) == []


def test_who_lacks_something_is_left_out_with_what_to_type() -> None:
    wanting = Contestant(name="a", model="sync", needs="no_such_library.part")
    assert left_out(asks(1), Contestant.of("sync"), None) is None
    assert left_out(asks(1), wanting, None) == (
        "needs no_such_library: pip install no_such_library"
    )
    elsewhere = Contestant(name="a", model="sync", python="python0.1")
    assert left_out(asks(1), elsewhere, None) == "needs the interpreter python0.1"
    # What another interpreter has, its own worker finds out.
    assert (
        left_out(asks(1), Contestant(name="a", model="sync", python=sys.executable), None) is None
    )


def test_without_a_postgresql_who_wants_one_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "needs_postgres", lambda workload: workload == "sleep")
    monkeypatch.setattr(postgres, "unavailable", lambda: "install it, or give --postgres DSN")
    selection.no_postgres.cache_clear()
    sync = Contestant.of("sync")
    assert left_out(asks(1), sync, None) == "install it, or give --postgres DSN"
    assert left_out(asks(1), sync, "postgresql://127.0.0.1/given") is None
    selection.no_postgres.cache_clear()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one suite more, whose contestants cannot all take part."""
    copy = tmp_path_factory.mktemp("tree")
    for part in ("bench", "server"):
        shutil.copytree(CHECKOUT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("pyproject.toml", "conftest.py"):
        shutil.copy(CHECKOUT / part, copy / part)
    (copy / "bench/waitbench/suites/test_napping.py").write_text(SUITE)
    (copy / "bench/waitbench/models/moonlit.py").write_text(MOONLIT)
    return copy


def waitbench(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "waitbench", *arguments],
        cwd=tree,
        env={**os.environ, "COLUMNS": "100", "PYTHONPATH": import_path(tree)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.processes
def test_who_is_left_out_does_not_race_and_stands_in_the_file(tree: Path) -> None:
    file = tree / "napping.json"
    done = waitbench(
        tree, "run", "napping", "--quick", "--budget", "1", "--launches", "1", "-o", str(file)
    )
    assert done.returncode == 0, done.stderr
    run = json.loads(file.read_text())["waitbench"]
    where = {"suite": "napping", "scenario": "sleep-1ms-n4-c2"}
    expected = [
        {
            **where,
            "model": "dreamer",
            "reason": "needs no_such_library: pip install no_such_library",
        },
        {**where, "model": "moonlit", "reason": "needs a full moon"},
    ]
    assert run["left_out"] == expected
    made = summarise(load(file))
    assert list(made.left_out) == expected
    (napping,) = made.scenarios
    assert napping.baseline == "loop"
    assert [row.model for row in napping.rows] == ["loop", "threads"]


@pytest.mark.processes
def test_a_run_in_which_nobody_can_take_part_says_why_in_one_line(tree: Path) -> None:
    done = waitbench(tree, "run", "napping", "-k", "moonlit or dreamer")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "waitbench: nothing of that can run here: "
        "needs no_such_library: pip install no_such_library; needs a full moon"
    )


@pytest.mark.parametrize(
    ("file", "whole", "sampled"),
    [(clients, 14, clients.SAMPLE), (servers, 16, servers.SAMPLE)],
)
def test_a_run_of_everything_has_a_sample_of_the_contestants_and_naming_their_suite_all(
    file: ModuleType, whole: int, sampled: tuple[str, ...]
) -> None:
    everything, usual = Options(full=True), Options()
    assert scenarios(file, usual, named=False) == []
    (sample,) = scenarios(file, everything, named=False)
    named = scenarios(file, usual, named=True)
    assert sample.name not in {scenario.name for scenario in named}
    assert [each.name for each in contestants(file, everything, sample)] == list(sampled)
    assert len(contestants(file, usual, named[0])) == whole
    assert {each.name for scenario in named for each in contestants(file, usual, scenario)} >= set(
        sampled
    )


@pytest.mark.parametrize("file", [loops, structured, greenlets, many_loops])
def test_suites_of_loops_are_sampled_by_a_run_of_everything_and_race_one_contestant_twice(
    file: ModuleType,
) -> None:
    named = scenarios(file, Options(), named=True)
    assert scenarios(file, Options(), named=False) == []
    sample = scenarios(file, Options(full=True), named=False)
    assert {each.name for each in sample} < {each.name for each in named}
    assert sample
    for scenario in named:
        raced = contestants(file, Options(), scenario)
        by_name = {each.name: each for each in raced}
        (again,) = (name for name in by_name if name.endswith("-again"))
        assert again in scenario.controls
        assert by_name[again].model == by_name[again.removesuffix("-again")].model
        assert scenario.baseline in by_name
        assert {each.concurrency for each in raced} == {None}  # as many at once in all
        if scenario.params.get("client") == "httpx2":
            # Without the client of all nobody fails: all are left out.
            assert {each.needs for each in raced} == {"httpx2"}
