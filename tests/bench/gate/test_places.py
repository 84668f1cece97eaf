"""Benchmarks that moved: each side has its own at its own place, by hand-made pairs of trees."""

import sys

import pytest

from tests.bench.gate.projects import BENCHMARKS, SHOP, Project
from waitbench.cli import main
from waitbench.gate import discover
from waitbench.gate.benchmark import Benchmark, Side
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings
from waitbench.gate.worktrees import SIDES, checked_out

pytestmark = pytest.mark.processes

SLOW = SHOP.replace("sum(", "sum(row * 0 for row in rows for _ in range(3)) + sum(")
NAMED = '[tool.waitbench.gate]\nfile = "{}"\n'
APART = BENCHMARKS.split("def bench_double", maxsplit=1)
TOTAL, DOUBLE = APART[0], f"import shop\ndef bench_double{APART[1]}"


def found(project: Project, **settings: object) -> dict[str, Benchmark]:
    """Return what a gate of the last two commits finds, by name."""
    repository = Repository.around(project.folder)
    base, head = repository.revision("HEAD~1"), repository.revision("HEAD")
    with checked_out(repository, base, head) as both:
        sides = [Side(name=name, root=both.of(name), python=sys.executable) for name in SIDES]
        renamed = repository.renamed(base.commit, head.commit)
        listed = discover.find(
            sides,
            both,
            GateSettings(**settings),  # type: ignore[arg-type]
            repository.top,
            renamed=renamed,
        )
    return {benchmark.name: benchmark for benchmark in listed.benchmarks}


def files(benchmark: Benchmark) -> list[str]:
    """Return where each side has it."""
    params = [contestant.params for contestant in benchmark.contestants]
    return [each["file"].removeprefix(f"{each['root']}/") for each in params]


@pytest.mark.parametrize("place", ["benchmarks/benchmarks.py", "tests/benchmarks.py"])
def test_a_file_that_moved_to_another_usual_place(project: Project, place: str) -> None:
    project.git("rm", "-q", "benchmarks.py")
    project.write(place, BENCHMARKS + "\n# moved\n")
    project.commit("moved")
    benchmarks = found(project)
    assert all(benchmark.raced for benchmark in benchmarks.values())
    assert files(benchmarks["bench_total"]) == ["benchmarks.py", place]


def test_a_file_that_moved_with_the_setting_that_names_it(project: Project) -> None:
    project.git("mv", "benchmarks.py", "speed.py")
    project.write("pyproject.toml", NAMED.format("speed.py"))
    project.commit("a name of its own")
    (project.folder / "perf").mkdir()
    project.git("rm", "-q", "speed.py")
    project.write("perf/speed.py", f"# {'rewritten ' * 900}\n{BENCHMARKS}")  # git sees no rename
    project.write("pyproject.toml", NAMED.format("perf/speed.py"))
    project.commit("moved")
    benchmarks = found(project, file="perf/speed.py")
    assert files(benchmarks["bench_double"]) == ["speed.py", "perf/speed.py"]
    assert benchmarks["bench_double"].raced


def test_a_file_that_git_saw_move(project: Project) -> None:
    project.git("mv", "benchmarks.py", "speed.py")
    project.commit("to where nobody looks")
    assert files(found(project)["bench_total"]) == ["benchmarks.py", "speed.py"]


def test_a_function_that_moved_to_another_file(project: Project) -> None:
    project.write("benchmarks.py", TOTAL)
    project.write("perf/doubles.py", DOUBLE)
    project.commit("split")
    benchmarks = found(project)
    assert {name: files(benchmark) for name, benchmark in benchmarks.items()} == {
        "bench_total": ["benchmarks.py", "benchmarks.py"],
        "bench_double": ["benchmarks.py", "perf/doubles.py"],
    }
    assert all(benchmark.raced for benchmark in benchmarks.values())
    project.git("rm", "-q", "-r", "perf")
    project.write("benchmarks.py", BENCHMARKS)
    project.commit("and together again")
    assert files(found(project)["bench_double"]) == ["perf/doubles.py", "benchmarks.py"]


def test_code_that_moved_with_its_folder_is_found_by_each_side_s_own_settings(
    project: Project,
) -> None:
    project.git("mv", "src", "python")
    project.write("pyproject.toml", '[tool.waitbench.gate]\npaths = ["python"]\n')
    project.commit("moved")
    for paths in (("python",), ("src", ".")):
        assert all(benchmark.raced for benchmark in found(project, paths=paths).values())


def test_what_moved_to_a_file_that_fails_says_so_and_what_is_new_stays_new(
    project: Project,
) -> None:
    project.write("benchmarks.py", TOTAL + "def bench_new():\n    return 1\n")
    project.write("perf/doubles.py", "import no_such_module\n" + DOUBLE)
    project.commit("split")
    benchmarks = found(project)
    assert benchmarks["bench_total"].raced
    assert benchmarks["bench_new"].sides == ("head",)
    failure = benchmarks["bench_double"].failures["head"]
    assert "perf/doubles.py" in failure
    assert "no_such_module" in failure


@pytest.mark.usefixtures("quick")
def test_a_slow_down_is_found_behind_a_move_and_a_healthy_move_passes(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.git("rm", "-q", "benchmarks.py")
    project.write("benchmarks/benchmarks.py", BENCHMARKS)
    project.commit("moved")
    gate = ["gate", "--seed", "1", "--minutes", "1", "-k", "total"]
    assert main([*gate, "--base", "HEAD~1", "--margin", "50%"]) == 0
    assert "moved: benchmarks.py on base is benchmarks/benchmarks.py" in " ".join(
        capsys.readouterr().out.split()
    )
    project.write("src/shop.py", SLOW)
    project.commit("slower")
    assert main([*gate, "--base", "HEAD~2"]) == 1
    assert "Slower: bench_total takes" in capsys.readouterr().out


@pytest.mark.usefixtures("quick")
def test_a_benchmark_that_fails_on_both_sides_is_no_success(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = BENCHMARKS.replace("shop.double(21)", "shop.gone(21)")
    project.write("benchmarks.py", broken)
    project.commit("broken")
    project.commit("still broken")
    gate = ["gate", "--seed", "1", "--minutes", "1", "--margin", "50%", "--base", "HEAD~1"]
    assert main(gate) == 2
    printed = capsys.readouterr().out
    assert "bench_double: base: AttributeError" in printed
    assert "bench_double: head: AttributeError" in printed
    assert main([*gate, "--allow-empty"]) == 0
    wrong = BENCHMARKS.replace("lambda result: None", "lambda result: 1 / 0")
    project.write("benchmarks.py", wrong)
    project.commit("wrong")
    project.commit("still wrong")
    assert main([*gate, "-k", "total"]) == 2
    assert "Failed: bench_total; nothing was compared." in capsys.readouterr().out
