"""What of a file is a benchmark: however it is made, it is taken, or left out with a reason."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from waitbench.models import sync
from waitbench.race.worker_session import complaints
from waitbench.user_code import benchmark_file
from waitbench.user_code.collected import Collected, collected
from waitbench.workloads import own

SUITE = """
class Shared:
    def bench_shared(self):
        return self.answer
def bench_imported():
    return "imported"
def undressed(function):
    def wrapper():
        return function() * 2
    return wrapper
"""
FILE = """
import functools, time
from abc import ABC, abstractmethod
import pytest
from waitbench.scenario import Workload
from suite import *
@undressed
def bench_decorated():
    return 4
@functools.cache
def bench_remembered():
    return 1
bench_lambda = lambda: 2
bench_partial = functools.partial(max, 3, 4)
bench_builtin = time.perf_counter
bench_class = dict
class Caller:
    def __call__(self):
        return "called"
bench_instance = Caller()
for number in (1, 2):
    def made(number=number):
        return number
    globals()[f"bench_made_{number}"] = made
class Rows(Shared):
    answer = 42
    def __init__(self):
        self.calls = 0
    def bench_calls(self):
        self.calls += 1
        return self.calls
    @staticmethod
    def bench_static():
        return "static"
class Needy:
    def __init__(self, more):
        pass
    def bench_needy(self):
        pass
class Drawn(ABC):
    @abstractmethod
    def bench_drawn(self): ...
def bench_sizes(size):
    return size
bench_sizes.params = [10, "ten", [10]]
def bench_named(size):
    return size
bench_named.params = {"small": 1, "large": 2}
@pytest.mark.parametrize("a", [1, pytest.param(2, id="two")])
@pytest.mark.parametrize(("b", "c"), [(3, 4)], ids=["both"])
def bench_marked(a, b, c):
    return a, b, c
bench_marked.check = lambda result: None
bench_rows = [1, 2]
def bench_none(size): ...
bench_none.params = []
def bench_odd(size): ...
bench_odd.params = 3
@pytest.mark.skip(reason="too slow")
def bench_skipped(): ...
def _bench_hidden(): ...
"""


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[str, Collected]]:
    (tmp_path / "suite.py").write_text(SUITE)
    (tmp_path / "mine.py").write_text(FILE)
    before, here = list(sys.path), Path.cwd()
    benchmark_file.enter(str(tmp_path), [str(tmp_path)])
    yield str(tmp_path / "mine.py"), collected(benchmark_file.load(str(tmp_path / "mine.py")))
    sys.path[:] = before
    os.chdir(here)
    for name in ("waitbench_own", "suite"):
        sys.modules.pop(name, None)


def results(file: str, name: str, calls: str = "1") -> list[Any]:
    workload: Any = own.Workload(file, name, str(Path(file).parent), calls=calls)
    with sync.Model(workload, 1) as opened:
        spans = opened.run(2)
    assert list(complaints(workload, spans, 2)) == []
    return [span[2] for span in spans]


def test_whatever_is_called_like_a_benchmark_is_raced(there: tuple[str, Collected]) -> None:
    file, everything = there
    assert isinstance(results(file, "bench_builtin")[0], float)
    names = [name for name in everything.benchmarks if name[0] == "b" and name != "bench_builtin"]
    assert {name: results(file, name)[-1] for name in names} == {
        "bench_imported": "imported",
        "bench_decorated": 8,
        "bench_remembered": 1,
        "bench_lambda": 2,
        "bench_partial": 4,
        "bench_instance": "called",
        "bench_made_1": 1,
        "bench_made_2": 2,
        "bench_sizes[10]": 10,
        "bench_sizes[ten]": "ten",
        "bench_sizes[2]": [10],
        "bench_named[small]": 1,
        "bench_named[large]": 2,
        "bench_marked[both-1]": (1, 3, 4),
        "bench_marked[both-two]": (2, 3, 4),
    }


def test_methods_are_raced_each_on_an_instance_of_its_own(there: tuple[str, Collected]) -> None:
    file, everything = there
    names = [name for name in everything.benchmarks if name[0] != "b"]
    assert names == [
        "Rows.bench_shared",
        "Rows.bench_calls",
        "Rows.bench_static",
        "Needy.bench_needy",
    ]
    assert results(file, "Rows.bench_calls", calls="3") == [3, 6]
    assert results(file, "Rows.bench_shared") == [42, 42]
    with pytest.raises(RuntimeError, match=r"Needy\(\) raised TypeError: "):
        everything.benchmarks["Needy.bench_needy"]()


def test_what_is_left_out_has_its_reason(there: tuple[str, Collected]) -> None:
    _, everything = there
    reasons = {
        "Shared": "it is a class imported from suite",
        "Drawn": "it is an abstract class",
        "bench_class": "it is a class that has no method bench_",
        "bench_rows": "it is of type list, which cannot be called",
        "bench_none": "its params are empty",
        "bench_odd": "its params are of type int; they must be a list, or a table",
        "bench_skipped": "it is marked to be skipped: too slow",
    }
    assert everything.left_out.keys() == reasons.keys()
    for name, reason in reasons.items():
        assert everything.left_out[name].startswith(reason)
