"""From what was collected to an examination: a pure function, from the raw facts to findings."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.doctor import places
from bench.doctor.facts import HOLDS, IMPORTS, UNSEEN, UNSURE, Examination, Finding, Lag
from bench.doctor.places import place
from bench.doctor.stays import Mark
from bench.wording import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.doctor.facts import Kind, Place
    from bench.doctor.lost import Losses
    from bench.doctor.pools import Pool
    from bench.doctor.stays import Sample, Stay, Stays

COMPUTES = 0.5
"""From this share of its time on a core on, a hold computed."""
CROWDED = 0.5
"""A hold that waited for a core longer than this share of its time may be the machine's fault."""
FREE_NS = 3_500_000
"""A watchdog that comes in time through a computing hold does so because the GIL is free: it would
be kept waiting for the switch interval, 5 ms, otherwise."""
LATE = 0.5
"""A look that came late by more than this share of a hold was kept out by it."""
LEAST_PART = 5
"""A line that took a fifth of a step is a hold of its own, if it is not the only one."""
FEWEST = 10
"""Probes below which there are no percentiles."""


def examined(stays: Stays, losses: Losses, pools: Iterable[Pool]) -> Examination:
    """Draw the conclusions: holds, the longest total first, then what was lost, then pools."""
    parts = [part for stay in stays.found for part in _parts(stay)]
    holds = _together(_hold(part, stays.began_ns, stays.threshold_ns) for part in parts)
    full = [_pool(one, stays.threshold_ns) for one in pools]
    found = [*holds, *_together(losses.found), *(one for one in full if one is not None)]
    return Examination(
        threshold_ns=stays.threshold_ns,
        ran_ns=stays.ran_ns,
        held_ns=sum(stay.wall_ns for stay in stays.found),
        steps=stays.steps,
        lag=_lag(stays.lags_ns),
        loop=" and ".join(stays.loops) or "no loop",
        findings=tuple(one for one in found if not one.note),
        notes=tuple(one for one in found if one.note),
    )


def _parts(stay: Stay) -> list[Stay]:
    """Split a step that was long at several lines, each for itself, half-way between two looks."""
    runs: list[list[Sample]] = []
    for sample in stay.samples:
        if runs and _alike(runs[-1][-1].lines, sample.lines):
            runs[-1].append(sample)
        else:
            runs.append([sample])
    ends = [(runs[at][-1].mark, runs[at + 1][0].mark) for at in range(len(runs) - 1)]
    cuts = [Mark(*((one + other) // 2 for one, other in zip(*both, strict=True))) for both in ends]
    edges = [stay.began_ns, *(cut.wall_ns for cut in cuts), stay.began_ns + stay.wall_ns]
    walls = [end - start for start, end in pairwise(edges)]
    if sum(wall >= stay.wall_ns / LEAST_PART for wall in walls) < 2:  # noqa: PLR2004
        return [stay]
    parts = []
    for at, (samples, wall_ns) in enumerate(zip(runs, walls, strict=True)):
        first = cuts[at - 1] if at else samples[0].mark
        last = cuts[at] if at < len(cuts) else samples[-1].mark
        scale = wall_ns / max(last.wall_ns - first.wall_ns, 1)
        if len(samples) > 1:
            part = replace(stay, began_ns=edges[at], wall_ns=wall_ns, samples=samples)
            part.cpu_ns = min((last.cpu_ns - first.cpu_ns) * scale, wall_ns)
            part.queued_ns = min((last.queued_ns - first.queued_ns) * scale, wall_ns)
            parts.append(part)
    return parts


def _hold(stay: Stay, began_ns: int, threshold_ns: int) -> Finding:
    """Say what one long step was: its commonest line, and whether its thread waited."""
    lines = _commonest(stay)
    own = places.own(lines)
    suspended = places.suspendable(lines[own:]) if own is not None else places.suspendable(lines)
    coroutine = place(lines[(own or 0) + suspended]) if suspended is not None else None
    at = place(lines[own if own is not None else suspended or 0]) if lines else None
    own_ns = max(stay.wall_ns - stay.queued_ns, stay.cpu_ns, 1.0)
    share = min(max(stay.cpu_ns / own_ns, 0.0), 1.0)
    kind: Kind = "computing" if share >= COMPUTES else "waiting"
    if own_ns < min(threshold_ns, stay.wall_ns * CROWDED):  # with a core at hand it were short
        kind = "crowded"
    lates = [sample.late_ns for sample in stay.samples]
    inner = place(lines[0]) if lines else None
    return Finding(
        kind=kind,
        subject=coroutine.function if coroutine else _subject(stay, lines),
        place=at or _suspended(stay.callback),
        coroutine=coroutine if coroutine != at else None,
        inside=inner if inner != at else None,
        first_ns=stay.began_ns - began_ns,
        total_ns=stay.wall_ns,
        longest_ns=stay.wall_ns,
        cpu_share=share,
        lock_free=len(lates) > 2 and median(lates) < FREE_NS,  # noqa: PLR2004  two may be luck
        detail=_remark(stay, lines),
        note=kind == "crowded",
    )


def _remark(stay: Stay, lines: Sequence[places.Line]) -> str:
    if not lines:
        return UNSEEN
    if any(code.co_filename == "<frozen importlib._bootstrap>" for code, _ in lines):
        return IMPORTS
    # Kept out by the GIL, the watchdog came as it ended. Within a call from the user's line that is
    # exact; else the interpreter may have gone on to the next call before it let go.
    late = any(
        sample.late_ns > stay.wall_ns * LATE and not sample.signalled for sample in stay.samples
    )
    return UNSURE if late and places.own(lines) == 0 else ""


def _subject(stay: Stay, lines: Sequence[places.Line]) -> str:
    """Name what was run, if no coroutine: the user's outermost function, or the callback."""
    own = [code.co_qualname for code, _ in lines if not places.is_library(code.co_filename)]
    return own[-1] if own else _name(stay.callback)


def _alike(one: Sequence[places.Line], other: Sequence[places.Line]) -> bool:
    """Whether two looks met the same line, or two lines of the same loop in it."""
    here, there = places.own(one), places.own(other)
    if here is None or there is None:
        return _key(one) == _key(other)
    (code, line), (its_code, its_line) = one[here], other[there]
    if code is not its_code:
        return False
    return line == its_line or any({line, its_line} <= lines for lines in places.loops(code))


def _key(lines: Sequence[places.Line]) -> object:
    own = places.own(lines)
    return lines[own] if own is not None else tuple(lines[:1])


def _commonest(stay: Stay) -> tuple[places.Line, ...]:
    """Choose the stack whose own line stands for the most time: from the look before to its own.

    A step that holds the GIL lets nobody look before its end: that one look stands for all of it.
    """
    stands: Counter[object] = Counter()
    before_ns = stay.began_ns
    for lines, mark, *_ in stay.samples:
        stands[_key(lines)] += mark.wall_ns - before_ns
        before_ns = mark.wall_ns

    def rank(lines: tuple[places.Line, ...]) -> tuple[bool, int]:
        return places.own(lines) is not None, stands[_key(lines)]

    return max((sample.lines for sample in reversed(stay.samples)), key=rank, default=())


def _suspended(callback: Any) -> Place | None:
    """Find where the coroutine of a task's step stands now: the hold was before that line."""
    task = getattr(callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        code = getattr(callback, "__code__", None)
        return place((code, code.co_firstlineno)) if code else None
    coroutine: Any = task.get_coro()
    code, frame = coroutine.cr_code, coroutine.cr_frame
    return place((code, frame.f_lineno if frame else code.co_firstlineno))


def _name(callback: Any) -> str:
    task = getattr(callback, "__self__", None)
    named = task.get_coro() if isinstance(task, asyncio.Task) else callback
    return getattr(named, "__qualname__", "a callback")


def _together(found: Iterable[Finding]) -> list[Finding]:
    """Make one of what happened at the same place for the same reason."""
    alike: dict[object, Finding] = {}
    for one in found:
        key = (one.kind, one.subject, one.place, one.coroutine, one.detail)
        held = alike.get(key)
        if held is None:
            alike[key] = one
            continue
        total = held.total_ns + one.total_ns
        alike[key] = replace(
            held,
            times=held.times + 1,
            total_ns=total,
            longest_ns=max(held.longest_ns, one.longest_ns),
            first_ns=min(held.first_ns, one.first_ns),
            inside=held.inside if held.longest_ns >= one.longest_ns else one.inside,
            lock_free=held.lock_free and one.lock_free,
            cpu_share=None
            if held.cpu_share is None or one.cpu_share is None
            else (held.cpu_share * held.total_ns + one.cpu_share * one.total_ns) / total,
        )
    return sorted(alike.values(), key=lambda one: (one.kind not in HOLDS, -one.total_ns))


def _pool(pool: Pool, threshold_ns: int) -> Finding | None:
    """Say of a pool that calls waited for it, if one did for long."""
    waited = [wait for wait in pool.waits_ns if wait >= threshold_ns]
    if not waited:
        return None
    detail = f"{len(waited)} of {pool.calls} calls waited for one of its {pool.limit}"
    return Finding(
        kind="pool",
        subject=pool.name,
        place=pool.place,
        times=len(waited),
        total_ns=sum(waited),
        longest_ns=max(waited),
        detail=f"{detail}, up to {duration(max(waited))}",
        note=pool.chosen,
    )


def _lag(lags_ns: Sequence[int]) -> Lag | None:
    """Sum up what the probes met; percentiles by rank, as latencies are commonly given."""
    if len(lags_ns) < FEWEST:
        return None
    ranked = sorted(lags_ns)

    def at(share: float) -> int:
        return ranked[min(int(share * len(ranked)), len(ranked) - 1)]

    return Lag(p50_ns=at(0.5), p99_ns=at(0.99), max_ns=ranked[-1], probes=len(ranked))
