"""A process of ours says what it has to in time, or how it ended; nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil
import pytest

from waitbench.services.managed_process import ManagedProcess
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes

MEANWHILE_S = 30


def started(code: str, *, hears: bool = False) -> ManagedProcess:
    program = f"import os, signal, subprocess, sys, time\n{code}"
    return ManagedProcess([sys.executable, "-u", "-c", program], hears=hears)


def test_lines_are_read_one_by_one_and_answered() -> None:
    code = "print('ready\\nat once')\nfor line in sys.stdin: print(line.upper(), end='')"
    with started(code, hears=True) as process:
        assert process.read_line(MEANWHILE_S) == b"ready"
        assert process.read_line(MEANWHILE_S) == b"at once"
        process.write_line(b"hello")
        assert process.read_line(MEANWHILE_S) == b"HELLO"
        process.close_input()
        process.wait(MEANWHILE_S)
        assert process.status == 0


def test_who_is_silent_is_given_up_in_time() -> None:
    with started("print('half', end=''); time.sleep(60)") as process:
        with pytest.raises(TimeoutError):
            process.read_line(0.2)
        assert process.alive
        assert process.how_it_ended() == "said nothing in time"


def test_a_stop_that_is_requested_cuts_the_wait_short() -> None:
    with started("time.sleep(60)") as process, Interrupt.never() as interrupt:
        interrupt.requested = True
        with pytest.raises(InterruptedError):
            process.read_line(0.2, interrupt)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that a process is stopped")
def test_who_is_stopped_is_noticed_within_seconds_whoever_is_waited_for() -> None:
    with started("time.sleep(60)") as stopped, started("time.sleep(6); print()") as other:
        os.kill(stopped.pid, signal.SIGSTOP)
        assert other.read_line(MEANWHILE_S) == b""
        assert not stopped.alive
        assert stopped.how_it_ended().startswith("had been stopped by a signal")
    with started("time.sleep(60)") as process:
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(EOFError):
            process.read_line(MEANWHILE_S)


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("sys.exit(3)", "exited with status 3"),
        ("sys.exit('no port\\n')", "exited with status 1: no port"),
        ("sys.stderr.write('a\\nb\\n'); os.kill(os.getpid(), 9)", "was killed by SIGKILL: b"),
        ("os.close(1); time.sleep(60)", "closed its output"),
    ],
)
def test_its_end_is_told_with_its_last_complaint(code: str, how: str) -> None:
    with started(code) as process:
        with pytest.raises(EOFError):
            process.read_line(MEANWHILE_S)
        assert process.how_it_ended() == how


def test_complaints_at_length_block_nobody() -> None:
    with started("sys.stderr.write('x' * 10_000_000); print('done')") as process:
        assert process.read_line(MEANWHILE_S) == b"done"
        assert [len(line) for line in process.complaints()] == [10_000_000]


def test_what_it_started_ends_with_it() -> None:
    code = "child = subprocess.Popen(['sleep', '60']); print(child.pid); sys.exit()"
    process = started(code)
    child = psutil.Process(int(process.read_line(MEANWHILE_S)))
    process.wait(MEANWHILE_S)
    assert child.is_running()
    process.end()
    process.end()
    until_s = time.monotonic() + MEANWHILE_S
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_who_stops_in_order_is_given_the_time() -> None:
    process = started(
        "def leave(*_):\n time.sleep(0.1)\n os._exit(4)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint()\ntime.sleep(60)"
    )
    process.read_line(MEANWHILE_S)
    process.terminate()
    process.end(MEANWHILE_S)
    assert process.status == 4
