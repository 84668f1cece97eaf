"""Hogs that spin or work in bursts, rest when they are told to, and are left behind by nobody."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from waitbench.calibration.hogs import hogs, resting

pytestmark = pytest.mark.processes

LIMIT_S = 30
HOGGED = """
import time
from waitbench.calibration.hogs import hogs
with hogs(1) as crowd:
    print(crowd[0].pid, flush=True)
    time.sleep(60)
"""


def test_hogs_stand_still_while_they_rest_and_go_on_afterwards() -> None:
    with hogs(2) as crowd:
        processes = [psutil.Process(hog.pid) for hog in crowd]
        with resting(crowd):
            assert _all_become(processes, {psutil.STATUS_STOPPED})
        assert _all_become(processes, {psutil.STATUS_RUNNING})
    assert not any(process.is_running() for process in processes)


@pytest.mark.parametrize("bursts", [None, 7])
def test_hogs_are_gone_when_the_block_is_left(bursts: int | None) -> None:
    with hogs(2, bursts=bursts) as crowd:
        processes = [psutil.Process(hog.pid) for hog in crowd]
        assert all(process.is_running() for process in processes)
        assert {os.getsid(process.pid) for process in processes} == {hog.pid for hog in crowd}
    assert not any(process.is_running() for process in processes)


def test_a_hog_ends_when_whoever_started_it_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", HOGGED], stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        hog = psutil.Process(int(owner.stdout.readline()))
        owner.kill()
    _, alive = psutil.wait_procs([hog], timeout=LIMIT_S)
    assert not alive


def _all_become(processes: list[psutil.Process], states: set[str]) -> bool:
    until_s = time.monotonic() + LIMIT_S
    while time.monotonic() < until_s:
        if all(process.status() in states for process in processes):
            return True
        time.sleep(0.01)
    return False
