"""The meter is tried on real processes that burn a known least amount of CPU."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from waitbench.system import cpu, procfs

pytestmark = pytest.mark.processes

BURN = """
import sys, time
def burn(seconds):
    while time.process_time() < seconds:
        pass
"""
MS = 1_000_000


def child(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-S", "-c", BURN + code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def started(code: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A child and the first line it printed; it is killed at the end."""
    with child(code) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def finish(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(30)


GRANDCHILD = f"""
import subprocess
inner = subprocess.Popen([sys.executable, "-S", "-c", '''{BURN}
burn(0.06); print("burnt", flush=True); sys.stdin.read()'''],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
inner.stdout.readline()
print(inner.pid, flush=True)
sys.stdin.readline()
"""


def test_own_threads_and_loops_are_counted() -> None:
    rounds = cpu.RoundCpu()
    rounds.start()
    until = time.process_time_ns() + 30 * MS
    while time.process_time_ns() < until:
        pass
    assert rounds.stop() >= 30 * MS


def test_threads_that_sleep_leave_the_calling_one_alone_and_those_that_work_do_not() -> None:
    over = threading.Event()
    sleeper = threading.Thread(target=over.wait)
    sleeper.start()
    assert did_all_of_it(lambda: burn(30 * MS))
    assert not did_all_of_it(lambda: in_a_thread(lambda: burn(30 * MS)))
    over.set()
    sleeper.join()


def in_a_thread(work: Callable[[], object]) -> None:
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


def did_all_of_it(work: Callable[[], object]) -> bool:
    """Whether the calling thread did all of some work."""
    rounds = cpu.RoundCpu()
    rounds.start()
    work()
    rounds.stop()
    return rounds.alone


def burn(ns: int) -> None:
    until = time.thread_time_ns() + ns
    while time.thread_time_ns() < until:
        pass


def test_waiting_costs_next_to_nothing() -> None:
    rounds = cpu.RoundCpu()
    rounds.start()
    time.sleep(0.2)
    assert rounds.stop() < 100 * MS


def test_a_living_child_is_counted() -> None:
    rounds = cpu.RoundCpu()
    rounds.start()
    with started("burn(0.06); print('burnt', flush=True); sys.stdin.read()"):
        assert rounds.stop() >= 60 * MS


def test_a_child_that_began_and_ended_within_the_round_is_counted_once() -> None:
    rounds = cpu.RoundCpu()
    rounds.start()
    with child("burn(0.1)") as process:
        finish(process)
    assert 90 * MS <= rounds.stop() < 190 * MS


def test_a_child_reaped_within_the_round_is_billed_only_for_the_round() -> None:
    with started("burn(0.2); print('burnt', flush=True); sys.stdin.read()") as (process, _):
        before = cpu.descendants_cpu_ns(os.getpid())
        finish(process)
        assert 0 <= cpu.descendants_cpu_ns(os.getpid()) - before < 150 * MS


def test_a_dead_child_nobody_has_reaped_yet_is_still_counted() -> None:
    before = cpu.descendants_cpu_ns(os.getpid())
    with child("burn(0.06)") as process:
        assert process.stdout is not None
        process.stdout.read()  # its output closes when it ends
        time.sleep(0.05)
        assert cpu.descendants_cpu_ns(os.getpid()) - before >= 60 * MS


def test_grandchildren_alive_and_reaped_by_their_parent_are_counted() -> None:
    before = cpu.descendants_cpu_ns(os.getpid())
    with started(GRANDCHILD) as (process, inner):
        assert int(inner) in procfs.descendants(os.getpid())
        assert cpu.descendants_cpu_ns(os.getpid()) - before >= 60 * MS
        os.kill(int(inner), 9)
        finish(process)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_fork_server_reaped_stays_counted() -> None:
    reaps = (
        GRANDCHILD + "inner.kill(); inner.wait(); print('reaped', flush=True); sys.stdin.read()\n"
    )
    with started(reaps) as (process, _):
        assert process.stdin is not None
        assert process.stdout is not None
        before = cpu.descendants_cpu_ns(os.getpid())
        process.stdin.write("now\n")
        process.stdin.flush()
        assert process.stdout.readline() == "reaped\n"
        # In ticks of 10 ms from here on, so a little may be lost, but never the 60 ms.
        assert cpu.descendants_cpu_ns(os.getpid()) - before > -30 * MS


def test_parents_stand_before_their_children() -> None:
    with started(GRANDCHILD) as (process, inner):
        pids = procfs.descendants(os.getpid())
        assert pids.index(process.pid) < pids.index(int(inner))
        os.kill(int(inner), 9)


def test_a_process_that_is_gone_has_no_descendants_and_no_delay() -> None:
    with child("") as process:
        finish(process)
    assert procfs.descendants(process.pid) == []
    assert cpu.run_queue_delay_ns(process.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the fallback is compared with /proc")
def test_without_children_files_psutil_finds_the_same_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with started(GRANDCHILD) as (_, inner):
        expected = sorted(procfs.descendants(os.getpid()))

        def missing(path: str) -> bytes:
            raise FileNotFoundError(path)

        monkeypatch.setattr(cpu, "read_proc", missing)
        assert sorted(procfs.descendants(os.getpid())) == expected
        monkeypatch.undo()
        os.kill(int(inner), 9)


def test_without_the_clock_of_other_processes_psutil_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with started("burn(0.1); print('burnt', flush=True); sys.stdin.read()") as (process, _):

        def refused(clock: int) -> int:
            raise OSError(22, f"no clock {clock}")

        monkeypatch.setattr(time, "clock_gettime_ns", refused)
        ns = cpu._process_cpu_ns(process.pid)
        assert ns is not None
        assert ns >= 80 * MS  # counted in ticks of 10 ms
        finish(process)
    assert cpu._process_cpu_ns(process.pid) is None


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs two processes on one core")
def test_two_that_share_a_core_stand_in_its_queue() -> None:
    code = f"""
import os
os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}})
print("there", flush=True)
sys.stdin.readline()
burn(0.2)
print("burnt", flush=True)
sys.stdin.read()
"""
    with started(code) as (first, _), started(code) as (second, _):
        for process in (first, second):
            assert process.stdin is not None
            process.stdin.write("now\n")
            process.stdin.flush()
        for process in (first, second):
            assert process.stdout is not None
            process.stdout.readline()
        delays = [cpu.run_queue_delay_ns(process.pid) for process in (first, second)]
    if None in delays:
        pytest.skip("this kernel keeps no schedstat")
    assert sum(ns or 0 for ns in delays) >= 30 * MS


def test_the_delay_of_a_tree_is_that_of_all_that_live_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    delays: dict[int, int | None] = {1: 5, 2: 30, 3: 7}
    monkeypatch.setattr(cpu, "descendants", lambda _: [2, 3])
    monkeypatch.setattr(cpu, "run_queue_delay_ns", delays.get)
    assert cpu.tree_delay_ns(1) == 42
    delays[3] = None
    assert cpu.tree_delay_ns(1) is None
