"""A contestant in a real process: what it answers, and how it dies."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from waitbench.race.contestant import Contestant, ContestantError
from waitbench.results.spans import decode_spans
from waitbench.system.interrupt import NoInterrupt

LIMIT_S = 60
SEMAPHORES = Path("/dev/shm")


def start(calm: NoInterrupt, model: str = "sync", tree: Path | None = None) -> Contestant:
    contestant = Contestant(model, calm, tree=tree) if tree else Contestant(model, calm)
    contestant.greet()
    return contestant


def open_odd(contestant: Contestant, deed: str, concurrency: int = 2) -> None:
    contestant.ask(
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


def test_a_round_comes_back_with_the_span_of_every_task(calm: NoInterrupt) -> None:
    with start(calm) as contestant:
        opened = contestant.ask(
            "open",
            within_s=LIMIT_S,
            workload="sleep",
            params={"duration": "3ms"},
            concurrency=4,
        )
        assert opened["width"] == 1
        assert opened["waits_ns"] == 3_000_000
        assert opened["startup_ns"] > 0
        answer = contestant.ask("run", within_s=LIMIT_S, tasks=5)
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
    calm: NoInterrupt, odd_tree: Path
) -> None:
    with start(calm, "processes", odd_tree) as contestant:
        open_odd(contestant, "refuse_main")
        answer = contestant.ask("run", within_s=LIMIT_S, tasks=4)
        assert (answer["errors"], answer["error"]) == (0, None)


def test_errors_are_counted_with_the_first_reason(calm: NoInterrupt, odd_tree: Path) -> None:
    with start(calm, tree=odd_tree) as contestant:
        open_odd(contestant, "fail")
        answer = contestant.ask("run", within_s=LIMIT_S, tasks=5)
        assert (answer["errors"], answer["error"]) == (2, "ValueError: task 1 is unlucky")
        contestant.ask("close", within_s=LIMIT_S)
        open_odd(contestant, "lie")
        answer = contestant.ask("run", within_s=LIMIT_S, tasks=3)
        assert (answer["errors"], answer["error"]) == (3, "task 0 returned wrong")


def test_a_workload_says_what_it_saw_in_a_round_without_errors(
    calm: NoInterrupt, odd_tree: Path
) -> None:
    with start(calm, tree=odd_tree) as contestant:
        open_odd(contestant, "count")
        answer = contestant.ask("run", within_s=LIMIT_S, tasks=5)
        assert answer["seen"] == {"results": 5.0, "pause_ns": 2.5}
        contestant.ask("close", within_s=LIMIT_S)
        open_odd(contestant, "fail")
        assert contestant.ask("run", within_s=LIMIT_S, tasks=5)["seen"] == {}


def test_what_a_workload_prints_does_not_disturb_the_answers(
    calm: NoInterrupt, odd_tree: Path
) -> None:
    with start(calm, tree=odd_tree) as contestant:
        open_odd(contestant, "shout")
        assert contestant.ask("run", within_s=LIMIT_S, tasks=3)["errors"] == 0


def test_a_worker_that_exits_says_how(calm: NoInterrupt, odd_tree: Path) -> None:
    with start(calm, tree=odd_tree) as contestant:
        open_odd(contestant, "die")
        with pytest.raises(ContestantError, match="its worker exited with status 7"):
            contestant.ask("run", within_s=LIMIT_S, tasks=3)
        assert not contestant.alive


def test_a_killed_worker_takes_its_pool_with_it(calm: NoInterrupt, odd_tree: Path) -> None:
    with start(calm, "processes", odd_tree) as contestant:
        open_odd(contestant, "hang")
        pool = psutil.Process(contestant.pid).children(recursive=True)
        assert len(pool) >= 2
        threading.Timer(0.3, os.kill, (contestant.pid, signal.SIGKILL)).start()
        with pytest.raises(ContestantError, match="was killed by SIGKILL"):
            contestant.ask("run", within_s=LIMIT_S, tasks=2)
        assert all(gone(child.pid) for child in pool)


@pytest.mark.parametrize("model", ["sync", "threads", "processes"])
def test_a_hang_ends_at_the_limit_and_leaves_no_process(
    model: str, calm: NoInterrupt, odd_tree: Path
) -> None:
    with start(calm, model, odd_tree) as contestant:
        open_odd(contestant, "hang")
        family = [contestant.pid, *descendants(contestant.pid)]
        with pytest.raises(ContestantError, match=r"did not answer within 0\.3 s and was stopped"):
            contestant.ask("run", within_s=0.3, tasks=2)
        assert all(map(gone, family))


def test_a_worker_goes_with_its_conductor_even_in_mid_round(
    calm: NoInterrupt, odd_tree: Path
) -> None:
    contestant = start(calm, "processes", odd_tree)
    open_odd(contestant, "hang")
    family = [contestant.pid, *descendants(contestant.pid)]
    threading.Timer(0.3, hang_up(contestant)).start()
    with pytest.raises(ContestantError):
        contestant.ask("run", within_s=LIMIT_S, tasks=2)
    assert all(map(gone, family))
    contestant.leave()


@pytest.mark.skipif(not SEMAPHORES.is_dir(), reason="semaphores are files on Linux alone")
@pytest.mark.parametrize("end", [Contestant.kill, lambda contestant: hang_up(contestant)()])
def test_a_pool_that_is_ended_in_mid_round_leaves_no_semaphore(
    end: Callable[[Contestant], None], calm: NoInterrupt, odd_tree: Path
) -> None:
    contestant = start(calm, "processes", odd_tree)
    open_odd(contestant, "hang")
    own = f"sem.mp-of-{contestant.pid}-*"
    assert list(SEMAPHORES.glob(own))
    contestant._send({"op": "run", "tasks": 2})
    end(contestant)
    until_s = time.monotonic() + LIMIT_S
    while list(SEMAPHORES.glob(own)) and time.monotonic() < until_s:
        time.sleep(0.05)
    assert list(SEMAPHORES.glob(own)) == []
    contestant.leave()


def test_a_missing_library_is_named_with_the_cure(calm: NoInterrupt, odd_tree: Path) -> None:
    with (
        start(calm, tree=odd_tree) as contestant,
        pytest.raises(ContestantError, match=r"'needy' needs no_such_library.*pip install"),
    ):
        contestant.ask("open", within_s=LIMIT_S, workload="needy", params={}, concurrency=1)


def test_a_wrong_parameter_is_named(calm: NoInterrupt) -> None:
    with (
        start(calm) as contestant,
        pytest.raises(ContestantError, match=r"'sleep' does not take .*'length'"),
    ):
        contestant.ask(
            "open", within_s=LIMIT_S, workload="sleep", params={"length": "1"}, concurrency=1
        )


def test_a_tree_with_another_protocol_is_refused(
    calm: NoInterrupt, odd_tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "bench").symlink_to(odd_tree / "bench")
    worker_file = odd_tree / "bench/waitbench/race/worker.py"
    ours = worker_file.read_text()
    worker_file.write_text(ours.replace("PROTOCOL = 1", "PROTOCOL = 99"))
    try:
        contestant = Contestant("sync", calm, tree=tmp_path)
        with pytest.raises(ContestantError, match="speaks protocol 99, not 1"):
            contestant.greet()
    finally:
        worker_file.write_text(ours)


def test_debug_switches_of_the_environment_do_not_reach_it(
    calm: NoInterrupt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    with start(calm, "asyncio") as contestant:
        assert "PYTHONASYNCIODEBUG" not in psutil.Process(contestant.pid).environ()


def descendants(pid: int) -> list[int]:
    return [child.pid for child in psutil.Process(pid).children(recursive=True)]


def hang_up(contestant: Contestant) -> Callable[[], None]:
    """Close our end of its pipe, as the system does when the conductor dies."""
    stdin = contestant._process.stdin
    assert stdin is not None
    return stdin.close
