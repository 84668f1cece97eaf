"""From what was collected to an examination: a pure function, from the raw facts to findings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.doctor import places
from bench.doctor.facts import HOLDS, IMPORTS, UNSEEN, UNSURE, Examination, Finding, Lag
from bench.doctor.parts import LATE, by_line, commonest
from bench.doctor.places import source_line
from bench.wording import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bench.doctor.facts import Kind, SourceLine
    from bench.doctor.lost import Leaks
    from bench.doctor.pools import Pool
    from bench.doctor.stays import BlockedStep, LoopActivity

COMPUTES = 0.5
"""From this share of its time on a core on, a hold computed."""
CROWDED = 0.5
"""A hold that waited for a core longer than this share of its time may be the machine's fault."""
TURNS, TURN_NS, RESTS = 20, 250_000, 0.02
"""A thread that was on a core more often than that in one hold, each time for less than that, and
for more than that share of it neither on a core nor in line for one, gave it away itself: it
waited, and again. The wait for a core after each of these waits is their price. One that computes
may be put off as often by neighbours that wake up, but it is always in line then.
"""
FREE_NS = 3_500_000
"""A watchdog that comes in time through a computing hold does so because the GIL is free: it would
be kept waiting for the switch interval, 5 ms, otherwise."""
FEWEST = 10
"""Probes below which there are no percentiles."""


def examined(activity: LoopActivity, leaks: Leaks, pools: Iterable[Pool]) -> Examination:
    """Return the conclusions: holds, the longest total first, then leaks, then pools."""
    holds = _together(finding for step in activity.blocked for finding in _holds(step, activity))
    full_pools = [_pool(pool, activity.threshold_ns) for pool in pools]
    findings = [
        *holds,
        *_together(leaks.findings),
        *(finding for finding in full_pools if finding is not None),
    ]
    return Examination(
        threshold_ns=activity.threshold_ns,
        ran_ns=activity.ran_ns,
        held_ns=sum(step.wall_ns for step in activity.blocked),
        steps=activity.steps,
        lag=_lag(activity.lags_ns),
        loop=" and ".join(activity.loops) or "no loop",
        findings=tuple(finding for finding in findings if not finding.note),
        notes=tuple(finding for finding in findings if finding.note),
    )


def _holds(step: BlockedStep, activity: LoopActivity) -> Iterator[Finding]:
    """Yield the findings of one step; pieces of it at the same line are one hold."""
    threshold_ns = activity.threshold_ns
    parts = (_hold(part, activity.began_ns, threshold_ns) for part in by_line(step, threshold_ns))
    for finding in _together(parts):
        yield replace(finding, times=1, longest_ns=finding.total_ns)


def _hold(step: BlockedStep, began_ns: int, threshold_ns: int) -> Finding:
    """Return the finding of one blocked step: its commonest line, and whether its thread waited."""
    lines = commonest(step)
    own = places.own(lines)
    suspended = places.suspendable(lines[own:]) if own is not None else places.suspendable(lines)
    coroutine = source_line(lines[(own or 0) + suspended]) if suspended is not None else None
    at = source_line(lines[own if own is not None else suspended or 0]) if lines else None
    queued_ns = 0 if _gave_away(step) else step.queued_ns
    own_ns = max(step.wall_ns - queued_ns, step.cpu_ns, 1.0)
    share = min(max(step.cpu_ns / own_ns, 0.0), 1.0)
    kind: Kind = "computing" if share >= COMPUTES else "waiting"
    if own_ns < min(threshold_ns, step.wall_ns * CROWDED):  # with a core at hand it were short
        kind = "crowded"
    lates = [sample.late_ns for sample in step.samples]
    inner = source_line(lines[0]) if lines else None
    return Finding(
        kind=kind,
        subject=coroutine.function if coroutine else _subject(step, lines),
        place=at or _suspended(step.callback),
        coroutine=coroutine if coroutine != at else None,
        inside=inner if inner != at else None,
        first_ns=step.began_ns - began_ns,
        total_ns=step.wall_ns,
        longest_ns=step.wall_ns,
        cpu_share=share,
        lock_free=len(lates) > 2 and median(lates) < FREE_NS,  # noqa: PLR2004  two may be luck
        detail=_remark(step, lines),
        note=kind == "crowded",
    )


def _gave_away(step: BlockedStep) -> bool:
    """Return whether a step's thread left its core again and again by itself, to wait."""
    rests = step.wall_ns - step.cpu_ns - step.queued_ns > step.wall_ns * RESTS
    return rests and step.turns > TURNS and step.cpu_ns < step.turns * TURN_NS


def _remark(step: BlockedStep, lines: Sequence[places.Line]) -> str:
    if not lines:
        return UNSEEN
    if any(code.co_filename == "<frozen importlib._bootstrap>" for code, _ in lines):
        return IMPORTS
    # Kept out by the GIL, the watchdog came as it ended. Within a call from the user's line that is
    # exact; else the interpreter may have gone on to the next call before it let go.
    late = any(
        sample.late_ns > step.wall_ns * LATE and not sample.signalled for sample in step.samples
    )
    return UNSURE if late and places.own(lines) == 0 else ""


def _subject(step: BlockedStep, lines: Sequence[places.Line]) -> str:
    """Return what was run, if no coroutine: the user's outermost function, or the callback."""
    own = [code.co_qualname for code, _ in lines if not places.is_library(code.co_filename)]
    return own[-1] if own else _name(step.callback)


def _suspended(callback: Any) -> SourceLine | None:
    """Return where the coroutine of a task's step stands now: the hold was before that line."""
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        code = getattr(callback, "__code__", None)
        return source_line((code, code.co_firstlineno)) if code else None
    coroutine: Any = task.get_coro()
    code, frame = coroutine.cr_code, coroutine.cr_frame
    return source_line((code, frame.f_lineno if frame else code.co_firstlineno))


def _name(callback: Any) -> str:
    task = getattr(callback, "__self__", None)
    named = task.get_coro() if isinstance(task, asyncio.Task) else callback
    return getattr(named, "__qualname__", "a callback")


def _together(findings: Iterable[Finding]) -> list[Finding]:
    """Merge the findings that have the same place and the same reason."""
    alike: dict[object, Finding] = {}
    for finding in findings:
        key = (finding.kind, finding.subject, finding.place, finding.coroutine, finding.detail)
        held = alike.get(key)
        if held is None:
            alike[key] = finding
            continue
        total = held.total_ns + finding.total_ns
        alike[key] = replace(
            held,
            times=held.times + finding.times,
            total_ns=total,
            longest_ns=max(held.longest_ns, finding.longest_ns),
            first_ns=min(held.first_ns, finding.first_ns),
            inside=held.inside if held.longest_ns >= finding.longest_ns else finding.inside,
            lock_free=held.lock_free and finding.lock_free,
            cpu_share=None
            if held.cpu_share is None or finding.cpu_share is None
            else (held.cpu_share * held.total_ns + finding.cpu_share * finding.total_ns) / total,
        )
    return sorted(
        alike.values(), key=lambda finding: (finding.kind not in HOLDS, -finding.total_ns)
    )


def _pool(pool: Pool, threshold_ns: int) -> Finding | None:
    """Return the finding of a pool that calls waited for, if one did for long."""
    waits_ns = [wait_ns for wait_ns in pool.waits_ns if wait_ns >= threshold_ns]
    if not waits_ns:
        return None
    detail = f"{len(waits_ns)} of {pool.calls} calls waited for one of its {pool.limit}"
    return Finding(
        kind="pool",
        subject=pool.name,
        place=pool.place,
        times=len(waits_ns),
        total_ns=sum(waits_ns),
        longest_ns=max(waits_ns),
        detail=f"{detail}, up to {duration(max(waits_ns))}",
        note=pool.chosen,
    )


def _lag(lags_ns: Sequence[int]) -> Lag | None:
    """Return the percentiles of what the probes met, by rank, as latencies are commonly given."""
    if len(lags_ns) < FEWEST:
        return None
    ranked = sorted(lags_ns)

    def at(share: float) -> int:
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    return Lag(p50_ns=at(0.5), p99_ns=at(0.99), max_ns=ranked[-1], probes=len(ranked))
