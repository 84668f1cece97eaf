"""From what was collected to an examination: a pure function, from the raw facts to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.doctor.findings import Examination, Finding, Lag, merged
from waitbench.doctor.holds import holds
from waitbench.doctor.interruptions import counted
from waitbench.doctor.lateness import lateness
from waitbench.formatting import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.leaks import Leaks
    from waitbench.doctor.pool import Pool

STOPS = ("waiting", "computing", "crowded", "gil", "collection")
"""Kinds of holds in which a loop serves nobody at all; in a flood each waits for the others."""
FEWEST = 10
"""Probes below which there are no percentiles."""


def examined(activity: LoopActivity, leaks: Leaks, pools: Iterable[Pool]) -> Examination:
    """Return the conclusions: holds, the longest total first, then leaks, then pools."""
    of_steps = (finding for step in activity.blocked for finding in holds(step, activity))
    held = counted(merged([*of_steps, *lateness(activity)]), activity.pauses)
    full_pools = [_pool(pool, activity.threshold_ns) for pool in pools]
    findings = [
        *held,
        *merged(leaks.findings),
        *(finding for finding in full_pools if finding is not None),
    ]
    return Examination(
        threshold_ns=activity.threshold_ns,
        ran_ns=activity.ran_ns,
        held_ns=sum(finding.total_ns for finding in held if finding.kind in STOPS),
        steps=activity.steps,
        lag=_lag(activity.lags_ns),
        loop=" and ".join(activity.loops) or "no loop",
        findings=tuple(finding for finding in findings if not finding.note),
        notes=tuple(finding for finding in findings if finding.note),
    )


def _pool(pool: Pool, threshold_ns: int) -> Finding | None:
    """Return the finding of a pool that calls waited for, if one did for long."""
    waits_ns = [wait_ns for wait_ns in pool.waits_ns if wait_ns >= threshold_ns]
    if not waits_ns:
        return None
    detail = f"{len(waits_ns)} of {pool.calls} calls waited for one of its {pool.limit}"
    if pool.gave_up:
        detail += f", and {pool.gave_up} of them got none"
    busy = pool.busy.most_common(1)
    return Finding(
        kind="pool",
        subject=pool.name,
        place=pool.place,
        times=len(waits_ns),
        total_ns=sum(waits_ns),
        longest_ns=max(waits_ns),
        detail=f"{detail}, up to {duration(max(waits_ns))}",
        inside=busy[0][0] if busy else None,
        note=pool.chosen and not pool.gave_up,
    )


def _lag(lags_ns: Sequence[int]) -> Lag | None:
    """Return the percentiles of what the probes met, by rank, as latencies are commonly given."""
    if len(lags_ns) < FEWEST:
        return None
    ranked = sorted(lags_ns)

    def at(share: float) -> int:
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    return Lag(p50_ns=at(0.5), p99_ns=at(0.99), max_ns=ranked[-1], probes=len(ranked))
