"""What makes a described machine a poor place to measure: values, each with what to try next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.formatting import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

BUSY_SHARE = 0.2
"""Share of the cores in use before the run from which other work disturbs rounds."""
STOLEN_SHARE = 0.02
BUSY_LOAD = 0.5
"""The same as load per core, where nothing finer is known."""
STALLED_SHARE = 0.1
"""Share of the time in which something waited for memory."""
SCARCE_MEMORY_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWarning:
    """Something about the machine that figures from it will suffer from.

    Attributes:
        code: its name, for machines and tests.
        text: what was found, with the number.
        advice: what to try next.
    """

    code: str
    text: str
    advice: str


def warnings(environment: Mapping[str, Any]) -> list[MachineWarning]:
    """Judge a described environment; figures from a good one raise no warning.

    Args:
        environment: what `describe` gave, now or in an older results file.
    """
    checks = (_busy, _quota, _one_core, _slowed_down, _frequency, _memory)
    return [warning for look in checks for warning in look(environment)]


def _busy(environment: Mapping[str, Any]) -> list[MachineWarning]:
    cores = environment.get("cores") or 1
    moment = environment.get("busy_before")
    load = (environment.get("load_before") or [0.0])[0]
    of_cores = f"{cores} {'core' if cores == 1 else 'cores'}"
    if moment is not None:
        if moment["busy"] <= BUSY_SHARE:
            return []
        seen = f"{percent(moment['busy'])} of {of_cores} in use"
        if moment["stolen"] > STOLEN_SHARE:
            seen += f", {percent(moment['stolen'])} taken by other virtual machines"
    else:
        # All that is left to go by; it remembers a minute, so a run just ended shows up too.
        if load <= cores * BUSY_LOAD:
            return []
        seen = f"a load of {load:g} on {of_cores}"
    return [
        MachineWarning(
            code="busy-machine",
            text=f"other work kept the machine busy at the start: {seen}",
            advice="close what else runs, wait a minute and run again",
        )
    ]


def _quota(environment: Mapping[str, Any]) -> list[MachineWarning]:
    quota = environment.get("cgroup_cpu_quota")
    cores = environment.get("cores_allowed") or 1
    if quota is None or quota >= cores:
        return []
    return [
        MachineWarning(
            code="cpu-quota",
            text=f"a control group grants {quota:g} cores' worth of CPU though {cores} are seen: "
            "whoever uses more is stopped in mid-round",
            advice="lift the limit (docker run without --cpus, no CPU limit on the pod), "
            "or compare only runs made under it",
        )
    ]


def _one_core(environment: Mapping[str, Any]) -> list[MachineWarning]:
    if environment.get("cores_allowed") != 1:
        return []
    return [
        MachineWarning(
            code="one-core",
            text="only one core may be used: client and target take it from each other, "
            "and no number of processes computes faster than one",
            advice="allow at least two (taskset, docker run --cpuset-cpus=0-1), "
            "or a machine with more",
        )
    ]


def _slowed_down(environment: Mapping[str, Any]) -> list[MachineWarning]:
    warnings = []
    if environment.get("asyncio_debug") or environment.get("debug_build"):
        kind = "a debug build" if environment.get("debug_build") else "in asyncio's debug mode"
        warnings.append(
            MachineWarning(
                code="debug-mode",
                text=f"Python is {kind}, which multiplies the cost of every await",
                advice="unset PYTHONASYNCIODEBUG and PYTHONDEVMODE, leave out -X dev, "
                "and use a release build",
            )
        )
    if environment.get("profile_guided") is False:
        warnings.append(
            MachineWarning(
                code="slow-build",
                text="this Python was compiled without profile-guided optimization: its own code "
                "is slower than in usual builds, and waiting looks cheaper beside it",
                advice="use a distribution's Python or python.org's, or build it again "
                "(PYTHON_CONFIGURE_OPTS=--enable-optimizations pyenv install)",
            )
        )
    if tool := environment.get("traced_by"):
        warnings.append(
            MachineWarning(
                code="traced",
                text=f"every line is watched by {tool}, which slows Python code several times",
                advice="run again without coverage, debugger or profiler",
            )
        )
    return warnings


def _frequency(environment: Mapping[str, Any]) -> list[MachineWarning]:
    warnings = []
    if "powersave" in (environment.get("governor") or ""):
        warnings.append(
            MachineWarning(
                code="powersave-governor",
                text="the frequency governor saves power: short rounds run at a low clock",
                advice="type: sudo cpupower frequency-set --governor performance",
            )
        )
    if environment.get("on_battery"):
        warnings.append(
            MachineWarning(
                code="on-battery",
                text="the machine runs on its battery, where clocks are lower and change",
                advice="plug it in and run again",
            )
        )
    return warnings


def _memory(environment: Mapping[str, Any]) -> list[MachineWarning]:
    stalled = (environment.get("pressure_before") or {}).get("memory", 0.0)
    total = environment.get("memory_bytes")
    available = environment.get("memory_available_bytes")
    share = available / total if total and available is not None else 1.0
    if stalled <= STALLED_SHARE and share >= SCARCE_MEMORY_SHARE:
        return []
    return [
        MachineWarning(
            code="memory-pressure",
            text=f"memory is short: {percent(share)} of it is free"
            + (f", and work waited for it {percent(stalled)} of the time" if stalled else ""),
            advice="close what holds memory, or race fewer processes (--concurrency)",
        )
    ]
