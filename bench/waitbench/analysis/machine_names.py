"""Machines named for people: processor, cores and interpreter, never a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import formatting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def title(machine: Mapping[str, Any]) -> str:
    """Return `machine 2 (Xeon, 8 cores, CPython 3.14.1)`.

    Args:
        machine: its `name` and `environment`.
    """
    facts = machine.get("environment") or {}
    cores = facts.get("cores_allowed") or facts.get("cores")
    quota = facts.get("cgroup_cpu_quota")
    described = [
        facts.get("cpu"),
        cores and formatting.count(cores, "core"),
        quota and f"a quota of {quota:g}",
        facts.get("python") and f"{facts.get('implementation') or 'Python'} {facts['python']}",
    ]
    return f"{machine['name']} ({', '.join(map(str, filter(None, described)))})"


def titles(machines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the title of each machine by its name."""
    return {str(machine["name"]): title(machine) for machine in machines}
