"""Several at once beside calls alone, on a machine whose speed flips: ratios worked out by hand."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, cast

import pytest

from waitbench.advisor.concurrent_trials import ConcurrentTrials, Trial
from waitbench.advisor.question import Question
from waitbench.perfmodel.demand import Demand
from waitbench.profiling import call
from waitbench.profiling.call import CallError, CallProfile
from waitbench.system import interference, machine
from waitbench.user_code.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from waitbench.race.worker_process import WorkerProcess

MS = 1_000_000


class Worker:
    """Answers a round with the wall that a function of its calls and of the time gives."""

    rounds = 0
    pid = (1 << 22) + 1
    """Of nobody."""

    def __init__(
        self, model: str, wall_ms: Callable[[int, int], float], delay_ms: float | None = 0
    ) -> None:
        self.model, self._wall_ms, self._delay_ms = model, wall_ms, delay_ms
        self.cores: list[int | None] = []

    def ask(
        self, operation: str, *, within_s: float, tasks: int, core: int | None = None
    ) -> dict[str, Any]:
        assert operation == "run"
        assert within_s > 0
        self.cores.append(core)
        Worker.rounds += 1
        wall_ms = self._wall_ms(tasks, Worker.rounds)
        wrong = tasks if wall_ms < 0 else 0
        return {
            "wall_ns": round(wall_ms * MS),
            "cpu_ns": tasks * MS,
            "delay_ns": None if self._delay_ms is None else round(tasks * self._delay_ms * MS),
            "errors": wrong,
            "error": "boom" if wrong else None,
            "spans": "",
        }


def concurrent(
    alone: Worker, calls: int = 20_000, held_ms: float = 10, demand: Demand | None = None
) -> ConcurrentTrials:
    profile = CallProfile(
        demand=demand or Demand(waits_ns=(10 - held_ms) * MS, held_ns=held_ms * MS, free_ns=0),
        first_ns=10 * MS,
        spreads=(1.0,),
        calls=50,
        others_share=0.0,
        answers=Answers(),
    )
    question = Question(function="shop:fetch", calls=calls)
    return ConcurrentTrials(question, profile, cast("WorkerProcess", alone))


def opened(*workers: Worker) -> list[WorkerProcess]:
    return [cast("WorkerProcess", worker) for worker in workers]


def test_a_machine_whose_speed_flips_does_not_look_like_calls_that_hinder_each_other() -> None:
    def slow(now: int) -> float:
        return 1.6 if now // 7 % 2 else 1.0  # neither the turns' rhythm nor a whole number of them

    alone = Worker("sync", lambda calls, now: 10 * calls * slow(now))
    twice = Worker("processes", lambda calls, now: 10 * calls / 2 * slow(now))
    once = Worker("threads", lambda calls, now: 10 * calls * slow(now))
    trials = concurrent(alone).run(opened(twice, once), 2, turns=6).done
    gains = {model: trial.calls * 10 * MS / trial.wall_ns for model, trial in trials.items()}
    assert gains["processes"] == pytest.approx(2, rel=0.02)
    assert gains["threads"] == pytest.approx(1, rel=0.02)


CORES = (4, 6)


def on_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores_to_pin", lambda: CORES)


def test_a_call_alone_takes_turns_on_the_cores_of_which_one_may_be_slower(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_cores(monkeypatch)

    def turns(calls: int, _: int) -> float:
        return 10 * calls * (1 if alone.cores[-1] == CORES[0] else 1.44)

    alone = Worker("sync", turns)
    pair = Worker("processes", lambda calls, _: 10 * calls / 2)
    trial = concurrent(alone).run(opened(pair), 2).done["processes"]
    assert alone.cores[:4] == [*CORES, *CORES]
    assert set(pair.cores) == {None}
    # Between 10 and 14.4 ms lie 12, of which two at once take 5 each.
    assert trial.wall_ns / trial.calls == pytest.approx(10 * MS * 5 / 12)


@pytest.mark.parametrize(
    "demand",
    [
        Demand(waits_ns=8 * MS, held_ns=2 * MS, free_ns=0),
        Demand(waits_ns=0, held_ns=5 * MS, free_ns=0, helped_ns=5 * MS, helped_span_ns=5 * MS),
    ],
)
def test_a_call_that_waits_or_has_helpers_is_kept_on_no_core(
    monkeypatch: pytest.MonkeyPatch, demand: Demand
) -> None:
    on_cores(monkeypatch)
    alone = Worker("sync", lambda calls, _: 10 * calls)
    concurrent(alone, demand=demand).run(opened(Worker("threads", lambda calls, _: 5 * calls)), 2)
    assert set(alone.cores) == {None}


def trial(wall_ms: float, *, disturbed: bool = False) -> Trial:
    return Trial(width=2, calls=10, wall_ns=wall_ms * MS, cpu_ns=MS, disturbed=disturbed)


def test_a_pair_that_was_tried_twice_counts_in_the_middle_of_the_calm_ones() -> None:
    assert trial(50).joined(trial(98)).wall_ns == pytest.approx(70 * MS)
    assert trial(50).joined(trial(98, disturbed=True)) == trial(50)
    assert trial(98, disturbed=True).joined(trial(50)) == trial(50)
    both = trial(50, disturbed=True).joined(trial(98, disturbed=True))
    assert both.disturbed
    assert both.wall_ns == pytest.approx(70 * MS)


def test_who_fails_drops_out_and_the_others_go_on() -> None:
    good = Worker("threads", lambda calls, _: 10.0 * calls)
    bad = Worker("processes", lambda *_: -1.0)
    came = concurrent(good).run(opened(bad, good), 8)
    assert (set(came.done), came.failed) == ({"threads"}, {"processes": "boom"})


def test_a_call_alone_that_fails_ends_the_trials() -> None:
    with pytest.raises(CallError, match="boom"):
        concurrent(Worker("sync", lambda *_: -1.0)).run([], 2)


@pytest.mark.parametrize(
    ("held_ms", "width", "calls"),
    [
        (10, 2, 20),  # alone 100 ms are 10 calls; computing, two at once take as long
        (10, 8, 40),  # four times the calls
        (10, 16, 64),  # and at least four of each worker
        (1, 2, 20),
        (1, 8, 80),  # waiting, eight at once get through eight times as many
        (1, 16, 160),
    ],
)
def test_a_round_lasts_about_as_long_as_calls_alone(held_ms: float, width: int, calls: int) -> None:
    alone = Worker("sync", lambda tasks, _: 10 * tasks)
    several = Worker("threads", lambda tasks, _: 10 * tasks)
    (trial,) = concurrent(alone, held_ms=held_ms).run(opened(several), width).done.values()
    assert trial.calls == calls


@pytest.mark.parametrize(("held_ms", "gain"), [(10, 2.0), (1, 4.0)])
def test_a_cold_round_counts_of_calls_that_compute_only(held_ms: float, gain: float) -> None:
    # The first round after another worker's takes twice as long; the next is as fast as it gets.
    last: list[str] = []

    def wall_ms(calls: int, _: int) -> float:
        cold = last[-1:] != ["threads"]
        last.append("threads")
        return 10 * calls / (2 if cold else 4)

    def alone_ms(calls: int, _: int) -> float:
        last.append("sync")
        return 10 * calls

    trials = concurrent(Worker("sync", alone_ms), held_ms=held_ms)
    (trial,) = trials.run(opened(Worker("threads", wall_ms)), 8).done.values()
    assert trial.calls * 10 * MS / trial.wall_ns == pytest.approx(gain)


@pytest.mark.parametrize("held_ms", [10, 1])
@pytest.mark.parametrize("calls", [60, 600, 5_000])
def test_all_trials_keep_within_half_of_the_calls(calls: int, held_ms: float) -> None:
    quick = Worker("threads", lambda calls, _: 0.01 * calls)
    other = Worker("processes", lambda calls, _: 0.01 * calls)
    trials = concurrent(quick, calls, held_ms)
    for width, workers in ((2, (quick, other)), (8, (quick, other, quick)), (16, (quick, quick))):
        trials.run(opened(*workers), width)
    assert trials.budget.made <= calls / 2


@pytest.mark.parametrize("busy", [True, False])
def test_a_trial_without_a_calm_round_says_so(
    monkeypatch: pytest.MonkeyPatch, *, busy: bool
) -> None:
    monkeypatch.setattr("waitbench.profiling.call.disturbed", lambda *_: busy)
    alone = Worker("sync", lambda tasks, _: 10 * tasks)
    threads = Worker("threads", lambda tasks, _: 5 * tasks)
    assert concurrent(alone).run(opened(threads), 2).done["threads"].disturbed is busy


@pytest.mark.parametrize(
    ("model", "undelayed"),
    [
        # Alone a call takes 12 ms, 2 of them ready without a core: 10 by itself. Of eight at once
        # one comes every 3 ms, and has stood ready for 8.
        ("processes", 2),  # each stands still for itself alone: 8 / 8 ms come off
        ("asyncio", 0),  # all stand still: 8 ms come off, more than there is
        # A call holds the lock for 1 ms, so a third of the other seven want it: 8 x (1 + 7 / 3) / 8
        ("threads", 0),
    ],
)
def test_what_workers_stood_ready_without_a_core_is_taken_off(model: str, undelayed: float) -> None:
    alone = Worker("sync", lambda tasks, _: 12 * tasks, delay_ms=2)
    eight = Worker(model, lambda tasks, _: 3 * tasks, delay_ms=8)
    (trial,) = concurrent(alone, held_ms=1).run(opened(eight), 8).done.values()
    assert trial.undelayed_ns / trial.calls == pytest.approx(undelayed * MS)
    assert trial.wall_ns / trial.calls == pytest.approx(2.5 * MS)


def test_threads_that_do_not_want_the_lock_do_not_stand_still() -> None:
    alone = Worker("sync", lambda tasks, _: 10 * tasks)
    eight = Worker("threads", lambda tasks, _: 3 * tasks, delay_ms=8)
    (trial,) = concurrent(alone, held_ms=0).run(opened(eight), 8).done.values()
    assert trial.undelayed_ns / trial.calls == pytest.approx(2 * MS)


def test_a_system_that_tells_no_delay_has_none_taken_off() -> None:
    alone = Worker("sync", lambda tasks, _: 10 * tasks, delay_ms=None)
    eight = Worker("processes", lambda tasks, _: 3 * tasks, delay_ms=None)
    (trial,) = concurrent(alone).run(opened(eight), 8).done.values()
    assert trial.undelayed_ns == trial.wall_ns


@pytest.mark.parametrize("counted", [True, False])
def test_workers_of_ours_that_look_for_work_are_no_other_programs(
    monkeypatch: pytest.MonkeyPatch, *, counted: bool
) -> None:
    # In every round of 100 ms a resting worker's helpers fill a core, as NumPy's do for a while.
    spent = {pid: count(0, 100 * MS) for pid in (7, 8)}
    busy = count(0, 110 * MS)
    monkeypatch.setattr(interference, "busy_ns", lambda: next(busy))
    monkeypatch.setattr("waitbench.system.interference.time.process_time_ns", lambda: 0)
    monkeypatch.setattr(call, "tree_of_ns", lambda pid: next(spent[pid]) if counted else 0)
    monkeypatch.setattr("waitbench.system.interference.tree_of_ns", lambda _: 0)
    alone, threads = (Worker(model, lambda *_: 100) for model in ("sync", "threads"))
    alone.pid, threads.pid = 7, 8
    (trial,) = concurrent(alone).run(opened(threads), 2).done.values()
    assert trial.disturbed is not counted
