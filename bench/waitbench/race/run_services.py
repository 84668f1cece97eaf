"""The servers for the length of a race: started if a scenario needs them; the target is revived."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from waitbench import registry
from waitbench.race.databases import Databases
from waitbench.race.worker_process import ContestantError
from waitbench.scenario import BenchError
from waitbench.services.target import ForeignResetError, Target, TargetGoneError
from waitbench.services.target_stats import round_stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.race.visits import Visit
    from waitbench.scenario import Contestant, Scenario

REVIVALS = 3
"""A target that dies oftener than this stays dead, and its rows fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPeriod:
    """A period of the target that was closed.

    Attributes:
        stats: its figures; None if there is no target, it served nothing, or they are not ours.
        incident: a sentence, if it was found dead.
        visits: what somebody else did there meanwhile.
    """

    stats: dict[str, int | None] | None = None
    incident: str | None = None
    visits: tuple[Visit, ...] = ()


class RunServices:
    """The servers' addresses and the target's stats; only what is needed is started.

    Args:
        lineup: what is going to be raced.
        seed: of the target's latencies.
        postgres: address of a PostgreSQL that runs already; None to start one.
    """

    def __init__(
        self,
        lineup: Sequence[tuple[Scenario, list[Contestant]]],
        seed: int,
        postgres: str | None = None,
    ) -> None:
        workloads = {scenario.workload for scenario, _ in lineup}
        self._needed = any(map(registry.needs_target, workloads))
        # The same answers for less CPU of the target: it is in nobody's way for longer.
        self._options = ["--seed", str(seed), "--engine", "fast"]
        self._latencies = {
            scenario.params["latency"]
            for scenario, _ in lineup
            if "latency" in scenario.params and registry.needs_target(scenario.workload)
        }
        self._databases = Databases(lineup, postgres)
        self._open = ExitStack()
        self._target: Target | None = None
        self._lost: str | None = None
        self._revivals = self._periods = 0
        self._port = "0"
        self.ready: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        self._databases.__enter__()
        try:
            if self._needed:
                target = self._start()
                for latency in self._latencies:  # a wrong one is refused at once, not in each row
                    target.check(latency=latency)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        with self._databases:  # which ends last: the target may be asked about it
            self._open.close()

    def params(self, scenario: Scenario) -> dict[str, str]:
        """Return the workload's parameters, with the addresses of the servers that it wants.

        Raises:
            ContestantError: it wants one that is gone for good.
        """
        params = dict(scenario.params)
        if registry.needs_target(scenario.workload):
            if self._target is None:
                raise ContestantError(self._lost or "the target is not running")
            params["target"] = self._target.url
        return {**params, **self._databases.params(scenario)}

    def check_database(self) -> None:
        """Look whether the databases that were started here still run: their clients wait long.

        Raises:
            ContestantError: one has died.
        """
        self._databases.check()

    def target_period(self) -> TargetPeriod:
        """Close a period of the target, and begin the next."""
        if self._target is None:
            return TargetPeriod()
        self._periods += 1
        try:
            stats = self._target.reset(f"period {self._periods}")
        except ForeignResetError:
            return TargetPeriod(visits=("reset its statistics",))
        except TargetGoneError as gone:
            return TargetPeriod(incident=self._revive(str(gone)))
        if stats.get("foreign"):
            return TargetPeriod(visits=("was refused there",))
        figures = round_stats(stats)
        return TargetPeriod(stats=figures if figures["requests"] else None)

    def database_cpu_ns(self) -> int:
        """CPU nanoseconds so far of the databases that were started here, and of their proxy."""
        return self._databases.cpu_ns()

    def _start(self) -> Target:
        target = Target("--port", self._port, *self._options)
        self._target = self._open.enter_context(target)
        self.ready = dict(target.ready)
        # A revived target takes the same port, so that the workers' address stays true.
        self._port = target.url.rpartition(":")[2]
        return target

    def _revive(self, how: str) -> str:
        self._open.close()
        self._target = None
        self._revivals += 1
        if self._revivals <= REVIVALS:
            try:
                self._start()
            except BenchError as again:
                how = f"{how}; {again}"
            else:
                return f"{how}; it was started again, and the round that it spoilt does not count"
        self._lost = f"the target is gone for good: {how}"
        return self._lost
