"""A gate across the change of the packages' names: each side is run as it calls itself."""

import sys
from pathlib import Path

import pytest

from tests.bench.gate.projects import Project
from waitbench.gate import discover
from waitbench.gate.benchmark import Benchmark, Side
from waitbench.gate.settings import GateSettings
from waitbench.gate.worktrees import Checkouts
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes

SCENARIO = """
from dataclasses import dataclass
@dataclass
class Scenario:
    suite: str
    workload: str
    tasks: int
    concurrency: int
    controls: tuple = ()
    of_another_age: int = 0
    name = "sleep"
@dataclass
class Entrant:
    name: str
    model: str
"""
SUITE = """
from {package}.scenario import Entrant, Scenario
SCENARIOS = [Scenario(suite="naps", workload="sleep", tasks=1, concurrency=1)]
def entrants(scenario):
    return [Entrant(name=name, model="sync") for name in {names}]
"""
WORKER = "print('{\"failure\": \"' + __spec__.name + '\"}')"
"""Its greeting: where it was run from."""


def write(project: Project, folder: str, package: str, names: tuple[str, ...]) -> None:
    """Write what a checkout of waitbench is known by."""
    for name in ("__init__.py", "race/__init__.py", "suites/__init__.py"):
        project.write(f"{folder}/{name}", "")
    project.write(f"{folder}/scenario.py", SCENARIO)
    project.write(f"{folder}/race/worker.py", WORKER)
    project.write(f"{folder}/suites/test_naps.py", SUITE.format(package=package, names=names))


@pytest.fixture
def sides(tmp_path: Path) -> list[Side]:
    base, head = Project(tmp_path / "base"), Project(tmp_path / "head")
    write(base, "bench", "bench", ("sync", "gone"))
    write(head, "bench/waitbench", "waitbench", ("sync", "fresh"))
    return [
        Side(name=name, root=project.folder, python=sys.executable)
        for name, project in (("base", base), ("head", head))
    ]


@pytest.fixture
def benchmarks(sides: list[Side], tmp_path: Path) -> list[Benchmark]:
    checkouts = Checkouts(base=sides[0].root, head=sides[1].root, harness=tmp_path)
    return list(discover.find(sides, checkouts, GateSettings(), tmp_path).benchmarks)


def test_both_sides_name_the_same_benchmarks(benchmarks: list[Benchmark]) -> None:
    assert {benchmark.name: benchmark.sides for benchmark in benchmarks} == {
        "naps/sleep/sync": ("base", "head"),
        "naps/sleep/fresh": ("head",),
        "naps/sleep/gone": ("base",),
    }


def test_each_side_is_run_by_the_worker_of_its_own_tree(benchmarks: list[Benchmark]) -> None:
    started = []
    for contestant in benchmarks[0].contestants:
        with (
            Interrupt.never() as calm,
            WorkerProcess(contestant.model, calm, tree=Path(contestant.tree or "")) as worker,
            pytest.raises(ContestantError) as raised,
        ):
            worker.greet()
        started.append(str(raised.value))
    assert started == ["bench.race.worker", "waitbench.race.worker"]
