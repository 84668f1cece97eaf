"""`waitbench.race_models`: concurrency models against each other under any workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.api import conducted
from waitbench.scenario import BenchError, Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.api.run import Run

SUITE = "models"
USUAL = ("sync", "threads", "processes", "asyncio")


def race_models(  # noqa: PLR0913 - what a race of models differs in
    workload: str,
    *,
    params: Mapping[str, str] | None = None,
    models: Sequence[str] = USUAL,
    tasks: int = 32,
    concurrency: int = 8,
    seconds: float = 20.0,
    launches: int = 3,
    seed: int | None = None,
    quiet: bool = False,
) -> Run:
    """Race models under a workload, waitbench's own or one that a package adds; return the run.

    Args:
        workload: as in `waitbench list`.
        params: of the workload, as they would be typed: `{"latency": "20ms"}`.
        models: who races; the first of them is what the others are compared with.
        tasks: of a round.
        concurrency: how many of them at once.
        seconds: about how long the race takes.
        launches: how often all is started afresh.
        seed: of the order and of injected latencies; a new one where it is not given.
        quiet: whether nothing is said while it runs.

    Raises:
        BenchError: there is no such workload or model, one cannot run here, or nothing was timed.
        KeyboardInterrupt: it was stopped before anything was known.
    """
    settings = conducted.settings_of(seconds, launches, seed)
    names = list(dict.fromkeys(models))
    if not names or tasks < 1 or concurrency < 1:
        raise BenchError("a race takes a model, and tasks and concurrency above 0")
    for room, wanted in (("workloads", [workload]), ("models", names)):
        for name in wanted:
            if why := registry.unavailable(room, name):
                raise BenchError(f"{name} cannot race here: {why}")
    scenario = Scenario(
        suite=SUITE,
        workload=workload,
        params=dict(params or {}),
        tasks=tasks,
        concurrency=concurrency,
        baseline=names[0],
    )
    lineup = [(scenario, [Contestant.of(name) for name in names])]
    return conducted.raced(lineup, settings, quiet=quiet)
