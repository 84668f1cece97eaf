"""Who of a cluster's workers may measure, before anything is measured and while it goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Crew

LOOKS_EVERY_S = 0.2
SOMEBODY_WITHIN_S = 60.0
"""So long is waited for the first worker."""


def mustered(cluster: Cluster, crew: Crew, incident: Callable[[str], object]) -> str:
    """Take in who may measure, and return how many they are.

    Args:
        cluster: whose workers are asked.
        crew: that takes them in.
        incident: is told who is left out.

    Raises:
        BenchError: there is nobody; says why each is refused.
    """
    until_s = time.monotonic() + SOMEBODY_WITHIN_S
    taken_in(cluster, crew, cluster.workers())
    while not crew.members:
        if crew.refused or time.monotonic() > until_s:
            reasons = "; ".join(dict.fromkeys(crew.refused.values()))
            raise BenchError(
                f"no machine of the cluster may measure: {reasons}"
                if reasons
                else "the scheduler has no workers; start some by `dask worker ADDRESS "
                "--nthreads 1 --resources waitbench=1`"
            )
        time.sleep(LOOKS_EVERY_S)
        taken_in(cluster, crew, cluster.workers())
    for why, number in _counted(crew.refused).items():
        incident(f"{formatting.count(number, 'machine')} left out: {why}")
    machines = {member.machine for member in crew.members.values()}
    workers = formatting.count(len(crew.members), "worker")
    return f"{workers} on {formatting.count(len(machines), 'machine')}"


def taken_in(cluster: Cluster, crew: Crew, workers: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Take in the workers that have come; return why others are refused."""
    unknown = crew.unknown(workers)
    answers = cluster.describe(unknown, crew.seed) if unknown else {}
    reasons = [crew.take_in(place, said, workers[place]) for place, said in answers.items()]
    return [why for why in reasons if why]


def _counted(refused: Mapping[str, str]) -> dict[str, int]:
    return {why: [*refused.values()].count(why) for why in dict.fromkeys(refused.values())}
