"""A heat: one scenario in one launch, opened in every worker, warmed up and run in blocks."""

from __future__ import annotations

import random
import time
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Any

from bench import registry
from bench.machine import cores_to_pin
from bench.race import tightness
from bench.race.contestant import ContestantError
from bench.race.neighbours import Neighbours, disturbed
from bench.race.pace import MOST_REPEATS, Quota, fits
from bench.race.rest import wait_for_rest
from bench.race.warm_up import round_order, warm_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.race.crew import Crew
    from bench.race.host import Host
    from bench.race.plan import Observer, Settings
    from bench.race.record import RaceRecord, Row

ERRORS_IN_A_ROW = 2
"""After so many rounds with errors a contestant leaves the heat: it would only burn time."""
RERUNS = 1
"""So often within a block a round that others disturbed is run again."""
LEAST_ROUNDS = 2 + RERUNS
"""A heat asks for so many of everybody: to warm up, to be timed, and once more if disturbed."""


class Heat:
    """Everybody's rounds of one scenario in one launch; only one contestant runs at a time."""

    def __init__(  # noqa: PLR0913 - the parts of a race, put together in one place
        self,
        *,
        launch: int,
        rows: Sequence[Row],
        record: RaceRecord,
        settings: Settings,
        observer: Observer,
        host: Host,
        crew: Crew,
    ) -> None:
        self._launch = launch
        self._rows = {row.name: row for row in rows}
        self._record = record
        self._settings = settings
        self._observer = observer
        self._host = host
        self._crew = crew
        self._cores: tuple[int | None, ...] = (None,)
        self._single: dict[str, bool] = {}
        self._served = any(registry.needs_target(row.scenario.workload) for row in rows)
        self._most_tasks = inf
        self.least_s = 0.0

    def run(self, share_s: float, rounds_s: float | None = None, most_tasks: float = inf) -> None:
        """Spend about `share_s` seconds on it, less if the answer is tight enough before.

        Args:
            share_s: opening and warming up included.
            rounds_s: in its place, seconds that begin when all are warm.
            most_tasks: that may be run, warm-ups included.
        """
        began_s = time.monotonic()
        rows = list(self._rows.values())
        if most_tasks < LEAST_ROUNDS * sum(row.scenario.tasks for row in rows):
            return
        self._most_tasks = most_tasks + self._record.tasks_run
        self._observer.heat(self._launch, rows)
        opened = [row for row in rows if not row.failure and self._open(row)]
        warm = warm_up(opened, self._crew, self._settings, health=self._health, fail=self._fail)
        expected = {name: result.expected_ns for name, result in warm.items()}
        self._single = {name: result.single for name, result in warm.items()}
        if self._pairs_on_one_core([row for row in rows if row.name in expected]):
            self._cores = cores_to_pin()
        if rounds_s is not None:
            share_s = time.monotonic() - began_s + rounds_s
        left_s = max(0.0, share_s - (time.monotonic() - began_s))
        quota = Quota(
            each_ns=left_s * 1e9 / (1 if self._settings.foreign else max(1, len(expected))),
            fewest=rows[0].scenario.blocks if self._settings.thorough else 1,
            expected_ns=dict(expected),
        )
        block_s = 0.0
        for block in count():
            # Orders and answers take time too, and the next launch is to have as much as this one.
            block_began_s = time.monotonic()
            late = not fits(block_began_s - began_s, block_s, share_s) and block >= quota.fewest
            over = self._settings.once or late
            if block and (over or tightness.reached(rows, self._launch)):
                break
            if not self._block(block, quota):
                break
            block_s = time.monotonic() - block_began_s
            if block < quota.fewest:
                self.least_s = time.monotonic() - began_s
        for name in expected:
            entrant = self._rows[name].entrant
            self._crew.ask_if_alive(entrant, "close", within_s=self._settings.timeout_s)

    def _block(self, block: int, quota: Quota) -> bool:
        """Let everybody who has time for it run; False if nobody has."""
        order = quota.field(block)
        repeats = self._affords(order)
        if not repeats:
            return False
        scenario = next(iter(self._rows.values())).scenario
        # A text as seed is hashed the same way by every interpreter.
        text = f"{self._settings.seed}/{self._launch}/{scenario.name}/{block}"
        random.Random(text).shuffle(order)
        core = self._cores[(self._launch + block) % len(self._cores)]
        for position, name in enumerate(order):
            place = {"launch": self._launch, "block": block, "position": position}
            self._turn(place, self._rows[name], repeats, quota, core)
        return bool(order)

    def _affords(self, order: Sequence[str]) -> int:
        """Say how often each may run in a block, and be disturbed, before all tasks are run."""
        left = self._most_tasks - self._record.tasks_run
        each = sum(self._rows[name].scenario.tasks for name in order)
        return max(0, int(min(MOST_REPEATS, left / max(1, each) - RERUNS)))

    def _pairs_on_one_core(self, rows: Sequence[Row]) -> bool:
        """Whether all are the same model on a single thread, and so take turns on the same core.

        The cores of a virtual machine change their speed each for itself: two rounds next to each
        other in time are alike only on the same one. Models that differ keep all cores, for the
        choice among them is part of what they cost.
        """
        models = {row.entrant.model for row in rows}
        return len(models) == 1 and all(self._single.get(row.name, False) for row in rows)

    def _open(self, row: Row) -> bool:
        """Open the scenario in its worker, one after the other: start-up is a figure of its own."""
        scenario = row.scenario
        try:
            params = {**self._host.params(scenario), **row.entrant.params}
            contestant = self._crew.ready_member(row.entrant)
            opened = contestant.ask(
                "open",
                within_s=self._settings.timeout_s,
                workload=scenario.workload,
                params=params,
                concurrency=row.entrant.concurrency or scenario.concurrency,
            )
            row.width, row.notes = opened["width"], opened["notes"]
            row.waits_ns, row.computes = opened["waits_ns"], opened["computes"]
            row.opens_anew = opened.get("opens_anew", False)
        except ContestantError as failure:
            self._fail(row, str(failure))
            return False
        row.launches.append(
            {
                "launch": self._launch,
                "startup_ns": opened["startup_ns"],
                "spawn_ns": contestant.spawn_ns,
                "peak_memory_bytes": None,
                "memory_kind": None,
            }
        )
        return True

    def _health(self, label: str) -> tuple[dict[str, int | None] | None, str | None]:
        """Ask after the target's health where this scenario has to do with it."""
        return self._host.health(label) if self._served else (None, None)

    def _turn(
        self, place: dict[str, int], row: Row, most: int, quota: Quota, core: int | None
    ) -> None:
        """Run one contestant's rounds within a block; a disturbed one is followed by another."""
        rows = list(self._rows.values())
        bad = reruns = repeat = 0
        while repeat < min(most, quota.repeats(row.name)) + reruns:
            try:
                answer = self._round({**place, "repeat": repeat}, row, core)
            except ContestantError as failure:
                self._fail(row, str(failure))
                quota.drop([row.name])
                self._observer.round(row, rows)
                return
            quota.spend(row.name, answer["wall_ns"])
            self._observer.round(row, rows)
            repeat += 1
            reruns = min(RERUNS, reruns + answer["disturbed"])
            bad = bad + 1 if answer["errors"] else 0
            if bad == ERRORS_IN_A_ROW:
                quota.drop([row.name])
                if not row.walls_ns:
                    self._fail(row, f"every round had errors, such as: {answer['error']}")
            if bad == ERRORS_IN_A_ROW or self._settings.once:
                return

    def _round(self, place: dict[str, int], row: Row, core: int | None) -> dict[str, Any]:
        """Run one round and book all that is known of it."""
        if self._settings.foreign:
            wait_for_rest(self._resting(row))
        database_ns = self._host.database_cpu_ns()
        neighbours, asked_ns = Neighbours(), time.perf_counter_ns()
        contestant, order = self._crew.member(row.entrant), round_order(row, core=core)
        row.tasks_run += row.scenario.tasks  # now, for a worker that dies of it has begun them
        answer = contestant.ask("run", within_s=self._settings.timeout_s, **order)
        cost_ns = time.perf_counter_ns() - asked_ns - answer["wall_ns"]
        self._record.round_cost_ns.append(cost_ns)
        health, incident = self._health("round")
        if incident:
            self._record.incidents.append(incident)
            self._observer.incident(incident)
        database_ns = self._host.database_cpu_ns() - database_ns
        served_ns = ((health or {}).get("cpu_ns") or 0) + database_ns
        others_ns = neighbours.stop(answer["cpu_ns"] + served_ns)
        answer["disturbed"] = disturbed(others_ns, answer["wall_ns"])
        if database_ns:
            answer["database_cpu_ns"] = database_ns
        row.rounds.append({**place, **answer, "others_ns": others_ns, "target": health})
        return answer

    def _resting(self, row: Row) -> list[int]:
        """Give the process ids of all workers but the one whose turn it is."""
        crew, rows = self._crew, self._rows.values()
        others = {crew.member(rival.entrant).pid for rival in rows if not rival.failure}
        return list(others - {crew.member(row.entrant).pid})

    def _fail(self, row: Row, reason: str) -> None:
        row.failure = f"{reason} (launch {self._launch + 1})"
