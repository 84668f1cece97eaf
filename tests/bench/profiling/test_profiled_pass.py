from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.calm import tried_again
from waitbench.profiling import samplers
from waitbench.profiling.call import profile_call
from waitbench.profiling.classify import shares
from waitbench.profiling.profiled_pass import failures, profile
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from waitbench.profiling.profile import Profile

pytestmark = pytest.mark.processes

COMPUTE = Scenario(
    suite="cpu_bound", workload="compute", params={"steps": "100_000"}, tasks=8, concurrency=4
)
HTTP = Scenario(
    suite="io_bound", workload="http", params={"latency": "20ms"}, tasks=8, concurrency=4
)
SECONDS = 0.4


def profiled(scenario: Scenario, *models: str) -> dict[str, Profile]:
    lineup = [(scenario, [Contestant.of(model) for model in models])]
    return {made.model: made for made in profile(lineup, seconds=SECONDS)}


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_every_model_has_its_lanes_and_all_their_time_is_told() -> None:
    before = children()
    profiles = profiled(HTTP, "sync", "threads", "processes", "asyncio")
    assert not list(failures(list(profiles.values())))
    assert {model: len(made.working) for model, made in profiles.items()} == {
        "sync": 1,
        "threads": 4,
        "processes": 4,
        "asyncio": 1,
    }
    for made in profiles.values():
        assert made.rounds >= 3
        assert len(made.walls_ns) == made.rounds
        assert sum(shares(made.working).values()) == pytest.approx(1)
        assert made.overhead is not None
    assert shares(profiles["sync"].working)["waiting"] > 0.5
    taken_apart = {model: made.demand for model, made in profiles.items() if made.demand}
    assert list(taken_apart) == ["sync"]
    assert taken_apart["sync"].waiting > 0.5
    assert children() <= before


def test_threads_that_compute_stand_at_the_gil() -> None:
    """Of four threads on pure Python one runs at a time, whatever neighbours the machine has."""
    profiles = profiled(COMPUTE, "sync", "threads")
    alone, crowd = shares(profiles["sync"].working), shares(profiles["threads"].working)
    assert alone["workload"] + alone["no core"] > 0.6
    assert len(profiles["threads"].working) == 4
    assert profiles["threads"].cores_busy is not None
    assert profiles["threads"].cores_busy < 1.2
    assert crowd["workload"] < 0.35
    assert crowd["blocked"] > alone["blocked"] + 0.1


CALLS = """
import time, zlib
ROOM = bytes(range(256)) * 2_000
def python(): return sum(number * number for number in range(40_000))
def lets_go(): return len(zlib.compress(ROOM, 9))
def both():
    time.sleep(0.004)
    return sum(number * number for number in range(40_000))
"""


@tried_again
def test_a_profile_and_the_advisor_agree_on_the_same_call() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "calls.py").write_text(CALLS)
        for name in ("python", "lets_go", "both"):
            params = {"function": f"calls.py:{name}", "folder": folder}
            scenario = Scenario(
                suite="own", workload="callable", params=params, tasks=20, concurrency=1
            )
            made = profiled(scenario, "sync")["sync"]
            alone = profile_call(params)
            assert made.demand is not None
            assert made.demand.waiting == pytest.approx(alone.demand.waiting, abs=0.2), name
            if made.lock_known and alone.lock_told:
                assert made.demand.locked == pytest.approx(alone.demand.locked, abs=0.3), name


def test_a_contestant_that_cannot_start_has_its_reason_in_a_line() -> None:
    wrong = Scenario(
        suite="cpu_bound", workload="compute", params={"pace": "1"}, tasks=2, concurrency=1
    )
    [(_, failed)] = profiled(wrong, "sync").items()
    assert failed.failure is not None
    assert "does not take these parameters" in failed.failure
    assert "\n" not in failed.failure
    assert failed.lanes == ()
    assert list(failures([failed])) == [f"sync in {wrong.name}: {failed.failure}"]


WATCHED = f"waitbench.{samplers.MODULES[samplers.usual()]}"
"""What a watched worker runs under this Python."""


def test_a_killed_worker_fails_in_a_line_and_the_next_is_profiled() -> None:
    before = children()

    def kill() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in psutil.Process().children():
                if child.pid not in before and WATCHED in child.cmdline():
                    os.kill(child.pid, signal.SIGKILL)
                    return
            time.sleep(0.02)

    killer = threading.Thread(target=kill)
    killer.start()
    first, second = profile(
        [(COMPUTE, [Contestant.of("sync"), Contestant.of("asyncio")])], seconds=0.2
    )
    killer.join()
    assert first.failure is not None
    assert "\n" not in first.failure
    assert second.failure is None
    assert children() <= before
