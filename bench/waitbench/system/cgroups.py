"""What Linux control groups, version 1 or 2, grant this process: CPU time and memory."""

from __future__ import annotations

import re
from pathlib import Path

from waitbench.system.machine import ROOT, read

INACTIVE = re.compile(r"^inactive_file (\d+)$", re.MULTILINE)
_UNLIMITED_BYTES = 1 << 60  # version 1 writes "no limit" as a number near 2**63


def _cgroups(root: Path, controller: str) -> list[str]:
    """Folders of the process's control group and all above it, innermost first, v2 and v1."""
    folders = []
    for line in (read(root, "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        # v1 mounts each set of controllers under its name; v2 has one tree, at one of two places.
        mounts = {controllers, controller} if controllers else {"", "unified"}
        parts = Path(group.lstrip("/")).parts
        for mount in sorted(mounts):
            folders += [
                str(Path("sys/fs/cgroup", mount, *parts[:depth]))
                for depth in range(len(parts), -1, -1)
            ]
    return folders


def cpu_quota(root: Path = ROOT) -> float | None:
    """Cores' worth of CPU time the control groups grant; None without a limit.

    The tightest limit counts, also one further up.
    Source: the kernel's documents on cgroup v2 (`cpu.max`) and the CFS bandwidth of v1.
    """
    quotas = []
    for folder in _cgroups(root, "cpu"):
        words = (read(root, f"{folder}/cpu.max") or "").split() or [
            read(root, f"{folder}/cpu.cfs_{part}_us") or "" for part in ("quota", "period")
        ]
        try:
            quota, period = map(int, words)
        except ValueError:  # "max 100000", or no such file
            continue
        if quota > 0 and period > 0:
            quotas.append(quota / period)
    return min(quotas, default=None)


def memory_limit_bytes(root: Path = ROOT) -> int | None:
    """Memory the control groups grant, in bytes; None without a limit."""
    limits = [
        int(text)
        for folder in _cgroups(root, "memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        if (text := read(root, f"{folder}/{name}") or "").isdigit()
    ]
    return min((limit for limit in limits if limit < _UNLIMITED_BYTES), default=None)


def memory_left_bytes(root: Path = ROOT) -> int | None:
    """Return what the control groups still grant, in bytes; None without a limit.

    Pages of files that nobody has open count as free: the kernel gives them up first.
    """
    left = []
    for folder in _cgroups(root, "memory"):
        for most, now in (("memory.max", "current"), ("memory.limit_in_bytes", "usage_in_bytes")):
            limit, used = (read(root, f"{folder}/{name}") or "" for name in (most, f"memory.{now}"))
            if limit.strip().isdigit() and used.strip().isdigit() and int(limit) < _UNLIMITED_BYTES:
                cached = INACTIVE.search(read(root, f"{folder}/memory.stat") or "")
                left.append(int(limit) - int(used) + int(cached[1] if cached else 0))
    return min(left, default=None)


def tasks_left(root: Path = ROOT) -> int | None:
    """Return how many threads and processes the control groups still grant; None if any number."""
    left = []
    for folder in _cgroups(root, "pids"):
        most, now = (read(root, f"{folder}/pids.{name}") or "" for name in ("max", "current"))
        if most.strip().isdigit() and now.strip().isdigit():
            left.append(int(most) - int(now))
    return min(left, default=None)
