"""From what was collected to an examination: a pure function, from the raw facts to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.doctor.expiry import SOON_NS, expired
from waitbench.doctor.findings import Examination, Finding, Lag, merged
from waitbench.doctor.holds import holds
from waitbench.doctor.interruptions import counted
from waitbench.doctor.lateness import covered_ns, lateness
from waitbench.doctor.pool import Wait
from waitbench.formatting import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.interruptions import Span
    from waitbench.doctor.leaks import Leaks
    from waitbench.doctor.limits import RanOut
    from waitbench.doctor.pool import Pool

STOPS = ("waiting", "computing", "crowded", "gil", "collection")
"""Kinds of holds in which a loop serves nobody at all; in a flood each waits for the others."""
FEWEST = 10
"""Probes below which there are no percentiles."""


def examined(
    activity: LoopActivity, leaks: Leaks, pools: Iterable[Pool], ran_out: Iterable[RanOut] = ()
) -> Examination:
    """Return the conclusions: holds, the longest total first, limits, leaks, then pools."""
    of_steps = (finding for step in activity.blocked for finding in holds(step, activity))
    each_hold = [*of_steps, *lateness(activity)]
    held = counted(merged(each_hold), activity.pauses)
    stops = [
        (activity.began_ns + hold.first_ns, activity.began_ns + hold.first_ns + hold.total_ns)
        for hold in each_hold
        if hold.kind in STOPS
    ]
    full_pools = [_pool(pool, activity.threshold_ns, stops) for pool in pools]
    findings = [
        *held,
        *expired(ran_out, each_hold, activity.began_ns),
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


def _pool(pool: Pool, threshold_ns: int, stops: Sequence[Span]) -> Finding | None:
    """Return the finding of a pool that calls waited for, if one did for long.

    Where a loop gives the turns, what it could give none in is not the pool's fault.
    """
    waits = pool.waits
    if pool.in_loop and stops:
        waits = [_without(wait, stops) for wait in waits]
    waits = [wait for wait in waits if wait.wall_ns >= threshold_ns]
    if not waits:
        return None
    waits_ns = [wait.wall_ns for wait in waits]
    gave_up = sum(not wait.served for wait in waits)
    waited = f"{len(waits_ns)} of {pool.calls}" if pool.calls else str(len(waits_ns))
    detail = f"{waited} calls waited for one of its {pool.limit}"
    if gave_up:
        detail += f", and {gave_up} of them got none"
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
        note=pool.chosen and not gave_up,
    )


def _without(wait: Wait, stops: Sequence[Span]) -> Wait:
    """Return a wait without the times in which its loop was held; those are the end of many."""
    began_ns, ended_ns = wait.since_ns, wait.since_ns + wait.wall_ns
    held_at_end = any(began <= ended_ns <= ended + SOON_NS for began, ended in stops)
    wall_ns = wait.wall_ns - covered_ns((began_ns, ended_ns), stops)
    return Wait(began_ns, wall_ns, served=wait.served or held_at_end)


def _lag(lags_ns: Sequence[int]) -> Lag | None:
    """Return the percentiles of what the probes met, by rank, as latencies are commonly given."""
    if len(lags_ns) < FEWEST:
        return None
    ranked = sorted(lags_ns)

    def at(share: float) -> int:
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    return Lag(p50_ns=at(0.5), p99_ns=at(0.99), max_ns=ranked[-1], probes=len(ranked))
