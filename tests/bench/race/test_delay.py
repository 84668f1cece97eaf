"""The guard for a disturbed round: time spent ready without a core is not the contestant's own."""

import multiprocessing
import os
import sys
from collections.abc import Iterator
from multiprocessing.synchronize import Semaphore

import pytest

from waitbench.race.worker_process import WorkerProcess
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes


@pytest.fixture
def hogs() -> Iterator[None]:
    """Three processes for every core, all spinning."""
    spawn = multiprocessing.get_context("spawn")
    cores = os.cpu_count() or 1
    up = spawn.Semaphore(0)
    running = [spawn.Process(target=_spin, args=(up,), daemon=True) for _ in range(3 * cores)]
    for hog in running:
        hog.start()
    for _ in running:  # starting takes them seconds, and a contestant would be done before
        assert up.acquire(timeout=60)
    yield
    for hog in running:
        hog.kill()
        hog.join()
        hog.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the run-queue delay")
@pytest.mark.usefixtures("hogs")
def test_subtracting_the_run_queue_delay_restores_a_pure_loop(calm: Interrupt) -> None:
    with WorkerProcess("sync", calm) as contestant:
        contestant.greet()
        contestant.ask(
            "open",
            within_s=60,
            workload="compute",
            params={"steps": "1_000_000"},
            concurrency=1,
        )
        contestant.ask("run", within_s=60, tasks=1)
        contestant.ask("run", within_s=60, tasks=4)
        answer = contestant.ask("run", within_s=60, tasks=4)
    share = answer["cpu_ns"] / answer["wall_ns"]
    own = answer["cpu_ns"] / (answer["wall_ns"] - answer["delay_ns"])
    assert share < 0.7  # about a quarter is its fair part
    assert 0.75 < own < 1.1  # what a hypervisor steals is in no run queue


def _spin(up: Semaphore) -> None:
    os.setsid()  # cores are shared among sessions first: as a group the hogs would count as one
    up.release()
    while True:
        pass
