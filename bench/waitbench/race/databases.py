"""The databases of a race: started here or given, near by or behind a proxy at a distance."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from waitbench import registry
from waitbench.race.worker_process import ContestantError
from waitbench.scenario import BenchError
from waitbench.services.distances import NEAR, Distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.scenario import Contestant, Scenario
    from waitbench.services.postgres import Postgres
    from waitbench.services.redis import Redis


class Databases:
    """Only what is needed is started; where that fails, the rows that want it fail alone.

    Args:
        lineup: what is going to be raced.
        postgres: address of a PostgreSQL that runs already; None to start one.
    """

    def __init__(
        self, lineup: Sequence[tuple[Scenario, list[Contestant]]], postgres: str | None
    ) -> None:
        scenarios = [scenario for scenario, _ in lineup]
        self._wants_postgres = any(registry.needs_postgres(s.workload) for s in scenarios)
        self._wants_redis = any(registry.needs_redis(s.workload) for s in scenarios)
        self._far = dict.fromkeys(
            (_service(scenario), scenario.params["distance"])
            for scenario in scenarios
            if _service(scenario) and scenario.params.get("distance", "") not in NEAR
        )
        self._addresses = {"postgres": postgres} if postgres else {}
        self._absent = {name: f"{title} is not running" for name, title in TITLES.items()}
        self._started: dict[str, Postgres | Redis] = {}
        self._distances: Distances | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        if self._wants_postgres and "postgres" not in self._addresses:
            from waitbench.services.postgres import Postgres

            self._start("postgres", Postgres())
        if self._wants_redis:
            from waitbench.services.redis import Redis

            self._start("redis", Redis())
        wanted = [
            (service, _upstream(service, self._addresses[service]), distance)
            for service, distance in self._far
            if service in self._addresses
        ]
        if wanted:
            try:
                self._distances = self._open.enter_context(Distances(wanted))
            except BaseException:
                self._open.close()
                raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def params(self, scenario: Scenario) -> dict[str, str]:
        """Return the address of the database that a scenario's workload wants, by its name.

        Raises:
            ContestantError: it is gone, or has never come.
        """
        service = _service(scenario)
        if not service:
            return {}
        if service not in self._addresses:
            raise ContestantError(self._absent[service])
        self.check()
        address, distance = self._addresses[service], scenario.params.get("distance", "")
        if distance in NEAR:
            return {service: address}
        assert self._distances is not None
        return {service: _through(service, address, self._distances.port(service, distance))}

    def check(self) -> None:
        """Look whether those that were started here still run: their clients wait long.

        Raises:
            ContestantError: one has died.
        """
        for name, server in self._started.items():
            if not server.alive:
                raise ContestantError(f"{TITLES[name]} died in mid-run")
        if self._distances is not None and not self._distances.alive:
            raise ContestantError("the proxy in front of the database died in mid-run")

    def cpu_ns(self) -> int:
        """CPU nanoseconds so far of all that was started here: in a round, a contestant's doing."""
        running: list[Postgres | Redis | Distances] = [*self._started.values()]
        if self._distances is not None:
            running.append(self._distances)
        return sum(server.cpu_ns() for server in running)

    def _start(self, name: str, server: Postgres | Redis) -> None:
        try:
            self._open.enter_context(server)
        except BenchError as refused:
            self._absent[name] = str(refused)
        else:
            self._started[name] = server
            self._addresses[name] = server.dsn


TITLES = {"postgres": "PostgreSQL", "redis": "Redis"}


def _service(scenario: Scenario) -> str:
    """Return the database that a scenario wants, by its parameter's name; empty if none."""
    if registry.needs_postgres(scenario.workload):
        return "postgres"
    return "redis" if registry.needs_redis(scenario.workload) else ""


def _upstream(service: str, address: str) -> str:
    """Return where a database is, as a proxy takes it."""
    if service == "redis":
        return address.rpartition("@")[2].partition("/")[0]
    from waitbench.services import postgres

    return postgres.place(address)


def _through(service: str, address: str, port: int) -> str:
    """Return the same address by way of a port of this machine."""
    if service == "redis":
        head, _, tail = address.rpartition("@")
        return f"{head}@127.0.0.1:{port}/{tail.partition('/')[2]}"
    from waitbench.services import postgres

    return postgres.through(address, port)
