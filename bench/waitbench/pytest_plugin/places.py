"""Where the launches of a run are raced: here, or by the machines of a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from waitbench.machines import cluster
from waitbench.race import conductor
from waitbench.race.events import Incident
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import pytest

    from waitbench.machines.cluster import Cluster
    from waitbench.race.conductor import Lineup, Settings
    from waitbench.race.events import Observer
    from waitbench.race.record import RaceRecord


class Place(Protocol):
    """Races a lineup; a suite may have a race of its own."""

    def conduct(
        self,
        lineup: Lineup,
        settings: Settings,
        observer: Observer,
        suite: ModuleType | None = None,
    ) -> RaceRecord:
        """Return what was measured."""
        ...


class Here:
    """This machine."""

    def __init__(self, postgres: str | None) -> None:
        self._postgres = postgres

    def conduct(
        self,
        lineup: Lineup,
        settings: Settings,
        observer: Observer,
        suite: ModuleType | None = None,
    ) -> RaceRecord:
        """Race all launches in this process."""
        if suite:
            race: RaceRecord = suite.conduct(lineup, settings, observer)
            return race
        return conductor.conduct(lineup, settings, observer, postgres=self._postgres)


class Machines:
    """The workers of a cluster."""

    def __init__(self, there: Cluster, *, force: bool) -> None:
        self._cluster, self._force = there, force

    def conduct(
        self,
        lineup: Lineup,
        settings: Settings,
        observer: Observer,
        suite: ModuleType | None = None,
    ) -> RaceRecord:
        """Race each launch on whichever machine is free."""
        from waitbench.machines.conductor import conduct

        # Its name in pytest depends on how pytest imported it.
        name = f"waitbench.suites.{Path(suite.__file__ or '').stem}" if suite else None
        return conduct(self._cluster, lineup, settings, observer, suite=name, force=self._force)


class LoadFrom:
    """This machine, but for the load that its servers are under: a cluster's workers send that."""

    def __init__(self, there: Cluster, *, force: bool) -> None:
        self._cluster, self._force = there, force

    def conduct(
        self,
        lineup: Lineup,
        settings: Settings,
        observer: Observer,
        suite: ModuleType | None = None,
    ) -> RaceRecord:
        """Race all launches in this process.

        Raises:
            BenchError: there is no server among them, or no machine that may send.
        """
        from waitbench.machines.crowd import Crowd

        if suite is None:
            raise BenchError("--load-from is for servers under load alone: waitbench run serving")
        said: list[str] = []
        crowd = Crowd(self._cluster, settings.seed, said.append, force=self._force)
        said.append(str(crowd))
        for sentence in said:
            observer(Incident(sentence=sentence))
        race: RaceRecord = suite.conduct(lineup, settings, observer, generators=crowd.start)
        race.incidents[:0] = said
        return race


@contextmanager
def chosen(config: pytest.Config) -> Iterator[Place]:
    """Open the place that was asked for.

    Raises:
        BenchError: there is no such cluster, or it cannot have what was asked for besides.
    """
    scheduler, machines = cluster.checked(
        config.getoption("scheduler"), config.getoption("machines")
    )
    if load_from := config.getoption("load_from"):
        if scheduler or machines:
            raise BenchError(
                "--load-from and a cluster for launches exclude each other: give one of them"
            )
        with cluster.opened(*cluster.senders(load_from)) as there:
            yield LoadFrom(there, force=bool(config.getoption("waitbench_force")) or there.local)
        return
    if scheduler is None and machines is None:
        yield Here(config.getoption("postgres"))
        return
    for option in ("postgres", "part"):
        if config.getoption(option):
            raise BenchError(
                f"--{option} and a cluster exclude each other: each machine starts its own servers "
                "and takes whichever launch is next"
            )
    if scheduler and (config.getoption("python") or config.getoption("python_env")):
        raise BenchError(
            "--python and a cluster exclude each other: its interpreters are those of this "
            "machine; run it with --part on each, and `waitbench merge` the parts"
        )
    with cluster.opened(scheduler, machines) as there:
        yield Machines(there, force=bool(machines or config.getoption("waitbench_force")))
