"""`waitbench gate` over a project's own pytest benchmarks, none of its lines changed."""

import sys

import pytest

from tests.bench.gate.projects import SHOP, Project
from waitbench.cli import main
from waitbench.gate import discover_pytest
from waitbench.gate.benchmark import Benchmark, Listing, Side
from waitbench.gate.repository import Repository
from waitbench.gate.settings import GateSettings
from waitbench.gate.worktrees import SIDES, checked_out

pytestmark = pytest.mark.processes

FORMS = """
import asyncio
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
import shop
ROWS = list(range(200))
def test_no_benchmark():
    assert shop.double(1) == 2
def test_call(benchmark: BenchmarkFixture):
    assert isinstance(benchmark, BenchmarkFixture)
    assert benchmark.enabled and not benchmark.disabled and benchmark.name == "test_call"
    benchmark.extra_info["rows"] = len(ROWS)
    assert benchmark(shop.total, rows=ROWS) == 39800
    assert 0 < benchmark.stats["mean"] == benchmark.stats.stats.mean < 1
def test_decorated(benchmark):
    @benchmark
    def result():
        return shop.total(ROWS)
    assert result == 39800
@pytest.mark.parametrize("n", [2, 3])
def test_param(benchmark, n):
    assert benchmark(shop.double, n) == 2 * n
@pytest.fixture(scope="module")
def made():
    yield [5, 3, 1] * 100
class TestClass:
    def test_fresh(self, benchmark, made):
        given = []
        def setup():
            given.append(list(made))
            return (given[-1],), {}
        benchmark.pedantic(list.sort, setup=setup, teardown=given.remove, rounds=3)
        assert given == []
    @pytest.mark.usefixtures("made")
    def test_pedantic(self, benchmark):
        result = benchmark.pedantic(shop.double, args=(4,), iterations=3, rounds=2, warmup_rounds=1)
        assert result == 8
@pytest.mark.benchmark(group="whole")
def test_marked(made):
    assert shop.total(ROWS) == 39800 and len(made) == 300
async def double(n):
    await asyncio.sleep(0)
    return shop.double(n)
def test_coroutine_function(benchmark):
    assert benchmark(double, 4) == 8
def test_coroutine(benchmark):
    assert benchmark(lambda: double(4)) == 8
"""
WRONG = """
import os
import sys
import time
import pytest
import shop
def test_wrong(benchmark):
    assert benchmark(shop.double, 4) == 9
def test_before(benchmark):
    raise ValueError("no server")
def test_raises(benchmark):
    benchmark(shop.total, 3)
def test_twice(benchmark):
    benchmark(shop.double, 1)
    benchmark(shop.double, 1)
def test_never(benchmark):
    pass
def test_prints(benchmark):
    print("all " * 20)
    assert benchmark(print, "much") is None
def test_exits(benchmark):
    benchmark(sys.exit, 3)
def test_ends(benchmark):
    benchmark(pytest.exit, "enough")
def test_dies(benchmark):
    benchmark(os._exit, 3)
def test_hangs(benchmark):
    benchmark(time.sleep, 1000)
def test_forks(benchmark):
    def fork():
        if pid := os.fork():
            os.waitpid(pid, 0)
    benchmark(fork)
def test_runs_out(benchmark):
    rows = iter(range(3))
    benchmark.pedantic(shop.double, setup=lambda: ((next(rows),), {}), rounds=3)
@pytest.fixture
def broken():
    raise OSError("no disk")
def test_setup(benchmark, broken):
    benchmark(shop.double, 1)
@pytest.fixture
def stays():
    yield
    raise OSError("no way back")
def test_teardown(benchmark, stays):
    benchmark(shop.double, 1)
@pytest.mark.skip(reason="no redis")
def test_skipped(benchmark):
    benchmark(shop.double, 1)
@pytest.mark.xfail(reason="ticket 7")
def test_expected(benchmark):
    assert benchmark(shop.double, 1) == 3
"""
TAKEN = """
import pytest
@pytest.fixture
def benchmark():
    return lambda function: function()
"""
OPTIONS = """
[tool.pytest.ini_options]
addopts = "--strict-markers --benchmark-skip -p no:cacheprovider -x -n 2 -m 'not slow'"
"""


def listed(project: Project, **settings: object) -> Listing:
    """Return what a gate of the last two commits finds."""
    repository = Repository.around(project.folder)
    base, head = repository.revision("HEAD~1"), repository.revision("HEAD")
    with checked_out(repository, base, head) as both:
        sides = [Side(name=name, root=both.of(name), python=sys.executable) for name in SIDES]
        return discover_pytest.listed(
            sides,
            both,
            GateSettings(**settings),  # type: ignore[arg-type]
            repository.top,
        )


def by_name(listing: Listing) -> dict[str, Benchmark]:
    """Return the benchmarks by the names of their functions."""
    return {benchmark.name.rpartition("::")[2]: benchmark for benchmark in listing.benchmarks}


@pytest.fixture
def suite(project: Project) -> Project:
    """Give a project of two commits, of which the first one has no test."""
    project.git("rm", "-q", "benchmarks.py")
    project.write("pyproject.toml", OPTIONS)
    project.commit("no benchmarks")
    return project


def test_every_form_is_tried_on_both_sides_with_the_tests_of_head(suite: Project) -> None:
    suite.write("tests/test_forms.py", FORMS)
    suite.commit("tests")
    listing = listed(suite)
    benchmarks = by_name(listing)
    assert list(benchmarks) == [
        *("test_call", "test_decorated", "test_param[2]", "test_param[3]", "test_fresh"),
        *("test_pedantic", "test_marked", "test_coroutine_function", "test_coroutine"),
    ]
    assert {name: benchmark.failures for name, benchmark in benchmarks.items()} == {
        name: {} for name in benchmarks
    }
    assert all(benchmark.sides == SIDES for benchmark in listing.benchmarks)


def test_what_is_wrong_with_a_test_is_one_line_and_the_rest_goes_on(
    suite: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("waitbench.gate.pytest_session.TRIED_WITHIN_S", 3)
    suite.write("tests/test_wrong.py", WRONG)
    suite.write("tests/test_broken.py", "import nowhere  # benchmark")
    suite.write("tests/own/conftest.py", TAKEN)
    suite.write("tests/own/test_own.py", "def test_another(benchmark): benchmark(int)")
    for folder in ("tests", "tests/own"):
        suite.write(f"{folder}/__init__.py", "")
    suite.commit("tests")
    listing = listed(suite)
    reasons = {
        name: benchmark.failures.get("head", "")
        for name, benchmark in by_name(listing).items()
        if name != "test_prints"
    }
    expected = {
        "test_wrong": "after its benchmark call: assert 8 == 9",
        "test_before": "before its benchmark call: ValueError: no server",
        "test_raises": "in its benchmark call: TypeError: 'int' object is not iterable",
        "test_twice": "it uses benchmark twice",
        "test_never": "it never calls benchmark",
        "test_exits": "SystemExit: 3",
        "test_ends": "it ends the whole session: Exit: enough",
        "test_dies": "exited with status 3",
        "test_hangs": "did not answer within 3 s",
        "test_forks": "a child that it forks comes back",
        "test_runs_out": "its setup has no more arguments to give",
        "test_setup": "its set-up failed: OSError: no disk",
        "test_teardown": "its teardown failed: OSError: no way back",
        "test_another": "`benchmark` is a fixture of tests.own.conftest",
        "tests/test_broken.py": "it cannot be collected: ModuleNotFoundError",
    }
    assert reasons.keys() == expected.keys()
    assert {name: text in reasons[name] for name, text in expected.items()} == dict.fromkeys(
        expected, True
    )
    assert by_name(listing)["test_prints"].raced
    assert listing.notes[-1].endswith("measured: pytest-xdist")
    assert [note.partition(":")[0] for note in listing.notes] == [
        "1 benchmark left out (no redis)",
        "1 benchmark left out (expected to fail",
        "switched off while benchmarks run, for they would be measured",
    ]


def test_base_that_cannot_run_heads_test_is_never_slower(
    suite: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    suite.write("src/shop.py", SHOP + "def triple(figure):\n    return 3 * figure\n")
    test = "import shop\ndef test_triple(benchmark):\n    assert benchmark(shop.triple, 2) == 6\n"
    suite.write("tests/test_triple.py", test)
    suite.commit("a function more")
    assert by_name(listed(suite, tests="own"))["test_triple"].sides == ("head",)
    assert main(["gate", "--base", "HEAD~1", "--minutes", "1", "--allow-empty"]) == 0
    printed = capsys.readouterr().out
    assert "1 base cannot run it" in printed
    assert "AttributeError: module 'shop' has no attribute 'triple'" in printed


@pytest.mark.usefixtures("quick")
def test_a_slow_down_is_found_where_a_test_gives_each_call_fresh_rows(
    suite: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    suite.write("tests/test_forms.py", FORMS)
    suite.commit("tests")
    suite.write("src/shop.py", SHOP.replace("sum(", "sum(row for row in rows) * 0 + sum("))
    suite.commit("slower")
    before = suite.state()
    assert main(["gate", "--base", "HEAD~1", "--minutes", "1", "-k", "test_call"]) == 1
    assert "Slower: tests/test_forms.py::test_call takes" in capsys.readouterr().out
    assert suite.state() == before
