"""Contestants in, pytest's parameters out: plain words and numbers that every tool can group by."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.pytest_plugin.replay import Entry

Value = str | int
USUAL = ("model", "workload", "latency", "tasks", "concurrency")
"""What every row of every suite has: `--benchmark-group-by=param:latency` works on all of them."""
NONE = "-"
"""What stands where a row has no such parameter, as in tables."""


def rows(entries: Sequence[Entry]) -> tuple[list[str], list[tuple[Value, ...]]]:
    """Return names and, for each entry, values: the usual, then what workloads of the suite take.

    They are what was asked, so that a run with the same options has the same to the byte.
    """
    values = [_values(entry) for entry in entries]
    names = dict.fromkeys(USUAL) | {name: None for row in values for name in row}
    return list(names), [tuple(row.get(name, NONE) for name in names) for row in values]


def _values(entry: Entry) -> dict[str, Value]:
    scenario, contestant = entry.scenario, entry.contestant
    return {
        **scenario.params,
        **contestant.params,
        "model": contestant.name,
        **({"python": contestant.build} if contestant.build else {}),
        "workload": scenario.workload,
        "tasks": scenario.tasks,
        "concurrency": contestant.concurrency or scenario.concurrency,
    }
