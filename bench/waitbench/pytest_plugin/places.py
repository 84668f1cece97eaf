"""Where the launches of a run are raced: here, or by the machines of a cluster."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from waitbench.machines import cluster
from waitbench.race import conductor
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


@contextmanager
def chosen(config: pytest.Config) -> Iterator[Place]:
    """Open the place that was asked for.

    Raises:
        BenchError: there is no such cluster, or it cannot have what was asked for besides.
    """
    scheduler, machines = cluster.checked(
        config.getoption("scheduler"), config.getoption("machines")
    )
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
