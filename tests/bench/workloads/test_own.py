"""Benchmarks of somebody's own file: functions of four kinds, and workloads."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waitbench.models import asyncio, sync
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError
from waitbench.user_code import benchmark_file
from waitbench.user_code.collected import collected
from waitbench.workloads import own

FILE = '''
"""Mine."""
from contextlib import asynccontextmanager, contextmanager
CALLS = []
def bench_plain():
    CALLS.append("plain")
    return 1
async def bench_awaited():
    return 2
@contextmanager
def bench_opened():
    CALLS.append("open")
    yield lambda: 3
    CALLS.append("close")
@asynccontextmanager
async def bench_both():
    async def call():
        return 4
    yield call
def bench_checked():
    return 5
def _check(result):
    if result != 6:
        raise ValueError(f"{result} is not 6")
bench_checked.check = _check
def bench_target(target):
    return target
def other():
    pass
class Mine:
    needs_target = has_async = computes = False
    waits_ns = 7
    @contextmanager
    def sync_client(self):
        yield lambda number: number
    def async_client(self, concurrency):
        raise NotImplementedError
    def check(self, number, result):
        assert result == number
'''
USED_UP = """
from contextlib import contextmanager
MADE = [0]
def rows():
    MADE[0] += 1
    return [3, 1, 2]
def ordered(rows):
    assert rows == [3, 1, 2]
    rows.sort()
    return rows
def bench_used_up(rows):
    return ordered(rows)
@contextmanager
def bench_used_up_opened():
    yield ordered
async def bench_used_up_later(rows):
    return ordered(rows)
for bench in (bench_used_up, bench_used_up_opened, bench_used_up_later):
    bench.fresh = rows
"""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    before, here = list(sys.path), Path.cwd()
    yield str(path)
    sys.path[:] = before
    os.chdir(here)
    sys.modules.pop("waitbench_own", None)


def run(file: str, name: str, tasks: int = 2, **params: str) -> tuple[list[Any], list[str]]:
    workload: Any = own.Workload(file, name, str(Path(file).parent), **params)
    model: Any = asyncio.Model if workload.has_async else sync.Model
    with model(workload, 1) as opened:
        spans = opened.run(tasks)
    return [span[2] for span in spans], list(complaints(workload, spans, tasks))


@pytest.mark.parametrize(
    ("name", "result"),
    [("bench_plain", 1), ("bench_awaited", 2), ("bench_opened", 3), ("bench_both", 4)],
)
def test_every_kind_of_function_is_called(file: str, name: str, result: int) -> None:
    assert run(file, name) == ([result, result], [])


def test_a_task_is_as_many_calls_as_asked_for(file: str) -> None:
    run(file, "bench_plain", calls="3")
    assert sys.modules["waitbench_own"].CALLS == ["plain"] * 6


def test_what_a_context_manager_opens_is_opened_once_and_closed(file: str) -> None:
    run(file, "bench_opened", calls="3")
    assert sys.modules["waitbench_own"].CALLS == ["open", "close"]


@pytest.mark.parametrize("name", ["bench_used_up", "bench_used_up_opened", "bench_used_up_later"])
def test_each_call_gets_an_input_of_its_own_made_before_the_round(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "fresh.py"
    path.write_text(USED_UP)
    workload: Any = own.Workload(str(path), name, str(tmp_path), calls="3")
    model: Any = asyncio.Model if workload.has_async else sync.Model
    with model(workload, 1) as opened:
        workload.prepare(2)
        made = sys.modules["waitbench_own"].MADE
        assert made == [6]  # two tasks of three calls each
        results = [span[2] for span in opened.run(2)]
        assert made == [6]
        assert results == [[1, 2, 3], [1, 2, 3]]  # not those of a list that was sorted before
        opened.run(1)  # whoever does not prepare gets one as well
        assert made == [9]


def test_a_check_of_its_own_makes_a_wrong_result_an_error(file: str) -> None:
    assert run(file, "bench_checked")[1] == ["task 0: 5 is not 6", "task 1: 5 is not 6"]


def test_a_workload_is_run_as_it_is(file: str) -> None:
    assert run(file, "Mine") == ([0, 1], [])


def test_who_asks_for_the_target_is_told(file: str) -> None:
    assert run(file, "bench_target", target="http://here")[0] == ["http://here"] * 2


def test_the_file_s_own_benchmarks_are_found_and_nothing_else(file: str) -> None:
    names = list(collected(benchmark_file.load(file)).benchmarks)
    assert names == [
        *(f"bench_{name}" for name in ("plain", "awaited", "opened", "both", "checked", "target")),
        "Mine",
    ]


def test_a_file_that_cannot_be_imported_says_why(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import no_such_thing\n")
    with pytest.raises(BenchError, match=r"bad.py cannot be imported: ModuleNotFoundError"):
        benchmark_file.load(str(bad))
    with pytest.raises(BenchError, match=r"there is no gone.py"):
        benchmark_file.load(str(tmp_path / "gone.py"))
