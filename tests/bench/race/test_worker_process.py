"""A contestant in a real process: what it answers, and how it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.results.spans import decode_spans
from waitbench.services import processes
from waitbench.system.interrupt import Interrupt

pytestmark = pytest.mark.processes

LIMIT_S = 60
SEMAPHORES = Path("/dev/shm")


def start(calm: Interrupt, model: str = "sync", tree: Path | None = None) -> WorkerProcess:
    worker = WorkerProcess(model, calm, tree=tree) if tree else WorkerProcess(model, calm)
    worker.greet()
    return worker


def open_odd(worker: WorkerProcess, deed: str, concurrency: int = 2) -> None:
    worker.ask(
        "open",
        within_s=LIMIT_S,
        workload="odd",
        params={"deed": deed},
        concurrency=concurrency,
    )


def gone(pid: int) -> bool:
    """Wait for a process and its group to be gone; zombies of others' making count as gone."""
    for _ in range(200):
        try:
            alive = psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True
        if not alive:
            return True
        time.sleep(0.05)
    return False


def test_a_round_comes_back_with_the_span_of_every_task(calm: Interrupt) -> None:
    with start(calm) as worker:
        opened = worker.ask(
            "open",
            within_s=LIMIT_S,
            workload="sleep",
            params={"duration": "3ms"},
            concurrency=4,
        )
        assert opened["width"] == 1
        assert opened["waits_ns"] == 3_000_000
        assert opened["startup_ns"] > 0
        answer = worker.ask("run", within_s=LIMIT_S, tasks=5)
    assert answer["errors"] == 0
    assert answer["error"] is None
    starts, durations = decode_spans(answer["spans"])
    assert len(starts) == len(durations) == 5
    assert starts == sorted(starts)
    assert starts[0] >= 0
    assert all(took >= 2_000_000 for took in durations)
    assert starts[-1] + durations[-1] <= answer["wall_ns"]
    assert sum(durations) <= answer["wall_ns"]


def test_a_pools_children_do_not_run_the_workers_main_module(
    calm: Interrupt, odd_tree: Path
) -> None:
    with start(calm, "processes", odd_tree) as worker:
        open_odd(worker, "refuse_main")
        answer = worker.ask("run", within_s=LIMIT_S, tasks=4)
        assert (answer["errors"], answer["error"]) == (0, None)


def test_errors_are_counted_with_the_first_reason(calm: Interrupt, odd_tree: Path) -> None:
    with start(calm, tree=odd_tree) as worker:
        open_odd(worker, "fail")
        answer = worker.ask("run", within_s=LIMIT_S, tasks=5)
        assert (answer["errors"], answer["error"]) == (2, "ValueError: task 1 is unlucky")
        worker.ask("close", within_s=LIMIT_S)
        open_odd(worker, "lie")
        answer = worker.ask("run", within_s=LIMIT_S, tasks=3)
        assert (answer["errors"], answer["error"]) == (3, "task 0 returned wrong")


def test_a_workload_says_what_it_saw_in_a_round_without_errors(
    calm: Interrupt, odd_tree: Path
) -> None:
    with start(calm, tree=odd_tree) as worker:
        open_odd(worker, "count")
        answer = worker.ask("run", within_s=LIMIT_S, tasks=5)
        assert answer["seen"] == {"results": 5.0, "pause_ns": 2.5}
        worker.ask("close", within_s=LIMIT_S)
        open_odd(worker, "fail")
        assert worker.ask("run", within_s=LIMIT_S, tasks=5)["seen"] == {}


def test_what_a_workload_prints_does_not_disturb_the_answers(
    calm: Interrupt, odd_tree: Path
) -> None:
    with start(calm, tree=odd_tree) as worker:
        open_odd(worker, "shout")
        assert worker.ask("run", within_s=LIMIT_S, tasks=3)["errors"] == 0


def test_a_worker_that_exits_says_how(calm: Interrupt, odd_tree: Path) -> None:
    with start(calm, tree=odd_tree) as worker:
        open_odd(worker, "die")
        with pytest.raises(ContestantError, match="its worker exited with status 7"):
            worker.ask("run", within_s=LIMIT_S, tasks=3)
        assert not worker.alive


def test_a_killed_worker_takes_its_pool_with_it(calm: Interrupt, odd_tree: Path) -> None:
    with start(calm, "processes", odd_tree) as worker:
        open_odd(worker, "hang")
        pool = psutil.Process(worker.pid).children(recursive=True)
        assert len(pool) >= 2
        threading.Timer(0.3, os.kill, (worker.pid, signal.SIGKILL)).start()
        with pytest.raises(ContestantError, match="was killed by SIGKILL"):
            worker.ask("run", within_s=LIMIT_S, tasks=2)
        assert all(gone(child.pid) for child in pool)


@pytest.mark.parametrize("model", ["sync", "threads", "processes"])
def test_a_hang_ends_at_the_limit_and_leaves_no_process(
    model: str, calm: Interrupt, odd_tree: Path
) -> None:
    with start(calm, model, odd_tree) as worker:
        open_odd(worker, "hang")
        family = [worker.pid, *descendants(worker.pid)]
        with pytest.raises(ContestantError, match=r"did not answer within 0\.3 s and was stopped"):
            worker.ask("run", within_s=0.3, tasks=2)
        assert all(map(gone, family))


def test_a_worker_goes_with_its_conductor_even_in_mid_round(
    calm: Interrupt, odd_tree: Path
) -> None:
    worker = start(calm, "processes", odd_tree)
    open_odd(worker, "hang")
    family = [worker.pid, *descendants(worker.pid)]
    threading.Timer(0.3, hang_up(worker)).start()
    with pytest.raises(ContestantError):
        worker.ask("run", within_s=LIMIT_S, tasks=2)
    assert all(map(gone, family))
    worker.stop()


WITHOUT_SPAWN = """
import os, sys
from waitbench.race import worker
worker._spawn = None
child = worker._started([sys.executable, "-c", "import os; print(os.getpgrp() == os.getpid())"])
print(os.waitpid(child, 0)[1])
"""


def test_where_posix_spawn_is_missing_a_program_leads_a_group_all_the_same() -> None:
    words = [sys.executable, "-c", WITHOUT_SPAWN]
    done = subprocess.run(
        words, env=processes.environment_of_ours(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "0"]


@pytest.mark.skipif(not SEMAPHORES.is_dir(), reason="semaphores are files on Linux alone")
@pytest.mark.parametrize("end", [WorkerProcess.kill, lambda worker: hang_up(worker)()])
def test_a_pool_that_is_ended_in_mid_round_leaves_no_semaphore(
    end: Callable[[WorkerProcess], None], calm: Interrupt, odd_tree: Path
) -> None:
    worker = start(calm, "processes", odd_tree)
    open_odd(worker, "hang")
    own = f"sem.mp-of-{worker.pid}-*"
    assert list(SEMAPHORES.glob(own))
    worker.send("run", tasks=2)
    end(worker)
    until_s = time.monotonic() + LIMIT_S
    while list(SEMAPHORES.glob(own)) and time.monotonic() < until_s:
        time.sleep(0.05)
    assert list(SEMAPHORES.glob(own)) == []
    worker.stop()


def test_a_missing_library_is_named_with_the_cure(calm: Interrupt, odd_tree: Path) -> None:
    with (
        start(calm, tree=odd_tree) as worker,
        pytest.raises(ContestantError, match=r"'needy' needs no_such_library.*pip install"),
    ):
        worker.ask("open", within_s=LIMIT_S, workload="needy", params={}, concurrency=1)


def test_a_wrong_parameter_is_named(calm: Interrupt) -> None:
    with (
        start(calm) as worker,
        pytest.raises(ContestantError, match=r"'sleep' does not take .*'length'"),
    ):
        worker.ask(
            "open", within_s=LIMIT_S, workload="sleep", params={"length": "1"}, concurrency=1
        )


def test_a_tree_with_another_protocol_is_refused(
    calm: Interrupt, odd_tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "bench").symlink_to(odd_tree / "bench")
    worker_file = odd_tree / "bench/waitbench/race/worker.py"
    ours = worker_file.read_text()
    worker_file.write_text(ours.replace("PROTOCOL = 1", "PROTOCOL = 99"))
    try:
        worker = WorkerProcess("sync", calm, tree=tmp_path)
        with pytest.raises(ContestantError, match="speaks protocol 99, not 1"):
            worker.greet()
    finally:
        worker_file.write_text(ours)


def test_debug_switches_of_the_environment_do_not_reach_it(
    calm: Interrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    with start(calm, "asyncio") as worker:
        assert "PYTHONASYNCIODEBUG" not in psutil.Process(worker.pid).environ()


def descendants(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def hang_up(worker: WorkerProcess) -> Callable[[], None]:
    """Close our end of its pipe, as the system does when the conductor dies."""
    return worker._process.close_input
