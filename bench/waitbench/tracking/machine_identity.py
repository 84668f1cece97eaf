"""Whether two machines are alike enough to compare absolute times, and what they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.results.foreign import ForeignRun

MARKS = {
    "cpu": "processor",
    "cores_allowed": "cores",
    "cgroup_cpu_quota": "granted cores",
    "platform": "system",
    "virtualization": "virtualization",
    "implementation": "implementation",
    "gil": "lock",
}
"""What must be the same, besides the Python's minor version."""


def described(environment: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells machines apart in a run's environment."""
    marks = {mark: environment.get(mark) for mark in MARKS}
    # A kernel's patches come and go on the same machine.
    marks["platform"] = re.sub(r"[- ]\d[\d.]*", "", str(marks["platform"] or "unknown"))
    return {**marks, "python": ".".join(str(environment.get("python") or "").split(".")[:2])}


def of_others(run: ForeignRun) -> dict[str, Any]:
    """Return the same of a run that another tool measured."""
    return described({**run.environment, "cores_allowed": run.environment.get("cores")})


def alike(machine: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether absolute times of the two may stand beside each other."""
    return dict(machine) == dict(other)


def sentence(machine: Mapping[str, Any]) -> str:
    """Return a machine in words: AMD EPYC, 2 cores, Python 3.11."""
    cores = machine.get("cores_allowed") or "?"
    return f"{machine.get('cpu') or 'unknown processor'}, {cores} cores, Python {machine['python']}"


def slug(machine: Mapping[str, Any]) -> str:
    """Return a machine as a file's name: linux-x86-64-amd-epyc-2-cores-python-3.11.

    What is out of the ordinary follows: another implementation, no GIL, a share of the cores.
    """
    parts = (machine["platform"], machine.get("cpu") or "unknown", machine.get("cores_allowed"))
    text = f"{'-'.join(map(str, parts))}-cores-python-{machine['python']}"
    implementation, quota = machine.get("implementation"), machine.get("cgroup_cpu_quota")
    if implementation not in {None, "CPython"}:
        text += f"-{implementation}"
    if machine.get("gil") is False:
        text += "-without-gil"
    if quota:
        text += f"-granted-{quota:g}-cores"
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-")
