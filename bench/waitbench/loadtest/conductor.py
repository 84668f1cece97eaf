"""The race of servers: launches of fresh ones, and in each of them every scenario once."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.loadtest import served
from waitbench.loadtest.amounts import Amounts
from waitbench.loadtest.generators import OneGenerator
from waitbench.loadtest.measure import Measurement
from waitbench.loadtest.server import STOP_WITHIN_S, Server, ServerError
from waitbench.loadtest.servers import ALL
from waitbench.loadtest.step import Task
from waitbench.race.events import Incident, RaceOver, RacePlanned, RoundBooked, ScenarioBegun
from waitbench.race.plan import own_budget_s, own_launches
from waitbench.race.record import RaceRecord
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.results.record import ContestantRecord, LaunchRecord
from waitbench.system.interference import Interference, disturbed
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.loadtest.generators import Start
    from waitbench.race.events import Observer
    from waitbench.race.plan import Lineup, Settings

ONCE_NS = 100_000_000
STUBBORN = f"it did not end within {STOP_WITHIN_S:g} s of SIGTERM, and was killed"
SECOND = 0.6
"""Share of the time of its first search that a second one takes: knees are then known about."""


def conduct(
    lineup: Lineup, settings: Settings, observer: Observer, *, generators: Start = OneGenerator
) -> RaceRecord:
    """Race all servers; whatever happens, return what was measured, and leave no process.

    Args:
        lineup: who serves in what.
        settings: how: as many launches as are allowed and as the time has room for.
        observer: who watches.
        generators: starts who sends the load of a launch.
    """
    record = RaceRecord.of(lineup)
    observer(RacePlanned(lineup=lineup, settings=settings))
    with ExitStack() as stack:
        stack.callback(observer, RaceOver(record=record))
        interrupt = Interrupt.of_this_thread()
        stack.enter_context(interrupt)
        record.interrupted = interrupt.requested  # before this race began
        if record.interrupted:
            return record
        try:
            tasks = [Task.of(scenario.params) for scenario, _ in lineup]
            amounts = stack.enter_context(Amounts(tasks))
            _Serving(lineup, settings, observer, record, interrupt, amounts, generators).run()
        except InterruptedRaceError:
            record.interrupted = True
    return record


class _Serving:
    """All launches of one run."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a run, put together in one place
        self,
        lineup: Lineup,
        settings: Settings,
        observer: Observer,
        record: RaceRecord,
        interrupt: Interrupt,
        amounts: Amounts,
        generators: Start,
    ) -> None:
        self._lineup, self._settings, self._observer = lineup, settings, observer
        self._record, self._interrupt = record, interrupt
        self._amounts, self._generators = amounts, generators

    def run(self) -> None:
        """Run launch after launch, while there is time for another."""
        self._began_s = time.monotonic()
        self._took_s: dict[str, float] = {}
        self._served: dict[str, served.Served] = {}
        starts_s = 0.0
        for turn, launch in enumerate(own_launches(self._lineup, self._settings)):
            if turn and not self._fits(starts_s + min(self._took_s.values())):
                break
            launch_began_s = time.monotonic()
            with ExitStack() as stack:
                self._generator = self._generators(self._interrupt)
                stack.callback(self._dismiss_generator)
                servers = self._started(stack)
                starts_s = time.monotonic() - launch_began_s
                self._launch(launch, turn, servers)
            self._note_who_was_killed(servers.values())

    def _note_who_was_killed(self, servers: Iterable[Server | str]) -> None:
        """Tell the rows of those that did not end when they were asked to."""
        stubborn = {
            server.spec.name
            for server in servers
            if isinstance(server, Server) and server.ignored_exit
        }
        for row in self._record.rows.values():
            if row.name in stubborn and STUBBORN not in row.notes:
                row.notes = [*row.notes, STUBBORN]

    def _fits(self, seconds: float) -> bool:
        """Whether there is so much time left."""
        budget_s = own_budget_s(self._lineup, self._settings)
        return time.monotonic() - self._began_s + seconds <= budget_s

    def _started(self, stack: ExitStack) -> dict[str, Server | str]:
        """Start every server at once, then wait for each; who does not come up says why."""
        names = dict.fromkeys(
            contestant.name for _, contestants in self._lineup for contestant in contestants
        )
        servers = {
            name: stack.enter_context(
                Server(ALL[name], self._amounts.database_file, self._generator.host)
            )
            for name in names
        }
        # PendingRequest all of them before the first is waited for: their stopping overlaps.
        for server in servers.values():
            stack.callback(server.request_exit)
        return {name: self._up(server) for name, server in servers.items()}

    def _up(self, server: Server) -> Server | str:
        name = server.spec.name
        try:
            server.wait_healthy(interrupt=self._interrupt)
            if name not in self._served:
                self._served[name] = served.ask(server.port, server.host)
        except ServerError as failure:
            return str(failure)
        return server

    def _launch(self, launch: int, turn: int, servers: dict[str, Server | str]) -> None:
        lineup = self._lineup
        if turn:  # an interval first for what findings lean on
            lineup = sorted(lineup, key=lambda pair: -pair[0].weight)
        for scenario, contestants in lineup:
            # The first launch has them all; later ones those that there is time for.
            again = SECOND if turn == 1 and Task.of(scenario.params).searches else 1.0
            if turn and not self._fits(again * self._took_s[scenario.name]):
                continue
            scenario_began_s = time.monotonic()
            rows = [self._record.row(scenario, contestant) for contestant in contestants]
            self._observer(ScenarioBegun(launch=launch, rows=rows))
            order = list(rows)
            # A text as seed is hashed the same way by every interpreter.
            text = f"{self._settings.seed}/{launch}/{scenario.name}"
            random.Random(text).shuffle(order)
            for position, row in enumerate(order):
                server = servers[row.name]
                if isinstance(server, str):
                    row.failure = f"{server} (launch {launch + 1})"
                else:
                    self._measure(launch, position, row, server)
                    if row.failure:
                        servers[row.name] = row.failure
                self._observer(RoundBooked(row=row, rows=rows))
            self._took_s[scenario.name] = time.monotonic() - scenario_began_s

    def _measure(self, launch: int, position: int, row: ContestantRecord, server: Server) -> None:
        """Measure one server and record it; its failure is its own."""
        task = Task.of(row.scenario.params)
        self._introduce(row, task)
        interference = Interference()
        seed = f"{self._settings.seed}/{launch}/{row.scenario.name}"
        if self._settings.once:
            task = Task(work=task.work, time_ns=task.time_ns, load="1x", for_ns=ONCE_NS)
        measurement = Measurement(
            server, task, self._amounts.of(task), seed, self._generator.ask, _near(row)
        )
        try:
            measured = measurement.run()
            server.wait_healthy(interrupt=self._interrupt)
        except ContestantError as failure:
            self._replace_generator(f"{failure} in {row.scenario.name} with {row.name}")
            return
        except ServerError as failure:
            row.failure = f"{failure} (launch {launch + 1})"
            return
        others_ns = interference.stop(measurement.server_cpu_ns + measurement.generator_cpu_ns)
        row.loads.append(
            replace(
                measured,
                launch=launch,
                position=position,
                others_ns=others_ns,
                disturbed=disturbed(others_ns, measurement.lasted_ns),
            )
        )
        memory_bytes, kind = server.memory()
        row.launches.append(
            LaunchRecord(
                launch=launch,
                startup_ns=server.startup_ns,
                spawn_ns=server.startup_ns,
                peak_memory_bytes=memory_bytes,
                memory_kind=kind,
            )
        )

    def _introduce(self, row: ContestantRecord, task: Task) -> None:
        facts = self._served[row.name]
        row.width = facts.at_once
        row.notes = list(dict.fromkeys((f"{ALL[row.name].note}; {facts.text}", *row.notes)))
        row.computes = task.work == "compute"
        row.waits_ns = task.time_ns if task.work == "wait" else 0

    def _dismiss_generator(self) -> None:
        self._generator.stop()

    def _replace_generator(self, why: str) -> None:
        """Start another generator: a step that was lost is no time of anybody's."""
        sentence = f"the load generator was started anew: {why}"
        self._record.incidents.append(sentence)
        self._observer(Incident(sentence=sentence))
        self._generator.stop()
        self._generator = self._generators(self._interrupt)


def _near(row: ContestantRecord) -> float | None:
    """Return the highest rate that an earlier launch sustained; None where none looked for it."""
    rates = [each.metrics["sustained_per_s"] for each in row.loads if each.knee_per_s]
    return rates[-1] if rates else None
