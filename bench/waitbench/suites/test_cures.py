"""Cures for computing: cores, library code, another language, a better algorithm, no GIL."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from shutil import which
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.services import processes
from waitbench.system import machine

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.pytest_plugin.replay import Entry

PLACE = 72
"""Its rank among the suites."""

FREE_THREADED = "WAITBENCH_FREE_THREADED"
"""Environment variable that names a free-threaded interpreter, where none is on PATH."""
LOCK_OFF = {"gil": False}
KNOWN = ("python3.14t", "python3.13t")
WITHIN_S = 10
LAUNCHES = 10
"""Rounds are short and feel all interference; an opening costs little."""


def computing(workload: str, **params: str) -> Scenario:
    """Return four tasks for every core, as many at once as there are cores."""
    cores = machine.cores_allowed()
    return Scenario(
        suite="cures",
        workload=workload,
        params=params,
        tasks=4 * cores,
        concurrency=cores,
        launches=LAUNCHES,
    )


SCENARIOS: list[Scenario] = []
QUICK: list[Scenario] = []
FULL: list[Scenario] = [
    computing("compute", steps="50_000"),
    computing("checksum", size="64KB"),
    computing("digest", size="4MB"),
    computing("compress", size="128KB"),
    computing("image", side="768"),
]


def contestants(scenario: Scenario) -> list[Contestant]:
    """Return sync, which is the plain way, and each that cures it or is said to."""
    usual = [Contestant.of("sync"), Contestant.of("threads")]
    if scenario.workload == "checksum":
        return [*usual, Contestant(name="c", model="sync", params={"language": "c"})]
    if scenario.workload == "compute":
        spread = map(Contestant.of, ("processes", "executor_processes", "interpreters"))
        leaps = Contestant(name="leaps", model="sync", params={"algorithm": "leaps"})
        return [*usual, *spread, leaps, *free_threaded()]
    return [*usual, Contestant.of("processes")]


def free_threaded() -> list[Contestant]:
    """Return threads without the GIL, and one of them alone: what that interpreter itself costs.

    Where there is none, the model says why it is left out.
    """
    python = free_threaded_python()
    if python is None:
        return [Contestant(name="free-threaded", model="free_threads")]
    return [
        Contestant(name="free-threaded", model="threads", python=python, expects=LOCK_OFF),
        Contestant(name="free-threaded-sync", model="sync", python=python, expects=LOCK_OFF),
    ]


@cache
def free_threaded_python() -> str | None:
    """Return an interpreter whose GIL is off; a worker needs nothing but its standard library.

    Raises:
        BenchError: the one that the environment names is none.
    """
    python = os.environ.get(FREE_THREADED)
    if python:
        if _gil(python) != "False":
            raise BenchError(
                f"{FREE_THREADED}={python!r} is no interpreter whose GIL is off; "
                "name one such as python3.14t, or unset it"
            )
        return which(python) or python
    paths = (path for name in KNOWN if (path := which(name)) and _gil(path) == "False")
    return next(paths, None)


def _gil(python: str) -> str | None:
    """Return what an interpreter says about its GIL: True, False; None if it says nothing."""
    ask = "import sys; print(getattr(sys, '_is_gil_enabled', lambda: True)())"
    try:
        answer = subprocess.run(
            [python, "-c", ask],
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=True,
            env=processes.environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def test_cures(benchmark: BenchmarkFixture, entry: Entry) -> None:
    entry.replay(benchmark)
