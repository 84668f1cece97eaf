"""The mixes' truths by hand, and hogs that rest, and that nobody leaves behind."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from bench.calibration.share import Mix, hogs, resting

LIMIT_S = 30
HOGGED = """
import time
from bench.calibration.share import hogs
with hogs(1) as crowd:
    print(crowd[0].pid, flush=True)
    time.sleep(60)
"""


def test_a_mix_is_as_long_as_its_parts_and_waits_for_the_rest() -> None:
    # 2 x 5 ms with the lock, 1.5 x 4 ms without, 4 ms of sleep: 20 ms in all.
    mix = Mix(held=2, free=1.5, wait_ms=4)
    waiting, locked = mix.truth({"held": 5e6, "free": 4e6})
    assert waiting == pytest.approx(0.2)
    assert locked == pytest.approx(0.5)
    assert mix.parts() == ["held", "free"]


def test_who_only_sleeps_has_no_parts_to_measure() -> None:
    assert Mix(wait_ms=20).parts() == []
    assert Mix(wait_ms=20).truth({}) == (1.0, 0.0)


def test_hogs_stand_still_while_they_rest_and_go_on_afterwards() -> None:
    with hogs(2) as crowd:
        processes = [psutil.Process(hog.pid) for hog in crowd]
        with resting(crowd):
            assert _all_become(processes, {psutil.STATUS_STOPPED})
        assert _all_become(processes, {psutil.STATUS_RUNNING})
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
