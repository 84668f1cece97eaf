"""CPU per task: how many times as much of it one contestant takes as another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.stats import machines

if TYPE_CHECKING:
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate


def times_the_cpu(dear: Row, cheap: Row) -> Estimate | None:
    """Return how many times the CPU of `cheap` a task takes with `dear`, if both are known.

    Paired within their common blocks, as walls are: what slowed both down is no difference.
    """
    if dear.cpu is None or cheap.cpu is None:
        return None
    return machines.paired_ratio(
        dear.measured.cpus,
        cheap.measured.cpus,
        machines=dear.measured.machines,
        confidence=dear.cpu.confidence,
    )
