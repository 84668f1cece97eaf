"""The race: launches of fresh workers, heats of one scenario each, blocks in a shuffled order.

A launch starts one worker for every entrant. Each heat opens one scenario in all of them, warms
them up, and runs blocks until its share of the time is spent or the answer is tight enough.
Only one contestant runs at a time; the others sit idle with their pools and connections open.
"""

from __future__ import annotations

import random
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from bench.race import tightness
from bench.race.contestant import ContestantError, InterruptedRaceError
from bench.race.crew import Crew
from bench.race.host import Host
from bench.race.interrupt import Interrupt, NoInterrupt
from bench.race.memory import PeakMemory
from bench.race.neighbours import Neighbours, disturbed
from bench.race.pace import Purse, Quota
from bench.race.record import RaceRecord, Row
from bench.scenario import Entrant, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Lineup = list[tuple[Scenario, list[Entrant]]]
"""Which scenarios are raced in which order, and by whom."""

ERRORS_IN_A_ROW = 2
"""After so many rounds with errors a contestant leaves the heat: it would only burn time."""
SETTLED_AFTER = 3
"""Launches after which a scenario whose answer is tight enough is not raced again."""
RERUNS = 1
"""So often within a block a round that others disturbed is run again."""
WARM_LAPS = 2
"""A warm-up runs so many tasks for each that may be under way: connections open, code is hot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run is raced.

    Attributes:
        launches: how often everything is started afresh.
        budget_s: seconds for the whole run, start-up and warm-up included; aimed at, not enforced.
        seed: of the order within the blocks and of the injected latencies.
        timeout_s: longest that one round may take.
        once: one round each without warm-up, to see that all works; nothing is learnt about time.
    """

    launches: int = 3
    budget_s: float = 75.0
    seed: int = 0
    timeout_s: float = 60.0
    once: bool = False


class Observer(Protocol):
    """Somebody who watches; called between rounds only, never while one is timed."""

    def planned(self, lineup: Lineup, settings: Settings) -> None:
        """Call once before anything is started."""
        ...

    def heat(self, launch: int, rows: Sequence[Row]) -> None:
        """Say that one scenario begins in one launch."""
        ...

    def round(self, row: Row, rows: Sequence[Row]) -> None:
        """Say that a round of `row` was booked, or that it failed; `rows` are all of its heat."""
        ...

    def incident(self, sentence: str) -> None:
        """Report what went wrong beyond a single row."""
        ...

    def over(self, record: RaceRecord) -> None:
        """Call once at the end, however it came."""
        ...


def conduct(lineup: Lineup, settings: Settings, observer: Observer) -> RaceRecord:
    """Race them all; whatever happens, give what was measured and leave no process behind.

    Raises:
        BenchError: the target could not be started at all.
    """
    tightness.prepare()
    rows = {
        (scenario.name, entrant.name): Row(scenario=scenario, entrant=entrant)
        for scenario, entrants in lineup
        for entrant in entrants
    }
    record = RaceRecord(rows=rows)
    observer.planned(lineup, settings)
    with ExitStack() as stack:
        stack.callback(observer.over, record)
        main_thread = threading.current_thread() is threading.main_thread()
        interrupt = Interrupt() if main_thread else NoInterrupt()
        stack.enter_context(interrupt)
        host = stack.enter_context(Host(lineup, settings.seed))
        record.target = host.ready
        workloads = sorted({scenario.workload for scenario, _ in lineup})
        race = Race(record, settings, observer, host, lambda: Crew(interrupt, workloads))
        try:
            race.run(lineup)
        except InterruptedRaceError:
            record.interrupted = True
    return record


class Race:
    """One run in progress."""

    def __init__(
        self,
        record: RaceRecord,
        settings: Settings,
        observer: Observer,
        host: Host,
        new_crew: Callable[[], Crew],
    ) -> None:
        self._record = record
        self._settings = settings
        self._observer = observer
        self._host = host
        self._new_crew = new_crew

    def run(self, lineup: Lineup) -> None:
        """Run every launch of every scenario that is not settled before."""
        settings = self._settings
        began_s = time.monotonic()
        for launch in range(settings.launches):
            with self._new_crew() as crew:
                crew.enlist(entrant for _, entrants in lineup for entrant in entrants)
                left = settings.launches - launch
                purse = Purse(settings.budget_s - (time.monotonic() - began_s), left * len(lineup))
                for scenario, entrants in lineup:
                    heat_began_s = time.monotonic()
                    rows = [self._record.rows[scenario.name, one.name] for one in entrants]
                    if not (launch >= SETTLED_AFTER and tightness.reached(rows)):
                        self._heat(launch, rows, crew, purse.share_s())
                    purse.spend(time.monotonic() - heat_began_s)

    def _heat(self, launch: int, rows: Sequence[Row], crew: Crew, share_s: float) -> None:
        began_s = time.monotonic()
        self._observer.heat(launch, rows)
        expected = {
            row.name: expected_ns
            for row in rows
            if not row.failure and (expected_ns := self._prepare(launch, row, crew)) is not None
        }
        left_s = max(0.0, share_s - (time.monotonic() - began_s))
        quota = Quota(each_ns=left_s * 1e9 / max(1, len(expected)), expected_ns=expected)
        by_name = {row.name: row for row in rows}
        for block in count():
            order = quota.field(block)
            if not order or (block and (self._settings.once or tightness.reached(rows, launch))):
                break
            # A text as seed is hashed the same way by every interpreter.
            text = f"{self._settings.seed}/{launch}/{rows[0].scenario.name}/{block}"
            random.Random(text).shuffle(order)
            for position, name in enumerate(order):
                place = {"launch": launch, "block": block, "position": position}
                self._turn(place, by_name[name], rows, quota, crew)
        for name in expected:
            crew.ask_if_alive(name, "close", within_s=self._settings.timeout_s)

    def _prepare(self, launch: int, row: Row, crew: Crew) -> float | None:
        """Open the scenario in its worker and warm it up; give the expected wall of a round."""
        scenario = row.scenario
        try:
            params = {**self._host.params(scenario), **row.entrant.params}
            contestant = crew.ready_member(row.entrant)
            opened = contestant.ask(
                "open",
                within_s=self._settings.timeout_s,
                workload=scenario.workload,
                params=params,
                concurrency=scenario.concurrency,
            )
            row.width, row.notes = opened["width"], opened["notes"]
            row.waits_ns, row.computes = opened["waits_ns"], opened["computes"]
            start = {"startup_ns": opened["startup_ns"], "spawn_ns": contestant.spawn_ns}
            with PeakMemory(contestant.pid) as memory:
                tasks = min(scenario.tasks, WARM_LAPS * opened["width"])
                warm = {"wall_ns": 0} if self._settings.once else self._ask_round(row, crew, tasks)
        except ContestantError as failure:
            self._fail(row, failure, launch)
            return None
        self._host.health("warm")
        row.launches.append(
            {
                "launch": launch,
                **start,
                "peak_memory_bytes": memory.bytes,
                "memory_kind": memory.kind,
            }
        )
        return float(warm["wall_ns"] * scenario.tasks / tasks)

    def _turn(
        self, place: dict[str, int], row: Row, rows: Sequence[Row], quota: Quota, crew: Crew
    ) -> None:
        """Run one contestant's rounds within a block; a disturbed one is followed by another."""
        bad = reruns = repeat = 0
        while repeat < quota.repeats(row.name) + reruns:
            try:
                answer = self._round({**place, "repeat": repeat}, row, crew)
            except ContestantError as failure:
                self._fail(row, failure, place["launch"])
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
            if bad == ERRORS_IN_A_ROW or self._settings.once:
                return

    def _round(self, place: dict[str, int], row: Row, crew: Crew) -> dict[str, Any]:
        """Run one round and book all that is known of it."""
        neighbours, asked_ns = Neighbours(), time.perf_counter_ns()
        answer = self._ask_round(row, crew, row.scenario.tasks)
        cost_ns = time.perf_counter_ns() - asked_ns - answer["wall_ns"]
        self._record.round_cost_ns.append(cost_ns)
        health, incident = self._host.health("round")
        if incident:
            self._record.incidents.append(incident)
            self._observer.incident(incident)
        others_ns = neighbours.stop(answer["cpu_ns"] + ((health or {}).get("cpu_ns") or 0))
        answer["disturbed"] = disturbed(others_ns, answer["wall_ns"])
        row.rounds.append({**place, **answer, "others_ns": others_ns, "target": health})
        return answer

    def _ask_round(self, row: Row, crew: Crew, tasks: int) -> dict[str, Any]:
        contestant = crew.member(row.name)
        return contestant.ask("run", within_s=self._settings.timeout_s, tasks=tasks)

    def _fail(self, row: Row, failure: ContestantError, launch: int) -> None:
        row.failure = f"{failure} (launch {launch + 1})"
