"""The least wall that anything could have: what wait and cores allow."""

from __future__ import annotations

from math import ceil


def ideal_ns(
    *, tasks: int, concurrency: int, waits_ns: float, cpu_ns: float, cores: float
) -> float:
    """Least wall that the wait and the cores allow: max(ceil(N / C) x wait, N x cpu / cores).

    Args:
        tasks: N, tasks in a round.
        concurrency: C, how many may be under way at once.
        waits_ns: mean wait of a task in nanoseconds.
        cpu_ns: CPU a task cannot do without, in nanoseconds: where the workload computes, the least
            that any contestant of the scenario needed; 0 where it only waits.
        cores: cores that may be used.
    """
    return max(ceil(tasks / max(concurrency, 1)) * waits_ns, tasks * cpu_ns / max(cores, 1e-9))
