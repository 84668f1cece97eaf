"""What a run was measured on, name and value: machine, interpreter, packages, cost of trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis import machine_names
from waitbench.analysis.comparison import MAIN
from waitbench.presentation import last_screen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary

SHORT = 9
"""Digits of a commit that are shown."""
PACKAGES = ("aiohttp", "requests", "uvloop", "pytest-benchmark")
MORE_PACKAGES = ("urllib3", "httpx", "niquests", "aiofiles", "aiosqlite", "psycopg", "pillow")
"""What only the suites beside the main ones race with."""


def environment(summary: Summary) -> list[tuple[str, str]]:
    """List what the run was measured on, name and value, leaving out what is not known."""
    facts = summary.environment
    quota = facts.get("cgroup_cpu_quota")
    lines = [
        ("CPU", last_screen.cpu(facts)),
        ("CPU quota", quota and f"{quota:g} cores"),
        ("Python", last_screen.python(facts)),
        ("Build", _how_built(facts)),
        ("Measured", summary.run.day if summary.run else None),
        ("System", join([facts.get("platform"), facts.get("virtualization")])),
        ("Memory", formatting.size(facts["memory_bytes"]) if facts.get("memory_bytes") else None),
        ("Governor", facts.get("governor")),
        ("Load", _load(facts)),
        ("Processes by", facts.get("start_method")),
        ("Packages", _pairs(facts.get("packages"), _packages(summary))),
        ("Harness", _harness(summary)),
        ("Target", _pairs(summary.target, ("loop", "timer", "engine", "workers"))),
        (
            "Commit",
            facts.get("commit") and f"{str(facts['commit'])[:SHORT]}{' + changes' * _dirty(facts)}",
        ),
        *((machine["name"], machine_names.title(machine)) for machine in _others(summary)),
        ("Results", summary.path.name),
    ]
    return [(name, str(value)) for name, value in lines if value]


def _others(summary: Summary) -> Sequence[Mapping[str, Any]]:
    """Return the machines beside the first, which all other lines describe."""
    return summary.run.machines[1:] if summary.run else ()


def _harness(summary: Summary) -> str:
    """Return what measuring cost, and what share that is of the shortest round.

    That is one of the main suites where there are such: others time single steps, whose figures
    are made from many of them.
    """
    costs = summary.overhead or {}
    rounds = [
        (row.wall.value, scenario.tasks)
        for scenario in _timed(summary)
        for row in scenario.rows
        if row.wall
    ]
    if not rounds:
        return ""
    wall_ns, tasks = min(rounds)
    shares = [
        f"{formatting.duration(costs[key])} {place} "
        f"({formatting.percent(many * costs[key] / wall_ns)})"
        for key, place, many in (
            ("per_task_ns", "in each task", tasks),
            ("per_round_ns", "beside each round", 1),
        )
        if costs.get(key)
    ]
    return f"{', '.join(shares)}; shares of the shortest round" if shares else ""


def _timed(summary: Summary) -> Sequence[Comparison]:
    return summary.main or [*summary.scenarios, *summary.controls]


def _packages(summary: Summary) -> tuple[str, ...]:
    main = set(summary.suites).issubset(MAIN)
    return PACKAGES if main else (*PACKAGES, *MORE_PACKAGES)


def _how_built(facts: Mapping[str, Any]) -> str:
    """Return the compiler, and what makes a build of Python faster or slower than others."""
    guided = facts.get("profile_guided")
    how = "with" if guided else "without"
    return join(
        [
            facts.get("compiler"),
            None if guided is None else f"{how} profile-guided optimization",
            "a debug build" if facts.get("debug_build") else None,
            "with the JIT" if facts.get("jit") else None,
        ]
    )


def _load(facts: Mapping[str, Any]) -> str:
    loads = [facts.get(name) for name in ("load_before", "load_after")]
    return " before, ".join(f"{load[0]:.1f}" for load in loads if load) + (
        " after" if all(loads) else ""
    )


def _pairs(values: Mapping[str, Any] | None, names: tuple[str, ...]) -> str:
    given = values or {}
    return ", ".join(f"{name} {given[name]}" for name in names if given.get(name) is not None)


def join(parts: list[str | None]) -> str:
    """Write what is known, with commas between."""
    return ", ".join(part for part in parts if part)


def _dirty(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("dirty"))
