from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bench.profiling.lanes import LOOP, TASK, lane, profile, stack
from waitbench.gate import profile_diff
from waitbench.gate.benchmark import Benchmark
from waitbench.profiling import hot_functions
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from waitbench.profiling.profile import Profile

pytestmark = pytest.mark.processes

ROOTS = {"base": Path("/tmp/gate/base"), "head": Path("/tmp/gate/head")}


def benchmark(**more: str) -> Benchmark:
    return Benchmark(
        name="walk",
        scenario=Scenario(
            suite="walk", workload="compute", params={"steps": "2000"}, tasks=8, concurrency=1
        ),
        contestants=(
            Contestant(name="base", model="sync"),
            Contestant(name="head", model="sync", params=more),
        ),
    )


def test_the_function_that_does_more_work_is_named_with_its_times() -> None:
    sentences = profile_diff.slower_functions(benchmark(steps="20000"), ROOTS, seed=3)
    assert sentences
    assert sentences[0].startswith("profile: workloads/compute.py walk grew from ")
    assert sentences[0].endswith(" per task")


def test_a_side_that_cannot_be_profiled_names_nothing() -> None:
    assert profile_diff.slower_functions(benchmark(pace="1"), ROOTS, seed=3) == ()


def test_a_file_of_the_project_is_the_same_on_both_sides() -> None:
    """A project's own file lies in another folder on each side, and is one function still."""

    def side(name: str, parse_ms: int) -> Profile:
        parse = stack(TASK, ("parse", f"/tmp/gate/{name}/shop.py"))
        return profile(lane({parse: parse_ms, stack(LOOP, TASK): 20}), model=name)

    base, head = (
        profile_diff._at_home(side(name, ms), ROOTS[name])
        for name, ms in (("base", 20), ("head", 60))
    )
    (function,) = hot_functions.grown(base, head)
    assert (function.name, function.before_ns, function.after_ns) == ("shop.py parse", 1e6, 3e6)
