"""A group of processes ends whole: in order where it can, by force where it must."""

import subprocess
import sys
import time

import psutil
import pytest

from waitbench.services import processes

pytestmark = pytest.mark.processes

STAY = "os.fork() and print('ready', flush=True); time.sleep(60)"


def start(code: str) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", f"import os, signal, time; {code}"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.stdout.close()
    return process


def test_who_ignores_the_request_is_killed() -> None:
    process = start(f"signal.signal(signal.SIGTERM, signal.SIG_IGN); {STAY}")
    family = psutil.Process(process.pid).children()
    assert len(family) == 1
    processes.end(process)
    assert process.returncode == -9
    assert gone(family[0].pid)


def test_a_group_can_be_ended_after_its_leader_and_twice() -> None:
    process = start(STAY)
    family = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    assert family[0].status() != psutil.STATUS_ZOMBIE
    processes.end(process)
    processes.end(process)
    assert gone(family[0].pid)


def gone(pid: int) -> bool:
    """Wait for a process that is nobody's child here; dead and not yet noticed is gone, too."""
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False
