"""One round: run by a worker, and booked with what the target, the database and others did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from waitbench import registry
from waitbench.race import expectations
from waitbench.race.answers import round_record
from waitbench.race.events import Incident
from waitbench.race.round_order import round_order
from waitbench.race.run_services import TargetPeriod
from waitbench.race.visits import uncounted
from waitbench.race.worker_process import ContestantError
from waitbench.system.interference import disturbed
from waitbench.workloads.http import THREADS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.race.context import Race
    from waitbench.race.visits import Visit
    from waitbench.race.workers import Workers
    from waitbench.results.record import ContestantRecord, RoundRecord


COUNTED = {"connections_opened": "connections_opened", "requests_at_once": "in_flight_max"}
"""What is told of a client by the target's count: our name, and the target's figure."""


class Place(NamedTuple):
    """Where in a race a round comes."""

    launch: int
    block: int
    position: int
    repeat: int = 0


class RoundMeter:
    """Measures rounds of one scenario in one launch.

    Args:
        race: what they are a part of.
        rows: of the scenario's contestants.
        workers: that run them.
    """

    def __init__(self, race: Race, rows: Sequence[ContestantRecord], workers: Workers) -> None:
        self._race = race
        self._rows = rows
        self._workers = workers
        self._served = any(registry.needs_target(row.scenario.workload) for row in rows)

    def run(self, place: Place, row: ContestantRecord, core: int | None) -> RoundRecord:
        """Run one round and book what was measured of it.

        Args:
            place: launch, block, position and repeat.
            row: of the contestant whose turn it is.
            core: the only one that its worker may use; None for all.

        Returns:
            the record of the round, which the row has from now on.

        Raises:
            ContestantError: it failed, died, or did not answer in time.
        """
        race, instruments = self._race, self._race.instruments
        if race.settings.user_code:
            instruments.wait_for_rest(self._resting(row))
        database_ns = race.services.database_cpu_ns()
        interference, asked_s = instruments.interference(), instruments.clock()
        worker, order = self._workers.process(row.contestant), round_order(row, core=core)
        row.tasks_run += row.scenario.tasks  # now, for a worker that dies of it has begun them
        try:
            reply = worker.ask("run", within_s=race.settings.timeout_s, **order)
            expectations.note(row, reply)
            answer = round_record(reply)
        except ContestantError:
            self.target_period()  # what it asked for is not the next one's
            raise
        cost_ns = round((instruments.clock() - asked_s) * 1e9) - answer.wall_ns
        race.record.round_cost_ns.append(cost_ns)
        period = self.target_period()
        stats, visits = period.stats, period.visits
        if not answer.errors and stats and uncounted(row, stats["requests"]):
            stats, visits = None, ("asked it beside our tasks",)
        if visits:
            race.visits.book(race.record, race.observer, row, (place.launch, place.block), visits)
        database_ns = race.services.database_cpu_ns() - database_ns
        served_ns = ((stats or {}).get("cpu_ns") or 0) + database_ns
        others_ns = interference.stop(answer.cpu_ns + served_ns)
        measured = replace(
            answer,
            metrics={**answer.metrics, **_counted(answer.metrics, stats)},
            launch=place.launch,
            block=place.block,
            position=place.position,
            repeat=place.repeat,
            others_ns=others_ns,
            database_cpu_ns=database_ns,
            disturbed=disturbed(others_ns, answer.wall_ns) or _burdened(visits),
            target=stats,
        )
        row.rounds.append(measured)
        if measured.errors:
            race.services.check_database()
        return measured

    def warm_period(self) -> TargetPeriod:
        """Close a period in which several warmed up, and tell if somebody else was there too."""
        period = self.target_period()
        if period.visits:
            did = ", ".join(period.visits)
            name = self._rows[0].scenario.name
            self._tell(f"somebody else was at the target while {name} was warmed up: {did}")
        return period

    def target_period(self) -> TargetPeriod:
        """Close a period of the target, where this scenario has to do with it."""
        if not self._served:
            return TargetPeriod()
        period = self._race.services.target_period()
        if period.incident:
            self._tell(period.incident)
        return period

    def _tell(self, sentence: str) -> None:
        if sentence in self._race.record.incidents:
            return
        self._race.record.incidents.append(sentence)
        self._race.observer(Incident(sentence=sentence))

    def _resting(self, row: ContestantRecord) -> list[int]:
        """Process ids of all workers but the one whose turn it is."""
        workers = self._workers
        pids = {workers.process(rival.contestant).pid for rival in self._rows if not rival.failure}
        return list(pids - {workers.process(row.contestant).pid})


def _counted(
    metrics: Mapping[str, float], stats: Mapping[str, int | None] | None
) -> dict[str, float]:
    """Return what the target counted of a client that says which threads it keeps."""
    if THREADS not in metrics or not stats:
        return {}
    figures = {name: stats.get(figure) for name, figure in COUNTED.items()}
    return {name: float(figure) for name, figure in figures.items() if figure is not None}


def _burdened(visits: Sequence[Visit]) -> bool:
    """Whether somebody else kept the target busy; beginning a new period does not."""
    return any(visit != "reset its statistics" for visit in visits)
