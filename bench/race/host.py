"""The target for the length of a race: started if a scenario needs it, revived if it dies."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from bench import registry
from bench.race.contestant import ContestantError
from bench.scenario import BenchError
from bench.target import Target, TargetGoneError, round_health

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.scenario import Entrant, Scenario

REVIVALS = 3
"""A target that dies oftener than this stays dead, and its rows fail."""


class Host:
    """Knows the target's address and asks after its health; silent when no scenario needs one."""

    def __init__(self, lineup: Sequence[tuple[Scenario, list[Entrant]]], seed: int) -> None:
        self._needed = any(needs_target(scenario) for scenario, _ in lineup)
        self._seed = seed
        self._open = ExitStack()
        self._target: Target | None = None
        self._lost: str | None = None
        self._revivals = 0
        self._port = "0"
        self.ready: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        if self._needed:
            self._start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._open.close()

    def params(self, scenario: Scenario) -> dict[str, str]:
        """Give the workload's parameters, with the target's address where it wants one.

        Raises:
            ContestantError: it wants the target, and that is gone for good.
        """
        if not needs_target(scenario):
            return dict(scenario.params)
        if self._target is None:
            raise ContestantError(self._lost or "the target is not running")
        return {**scenario.params, "target": self._target.url}

    def health(self, label: str) -> tuple[dict[str, int | None] | None, str | None]:
        """Close the target's books on the last period.

        Returns:
            Its health in that period (None if there is no target or it served nothing), and a
            sentence if it was found dead.
        """
        if self._target is None:
            return None, None
        try:
            health = round_health(self._target.reset(label))
        except TargetGoneError as gone:
            return None, self._revive(str(gone))
        return (health if health["requests"] else None), None

    def _start(self) -> None:
        target = Target("--port", self._port, "--seed", str(self._seed))
        self._target = self._open.enter_context(target)
        self.ready = dict(target.ready)
        # A revived target takes the same port, so that the workers' address stays true.
        self._port = target.url.rpartition(":")[2]

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


def needs_target(scenario: Scenario) -> bool:
    """Whether its workload talks to the target."""
    return bool(registry.load("workloads", scenario.workload).Workload.needs_target)
