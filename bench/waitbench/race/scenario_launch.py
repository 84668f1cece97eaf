"""One scenario in one launch: opened in every worker, warmed up and run in blocks."""

from __future__ import annotations

import random
from itertools import count
from math import inf
from typing import TYPE_CHECKING

from waitbench.race.answers import Opened
from waitbench.race.budget import MOST_REPEATS, ScenarioBudget, fits
from waitbench.race.events import RoundBooked, ScenarioBegun
from waitbench.race.precision import launch_is_precise
from waitbench.race.reruns import RERUNS, after
from waitbench.race.round_meter import Place, RoundMeter
from waitbench.race.warm_up import warm_up
from waitbench.race.worker_process import ContestantError
from waitbench.results.foreign_text import plain
from waitbench.results.record import LaunchRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.race.budget import Share
    from waitbench.race.context import Race
    from waitbench.race.workers import Workers
    from waitbench.results.record import ContestantRecord

ERRORS_IN_A_ROW = 2
"""After so many rounds with errors a contestant leaves the scenario: it would only burn time."""
LEAST_ROUNDS = 2 + RERUNS
"""A scenario asks for so many of everybody: to warm up, to be timed, and once more if disturbed."""


class ScenarioLaunch:
    """Everybody's rounds of one scenario in one launch; only one contestant runs at a time."""

    def __init__(
        self, race: Race, launch: int, rows: Sequence[ContestantRecord], workers: Workers
    ) -> None:
        self._race = race
        self._launch = launch
        self._rows = {row.name: row for row in rows}
        self._workers = workers
        self._cores: tuple[int | None, ...] = (None,)
        self._single: dict[str, bool] = {}
        self._meter = RoundMeter(race, rows, workers)
        self._most_tasks = inf

    def run(self, share: Share) -> float:
        """Spend about its share on it, less if the answer is precise enough before.

        Returns:
            seconds that it took in any case: opening, warming up and its fewest blocks.
        """
        clock, settings = self._race.instruments.clock, self._race.settings
        began_s = clock()
        rows = list(self._rows.values())
        if share.tasks < LEAST_ROUNDS * sum(row.scenario.tasks for row in rows):
            return 0.0
        self._most_tasks = share.tasks + self._race.record.tasks_run
        self._race.observer(ScenarioBegun(launch=self._launch, rows=rows))
        opened = self._open([row for row in rows if not row.failure], share)
        expected_ns = self._warm_up(opened, memory=share.rounds_s is None)
        warm_s = clock()
        ends_s = began_s + share.seconds if share.rounds_s is None else warm_s + share.rounds_s
        left_s = max(0.0, ends_s - warm_s)
        budget = ScenarioBudget(
            each_ns=left_s * 1e9 / (1 if settings.user_code else max(1, len(expected_ns))),
            fewest=rows[0].scenario.blocks if settings.thorough else 1,
            expected_ns=dict(expected_ns),
        )
        least_s = self._run_blocks(budget, ends_s) - began_s
        for name in expected_ns:
            row = self._rows[name]
            closing = self._workers.ask_if_alive(
                row.contestant, "close", within_s=settings.timeout_s
            )
            if wrong := closing.get("wrong"):  # a test's own look at its result, after the race
                self._fail(row, plain(str(wrong)))
        return max(0.0, least_s)

    def _warm_up(self, opened: Sequence[ContestantRecord], *, memory: bool) -> dict[str, float]:
        """Warm them up; return what a round of each is expected to take, in nanoseconds.

        Looking at memory costs as much as a short round, so not where a pair is to cost little.
        """
        warm = warm_up(
            opened,
            self._workers,
            self._race,
            memory=memory,
            target_period=self._meter.warm_period,
            fail=self._fail,
        )
        self._single = {name: result.single for name, result in warm.items()}
        if self._pairs_on_one_core([row for row in opened if row.name in warm]):
            self._cores = self._race.instruments.cores()
        return {name: result.expected_ns for name, result in warm.items()}

    def _run_blocks(self, budget: ScenarioBudget, ends_s: float) -> float:
        """Run block after block until a stopping rule holds.

        Returns:
            the moment at which the fewest of them were over; 0 where there was none.
        """
        clock, rows = self._race.instruments.clock, list(self._rows.values())
        block_s = least_over_s = 0.0
        for block in count():
            # Orders and answers take time too, and the next launch is to have as much as this one.
            block_began_s = clock()
            late = block >= budget.fewest and not fits(block_began_s, block_s, ends_s)
            over = self._race.settings.once or late
            if block and (over or launch_is_precise(rows, self._launch)):
                break
            if not self._block(block, budget):
                break
            block_s = clock() - block_began_s
            if block < budget.fewest:
                least_over_s = clock()
        return least_over_s

    def _block(self, block: int, budget: ScenarioBudget) -> bool:
        """Run everybody who has time for it; False if nobody has."""
        order = budget.contestants(block)
        repeats = self._affords(order)
        if not repeats:
            return False
        scenario = next(iter(self._rows.values())).scenario
        # A text as seed is hashed the same way by every interpreter.
        text = f"{self._race.settings.seed}/{self._launch}/{scenario.name}/{block}"
        random.Random(text).shuffle(order)
        core = self._cores[(self._launch + block) % len(self._cores)]
        for position, name in enumerate(order):
            place = Place(launch=self._launch, block=block, position=position)
            self._turn(place, self._rows[name], repeats, budget, core)
        return bool(order)

    def _affords(self, order: Sequence[str]) -> int:
        """How often each may run in a block, and be disturbed, before all tasks are run."""
        left = self._most_tasks - self._race.record.tasks_run
        each = sum(self._rows[name].scenario.tasks for name in order)
        return max(0, int(min(MOST_REPEATS, left / max(1, each) - RERUNS)))

    def _pairs_on_one_core(self, rows: Sequence[ContestantRecord]) -> bool:
        """Whether all are the same model on a single thread, and so take turns on the same core.

        The cores of a virtual machine change their speed each for itself: two rounds next to each
        other in time are alike only on the same one. Models that differ keep all cores, for the
        choice among them is part of what they cost.
        """
        models = {row.contestant.model for row in rows}
        return len(models) == 1 and all(self._single.get(row.name, False) for row in rows)

    def _open(self, rows: Sequence[ContestantRecord], share: Share) -> list[ContestantRecord]:
        """Open the scenario in the workers; return whose is open.

        One after the other, since start-up is a figure of its own; at once where a pair is to cost
        little beside its seconds of rounds.
        """
        if share.rounds_s is None:
            return [row for row in rows if self._ask_to_open(row) and self._is_open(row)]
        asked = [row for row in rows if self._ask_to_open(row)]
        return [row for row in asked if self._is_open(row)]

    def _ask_to_open(self, row: ContestantRecord) -> bool:
        scenario = row.scenario
        try:
            params = {**self._race.services.params(scenario), **row.contestant.params}
            self._workers.ready_process(row.contestant).send(
                "open",
                workload=scenario.workload,
                params=params,
                concurrency=row.contestant.concurrency or scenario.concurrency,
            )
        except ContestantError as failure:
            self._fail(row, str(failure))
            return False
        return True

    def _is_open(self, row: ContestantRecord) -> bool:
        """Wait for the answer, and book what it says."""
        worker = self._workers.process(row.contestant)
        try:
            opened = Opened.of(worker.receive(self._race.settings.timeout_s))
        except ContestantError as failure:
            self._fail(row, str(failure))
            return False
        row.width, row.notes = opened.width, opened.notes
        row.waits_ns, row.computes = opened.waits_ns, opened.computes
        row.opens_anew, row.state = opened.opens_anew, {**row.state, **opened.state}
        row.launches.append(
            LaunchRecord(
                launch=self._launch,
                startup_ns=opened.startup_ns,
                spawn_ns=worker.spawn_ns,
            )
        )
        return True

    def _turn(
        self,
        place: Place,
        row: ContestantRecord,
        most: int,
        budget: ScenarioBudget,
        core: int | None,
    ) -> None:
        """Run one contestant's rounds within a block; a disturbed one is followed by another."""
        rows = list(self._rows.values())
        bad = reruns = repeat = 0
        while repeat < min(most, budget.repeats(row.name)) + reruns:
            try:
                measured = self._meter.run(place._replace(repeat=repeat), row, core)
            except ContestantError as failure:
                self._fail(row, str(failure))
                budget.drop([row.name])
                self._race.observer(RoundBooked(row=row, rows=rows))
                return
            budget.spend(row.name, measured.wall_ns)
            self._race.observer(RoundBooked(row=row, rows=rows))
            repeat += 1
            reruns = after(reruns, disturbed=measured.disturbed)
            bad = bad + 1 if measured.errors else 0
            if bad == ERRORS_IN_A_ROW:
                budget.drop([row.name])
                if not row.times_ns:
                    self._fail(row, f"every round had errors, such as: {measured.error}")
            if bad == ERRORS_IN_A_ROW or self._race.settings.once:
                return

    def _fail(self, row: ContestantRecord, reason: str) -> None:
        row.failure = f"{reason} (launch {self._launch + 1})"
