"""A profiled pass: every contestant watched in a worker of its own, beside one that is not."""

from __future__ import annotations

import random
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from waitbench.profiling import call, samplers
from waitbench.profiling.profile import Lane, Profile
from waitbench.race.answers import round_record
from waitbench.race.run_services import RunServices
from waitbench.race.worker_process import ContestantError, InterruptedRaceError, WorkerProcess
from waitbench.stats import estimates
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.race.plan import Lineup
    from waitbench.results.record import RoundRecord
    from waitbench.scenario import Contestant, Scenario

PLAIN = "race.worker"
SECONDS = 1.0
"""So long a contestant runs watched, and as long unwatched."""
FEWEST, MOST = 3, 40
"""Rounds of each: below three the overhead has no interval."""
WARM_UPS = 2
APART_NS = 700_000_000
"""So long tasks one by one are watched, that enough is seen of who holds the GIL."""
ONE_BY_ONE = "sync"
"""The model whose tasks follow each other in one thread: of it a task can be taken apart."""
TIMEOUT_S = 60.0


def profile(  # noqa: PLR0913 - all that one pass can differ from another in
    lineup: Lineup,
    *,
    seconds: float = SECONDS,
    seed: int = 0,
    postgres: str | None = None,
    sampler: str = "",
    seen: Callable[[Profile], None] = lambda _: None,
) -> list[Profile]:
    """Return a profile of every contestant of every scenario; none is a measurement of time.

    Each runs its rounds in turn with a twin that is not watched: what watching costs is the paired
    ratio of the two. A contestant that fails has its failure as a sentence; whoever stops the pass
    (Ctrl-C, SIGTERM) gets what was found so far, and no process is left.

    Args:
        lineup: scenarios, and who takes part; interpreters and trees of contestants are respected.
        seconds: for the watched rounds of one contestant, and as many for its twin's.
        seed: of the target's latencies and of the order of the two.
        postgres: address of a PostgreSQL to use.
        sampler: who looks, of `samplers.MODULES`; empty for the usual one.
        seen: called with each profile as soon as it is there.

    Raises:
        BenchError: the target could not be started.
    """
    profiles: list[Profile] = []
    with (
        Interrupt.of_this_thread() as stop,
        RunServices(lineup, seed, postgres) as services,
    ):
        try:
            for scenario, contestants in lineup:
                for contestant in contestants:
                    chosen = sampler or samplers.usual(contestant.python)
                    made = _Pass(scenario, contestant, services, stop, chosen).run(seconds, seed)
                    profiles.append(made)
                    seen(made)
        except InterruptedRaceError:
            pass
    return profiles


class _Pass:
    """One contestant and its unwatched twin."""

    def __init__(
        self,
        scenario: Scenario,
        contestant: Contestant,
        services: RunServices,
        stop: Interrupt,
        sampler: str,
    ) -> None:
        self._scenario = scenario
        self._contestant = contestant
        self._services = services
        self._stop = stop
        self._blank = Profile(
            suite=scenario.suite,
            scenario=scenario.name,
            model=contestant.name,
            tasks=scenario.tasks,
            sampler=sampler,
        )

    def run(self, seconds: float, seed: int) -> Profile:
        """Run both in turn until the time is over, and return the profile, or the failure in it."""
        with ExitStack() as stack:
            try:
                watched, alone = (
                    stack.enter_context(self._worker(module))
                    for module in (samplers.MODULES[self._blank.sampler], PLAIN)
                )
                for worker in (watched, alone):
                    self._open(worker)
                turns = self._turns(watched, alone, seconds, seed)
                seen = watched.ask("close", within_s=TIMEOUT_S)
                one_by_one = self._contestant.model == ONE_BY_ONE
                unmeasured = self._taken_apart(alone) if one_by_one else self._blank
            except ContestantError as failure:
                return replace(self._blank, failure=str(failure))
        made = replace(unmeasured, rate_hz=seen["rate_hz"], awaiting=seen["awaiting"])
        return self._found(made, turns, [Lane.read(lane) for lane in seen["lanes"]])

    def _worker(self, module: str) -> WorkerProcess:
        contestant = self._contestant
        return WorkerProcess(
            contestant.model,
            self._stop,
            [self._scenario.workload],
            python=contestant.python or sys.executable,
            tree=Path(contestant.tree) if contestant.tree else None,
            environ=contestant.environ,
            module=module,
        )

    def _open(self, worker: WorkerProcess) -> None:
        worker.greet()
        scenario = self._scenario
        worker.ask(
            "open",
            within_s=TIMEOUT_S,
            workload=scenario.workload,
            params={**self._services.params(scenario), **self._contestant.params},
            concurrency=self._contestant.concurrency or scenario.concurrency,
        )

    def _turns(
        self, watched: WorkerProcess, alone: WorkerProcess, seconds: float, seed: int
    ) -> list[tuple[RoundRecord, RoundRecord]]:
        """Run both in turn, in an order that chance has chosen; return their rounds in pairs."""
        for worker, options in ((watched, {"keep": False}), (alone, {})):
            for _ in range(WARM_UPS):
                self._round(worker, **options)
        order = random.Random(seed)
        ends_s = time.monotonic() + 2 * seconds
        turns: list[tuple[RoundRecord, RoundRecord]] = []
        while len(turns) < FEWEST or (time.monotonic() < ends_s and len(turns) < MOST):
            both = [watched, alone]
            order.shuffle(both)
            rounds = {worker: self._round(worker) for worker in both}
            turns.append((rounds[watched], rounds[alone]))
        return turns

    def _taken_apart(self, alone: WorkerProcess) -> Profile:
        """Return the profile with a task's demand, by clocks; the first round settles."""
        self._round(alone, watch=True)
        rounds: list[RoundRecord] = []
        while len(rounds) < FEWEST or (
            len(rounds) < MOST and sum(seen.wall_ns for seen in rounds) < APART_NS
        ):
            rounds.append(self._round(alone, watch=True))
        return replace(
            self._blank,
            demand=call.typical(rounds, self._scenario.tasks),
            lock_known=call.shows_lock(rounds),
        )

    def _round(self, worker: WorkerProcess, **options: Any) -> RoundRecord:
        order = {"tasks": self._scenario.tasks, **options}
        answer = round_record(worker.ask("run", within_s=TIMEOUT_S, **order))
        if answer.errors:
            raise ContestantError(f"{answer.errors} tasks went wrong: {answer.error}")
        return answer

    def _found(
        self,
        blank: Profile,
        turns: list[tuple[RoundRecord, RoundRecord]],
        lanes: list[Lane],
    ) -> Profile:
        walls = [(watched.wall_ns, alone.wall_ns) for watched, alone in turns]
        blocks = {(0, number): pair for number, pair in enumerate(walls)}
        ratio = estimates.paired_ratio(
            {place: [float(watched)] for place, (watched, _) in blocks.items()},
            {place: [float(alone)] for place, (_, alone) in blocks.items()},
        )
        ends = (ratio.low, ratio.high) if ratio and ratio.low and ratio.high else None
        return replace(
            blank,
            rounds=len(walls),
            walls_ns=tuple(watched for watched, _ in walls),
            overhead=ratio.value if ratio else None,
            overhead_interval=ends,
            task_ns=fmean(fmean(watched.tasks_ns) for watched, _ in turns),
            lanes=tuple(lanes),
        )


def failures(profiles: list[Profile]) -> Iterator[str]:
    """Yield a line for each profile that failed, with the reason."""
    for failed in profiles:
        if failed.failure:
            yield f"{failed.model} in {failed.scenario}: {failed.failure}"
