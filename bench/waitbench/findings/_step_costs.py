"""Rows of the workload `switches` in, what one step of asyncio costs out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings._gains import of_suites, sound

if TYPE_CHECKING:
    from collections.abc import Collection

    from waitbench.analysis.comparison import Summary

STEPS = {
    "call": "a plain call",
    "await": "an await that does not suspend",
    "switch": "a switch",
    "future": "a future",
    "task": "a task",
    "gather": "a member of gather",
}
"""What the workload `switches` measures, in words."""


def step_costs(summary: Summary, suites: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Return what one step of asyncio costs, less the loop around it, and the rows behind it."""
    scenario = next(
        (scenario for scenario in of_suites(summary, suites) if scenario.workload == "switches"),
        None,
    )
    own = sound(scenario, "nothing") if scenario else None
    if scenario is None or own is None or own.wall is None:
        return "", ()
    times = int(scenario.params["times"]) * scenario.tasks
    costs = {
        name: (row.wall.value - own.wall.value) / times
        for name in STEPS
        if (row := sound(scenario, name)) and row.wall
    }
    steps = [f"{STEPS[name]} {rounded(cost)}" for name, cost in costs.items() if cost >= 1]
    if not steps:
        return "", ()
    rows = tuple(f"{scenario.name}/{name}" for name in ("nothing", *costs))
    around = rounded(own.wall.value / times)
    return f"One step costs: {', '.join(steps)} (less {around} of the loop around it).", rows


def rounded(wall_ns: float) -> str:
    """Return a duration rounded before its unit is chosen: 999.9 ns is 1 µs, not 1,000 ns."""
    return formatting.duration(float(f"{wall_ns:.{formatting.DIGITS}g}"))
