from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from tests.bench.profiling.lanes import (
    AWAITED,
    LOOP,
    RECV,
    SELECT,
    SEND,
    TASK,
    WORK,
    lane,
    profile,
    stack,
)
from waitbench.perfmodel.demand import Demand
from waitbench.profiling import terminal_report
from waitbench.profiling.sentences import awaited, explained, hot_line, overheads, taken_apart

if TYPE_CHECKING:
    from waitbench.profiling.profile import Profile

WAITS, SENDS, SELF = stack(TASK, WORK, SEND, RECV), stack(TASK, WORK, SEND), stack(TASK, WORK)
SYNC = profile(lane({WAITS: 180, SENDS: 20}, cpu_ms=20), model="sync")
THREADS = profile(*[lane({WAITS: 20, SENDS: 180}, cpu_ms=50)] * 4)
ASYNCIO = profile(lane({SENDS: 90, stack(LOOP): 90, SELF: 20}, cpu_ms=200), model="asyncio")


def shown(*profiles: Profile, width: int = 120) -> str:
    file = StringIO()
    terminal_report.show(profiles, Console(file=file, width=width))
    return file.getvalue()


def test_the_table_has_a_row_per_model_whose_shares_are_those_of_its_lanes() -> None:
    """Threads: of 200 ms each, 180 look like computing and 50 had a core; 130 were blocked."""
    text = shown(SYNC, THREADS, ASYNCIO)
    rows = {line.split()[1]: line.split() for line in text.splitlines() if " [1.10, 1.30]" in line}
    assert rows["sync"][2:8] == ["90.0", "0.0", "10.0", "0.0", "0.0", "0.10"]
    assert rows["threads"][2:8] == ["10.0", "65.0", "25.0", "0.0", "0.0", "1.00"]
    assert rows["asyncio"][2:8] == ["0.0", "0.0", "45.0", "45.0", "10.0", "1.00"]
    assert [row[8] for row in rows.values()] == ["1.00", "10.0", "10.0"]  # ms of CPU a task


def test_a_kind_that_nobody_has_is_no_column_and_is_not_explained() -> None:
    text = shown(SYNC)
    assert "waiting" in text
    assert "no core   " not in text
    assert "machinery" not in text


def test_it_says_that_it_is_no_timing_and_what_watching_cost() -> None:
    text = " ".join(shown(SYNC, THREADS).split())
    assert "not how long a task takes" in text
    assert "Watched rounds took 1.20 (sync) to 1.20 (threads) times as long" in text
    assert overheads([replace(SYNC, overhead=None)]) == ""


def test_threads_at_the_gil_are_told_so() -> None:
    sentence = explained(THREADS)
    assert sentence.startswith("4 threads keep 1.00 of a core busy, at 10 ms of CPU a task")
    assert "100 % in the library" in sentence
    assert "the GIL lets one of them run at a time" in sentence
    assert "65 % of their time they want to and may not" in sentence


def test_processes_are_not_said_to_stand_at_the_gil() -> None:
    forked = [replace(thread, name="ForkServerProcess-1") for thread in THREADS.lanes]
    sentence = explained(replace(THREADS, lanes=tuple(forked)))
    assert sentence.startswith("4 processes")
    assert "GIL" not in sentence


def test_who_waits_has_room_and_who_computes_has_a_floor() -> None:
    assert "room for more tasks at once" in explained(SYNC)
    assert "that is its floor" in explained(ASYNCIO)


def test_the_hottest_functions_are_a_line() -> None:
    assert hot_line(SYNC) == "requests/sessions.py send 1 ms"


def test_a_failure_is_a_line_and_the_others_are_shown() -> None:
    failed = replace(SYNC, model="uvloop", lanes=(), failure="its worker was killed")
    text = shown(failed, THREADS)
    assert "uvloop: failed: its worker was killed" in text
    assert "threads" in text


def test_a_narrow_terminal_keeps_the_shares() -> None:
    lines = shown(SYNC, THREADS, ASYNCIO, width=60).splitlines()
    assert all(len(line) <= 60 for line in lines)
    head = next(line for line in lines if "waiting" in line)
    assert "workload" in head
    assert "overhead" not in head


def test_threads_without_a_core_are_not_said_to_stand_at_the_gil() -> None:
    """Of 200 ms each 50 had a core and 120 stood ready for one."""
    sentence = explained(profile(*[lane({SENDS: 200}, cpu_ms=50, delay_ms=120)] * 4))
    assert "GIL" not in sentence
    assert "4 threads keep 1.00 cores busy" in sentence
    assert "stand ready without one for 60 % of the time" in sentence


def test_who_ran_out_of_the_profilers_reach_is_told_so() -> None:
    assert "does not reach" in shown(replace(SYNC, lanes=()), THREADS)


def test_threads_on_several_cores_are_said_to_let_the_gil_go() -> None:
    """Of 200 ms each 180 had a core: four threads keep 3.6 cores busy."""
    sentence = explained(profile(*[lane({SENDS: 180, WAITS: 20}, cpu_ms=180)] * 4))
    assert "3.60 cores busy" in sentence
    assert sentence.endswith("what computes lets the GIL go, so several cores work for it.")


def test_a_task_alone_is_said_to_wait_or_to_compute_with_the_gil_or_without() -> None:
    """Of 10 ms: 6 waiting, 3 with the GIL, 1 without it; no helpers, so no word of them."""
    demand = Demand(waits_ns=6e6, held_ns=3e6, free_ns=1e6)
    sentence = taken_apart([THREADS, replace(SYNC, demand=demand)])
    assert sentence == (
        "One task alone, by sync without a profiler: 10 ms, of which 60 % waiting, 30 % "
        "computing with the GIL and 10 % computing without it."
    )
    assert sentence in " ".join(shown(replace(SYNC, demand=demand)).split())
    assert taken_apart([SYNC, THREADS]) == ""


def test_a_lock_that_nothing_told_of_is_said_to_be_unknown() -> None:
    demand = Demand(waits_ns=6e6, held_ns=4e6, free_ns=0)
    sentence = taken_apart([replace(SYNC, demand=demand, lock_known=False)])
    assert "40 % computing (with the GIL or without it: not known)" in sentence


def test_a_loop_s_task_is_told_by_what_it_computes_and_what_it_awaits() -> None:
    """40 ms of CPU for 2 rounds of 10 tasks are 2 ms a task; each took 50 ms."""
    loop = lane({stack(AWAITED, WORK, SEND): 40, stack(LOOP, SELECT): 160}, cpu_ms=40)
    told = replace(profile(loop, model="asyncio"), task_ns=50e6)
    assert awaited(told).startswith("A task takes 50 ms from start to end: it computes for 4 %")
    assert "96 % it awaits" in awaited(told)
    assert awaited(replace(told, task_ns=None)) == ""
    assert awaited(replace(SYNC, task_ns=50e6)) == ""  # no loop
    assert "it awaits its answer" in " ".join(shown(told).split())
