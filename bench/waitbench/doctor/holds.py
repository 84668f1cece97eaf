"""From a blocked step to findings: whose time it was, at which line, waiting or computing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench.doctor import source_lines
from waitbench.doctor.findings import FREED, IMPORTS, UNSEEN, UNSURE, Finding, merged
from waitbench.doctor.interruptions import (
    for_want_of_a_core,
    gc_finding,
    gil_finding,
    interruptions,
    overlap,
    span_of,
)
from waitbench.doctor.line_attribution import LATE, by_line, commonest
from waitbench.doctor.source_lines import source_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.doctor.blocked_steps import BlockedStep, LoopActivity
    from waitbench.doctor.findings import Kind, SourceLine
    from waitbench.doctor.interruptions import Interruptions

COMPUTES = 0.5
"""From this share of its time on a core on, a hold computed."""
CROWDED = 0.5
"""A hold that waited for a core longer than this share of its time may be the machine's fault."""
MUCH = 0.25
"""A step that wanted the GIL for that share of its time has its turns on a core from there."""
TURNS, TURN_NS, RESTS = 20, 250_000, 0.02
"""A thread that was on a core more often than that in one hold, each time for less than that, and
for more than that share of it neither on a core nor in line for one, gave it away itself: it
waited, and again. The wait for a core after each of these waits is their price. One that computes
may be put off as often by neighbours that wake up, but it is always in line then.
"""
FREE_BLOCK_NS, MOSTLY = 50, 0.5
"""Freeing one block of memory takes about so long: 30 ns to 80, as caches have it."""
FREE_NS = 3_500_000
"""A watchdog that comes in time through a computing hold does so because the GIL is free: it would
be kept waiting for the switch interval, 5 ms, otherwise."""


def holds(step: BlockedStep, activity: LoopActivity) -> list[Finding]:
    """Return the findings of one step; pieces of it with the same line and reason are one hold."""
    parts = by_line(step, activity.threshold_ns)
    pieces = merged(finding for part in parts for finding in _findings(part, activity))
    return [replace(finding, times=1, longest_ns=finding.total_ns) for finding in pieces]


def _findings(part: BlockedStep, activity: LoopActivity) -> Iterator[Finding]:
    """Yield what held the loop: interruptions that are long by themselves, then the step itself."""
    first_ns, threshold_ns = part.began_ns - activity.began_ns, activity.threshold_ns
    part, lost = _theirs(part, activity)
    others: list[tuple[int, Finding]] = []
    if lost.pause is not None:
        others.append((lost.gc_ns, gc_finding(lost.pause, first_ns, lost.gc_ns)))
    if lost.gil_ns and for_want_of_a_core(lost.gil_ns, lost.gil_cpu_ns, threshold_ns):
        part = replace(part, queued_ns=min(part.queued_ns + lost.gil_ns, part.wall_ns), turns=0)
        lost = replace(lost, gil_ns=0)
    if lost.gil_ns:
        others.append((lost.gil_ns, gil_finding(lost.holder, first_ns, lost.gil_ns)))
    long = [(ns, finding) for ns, finding in others if ns >= threshold_ns]
    yield from (finding for _, finding in long)
    own_ns = part.wall_ns - sum(ns for ns, _ in (long or others))
    if (
        lost.gil_ns > part.wall_ns * MUCH
    ):  # who wants the GIL wakes up again and again: no sign that it waits for more
        part = replace(part, turns=0)
    queued_ns = 0 if _gave_away(part) else max(part.queued_ns - lost.queued_ns, 0)
    if long and own_ns - queued_ns < threshold_ns:
        return
    ours = source_lines.is_ours(getattr(part.callback, "__code__", None))
    most_ns, finding = max(others, key=lambda other: other[0], default=(0, None))
    # Without them it were short; or it were below the threshold, and they are the larger part.
    short_ns = max(min(threshold_ns, part.wall_ns * CROWDED), min(threshold_ns, most_ns + 1))
    short = ours or own_ns - queued_ns < short_ns
    if finding is not None and short and not long and most_ns >= queued_ns:
        yield replace(finding, total_ns=part.wall_ns, longest_ns=part.wall_ns)
        return
    if ours:
        return
    if long:
        cpu_ns = max(part.cpu_ns - lost.gc_cpu_ns, 0)
        part = replace(part, wall_ns=own_ns, cpu_ns=cpu_ns, queued_ns=queued_ns)
    yield _hold(part, activity.began_ns, threshold_ns)


def _theirs(part: BlockedStep, activity: LoopActivity) -> tuple[BlockedStep, Interruptions]:
    """Return a step without our own time in it, and with what the machine kept it from a core."""
    ours_ns = sum(overlap(ours, span_of(part)) for ours in activity.ours)
    part = replace(part, wall_ns=max(part.wall_ns - ours_ns, 1))
    crowded_ns = sum(overlap(crowded, span_of(part)) for crowded in activity.crowded)
    part = replace(part, queued_ns=min(part.queued_ns + crowded_ns, part.wall_ns))
    lost = interruptions(part, activity)
    if lost.nobodys_ns > part.wall_ns * MUCH:
        queued_ns = min(part.queued_ns + lost.nobodys_ns, part.wall_ns)
        part = replace(part, queued_ns=queued_ns, turns=0)
    return part, lost


def _hold(step: BlockedStep, began_ns: int, threshold_ns: int) -> Finding:
    """Return the finding of one blocked step: its commonest line, and whether its thread waited."""
    lines = commonest(step)
    own = source_lines.own(lines)
    suspended = (
        source_lines.suspendable(lines[own:])
        if own is not None
        else source_lines.suspendable(lines)
    )
    coroutine = source_line(lines[(own or 0) + suspended]) if suspended is not None else None
    at = source_line(lines[own if own is not None else suspended or 0]) if lines else None
    queued_ns = 0 if _gave_away(step) else step.queued_ns
    own_ns = max(step.wall_ns - queued_ns, step.cpu_ns, 1.0)
    share = min(max(step.cpu_ns / own_ns, 0.0), 1.0)
    kind: Kind = "computing" if share >= COMPUTES else "waiting"
    # With a core at hand it were short; or a thread that waits would have let itself be looked at.
    unseen = kind == "waiting" and not step.samples
    if own_ns < min(threshold_ns, step.wall_ns * CROWDED) or unseen:
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
        # One look that was kept out is enough, but two in time are not.
        lock_known=len(lates) > 2 or max(lates, default=0) >= 2 * FREE_NS,  # noqa: PLR2004
        detail=FREED if kind == "computing" and _freed(step) else _remark(step, lines),
        note=kind == "crowded",
    )


def _freed(step: BlockedStep) -> bool:
    """Return whether it freed memory for most of its time on a core."""
    return step.freed * FREE_BLOCK_NS > step.cpu_ns * MOSTLY


def _gave_away(step: BlockedStep) -> bool:
    """Return whether a step's thread left its core again and again by itself, to wait."""
    rests = step.wall_ns - step.cpu_ns - step.queued_ns > step.wall_ns * RESTS
    return rests and step.turns > TURNS and step.cpu_ns < step.turns * TURN_NS


def _remark(step: BlockedStep, lines: Sequence[source_lines.Line]) -> str:
    if not lines:
        return UNSEEN
    if any(code.co_filename == "<frozen importlib._bootstrap>" for code, _ in lines):
        return IMPORTS
    # Kept out by the GIL, the watchdog came as it ended. Within a call from the user's line that is
    # exact; else the interpreter may have gone on to the next call before it let go.
    late = any(
        sample.late_ns > step.wall_ns * LATE and not sample.signalled for sample in step.samples
    )
    return UNSURE if late and source_lines.own(lines) == 0 else ""


def _subject(step: BlockedStep, lines: Sequence[source_lines.Line]) -> str:
    """Return what was run, if no coroutine: the user's outermost function, or the callback."""
    own = [code.co_qualname for code, _ in lines if not source_lines.is_library(code.co_filename)]
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
