"""From what was collected to an examination: a pure function, from the raw facts to findings."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.doctor import places
from bench.doctor.facts import HOLDS, IMPORTS, UNSEEN, UNSURE, Examination, Finding, Lag
from bench.doctor.parts import LATE, commonest, parts
from bench.doctor.places import place
from bench.wording import duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.doctor.facts import Kind, Place
    from bench.doctor.lost import Losses
    from bench.doctor.pools import Pool
    from bench.doctor.stays import Stay, Stays

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


def examined(stays: Stays, losses: Losses, pools: Iterable[Pool]) -> Examination:
    """Draw the conclusions: holds, the longest total first, then what was lost, then pools."""
    holds = _together(
        _hold(part, stays.began_ns, stays.threshold_ns)
        for stay in stays.found
        for part in parts(stay)
    )
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


def _hold(stay: Stay, began_ns: int, threshold_ns: int) -> Finding:
    """Say what one long step was: its commonest line, and whether its thread waited."""
    lines = commonest(stay)
    own = places.own(lines)
    suspended = places.suspendable(lines[own:]) if own is not None else places.suspendable(lines)
    coroutine = place(lines[(own or 0) + suspended]) if suspended is not None else None
    at = place(lines[own if own is not None else suspended or 0]) if lines else None
    queued_ns = 0 if _gave_away(stay) else stay.queued_ns
    own_ns = max(stay.wall_ns - queued_ns, stay.cpu_ns, 1.0)
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


def _gave_away(stay: Stay) -> bool:
    """Whether it left its core again and again by itself, to wait."""
    rests = stay.wall_ns - stay.cpu_ns - stay.queued_ns > stay.wall_ns * RESTS
    return rests and stay.turns > TURNS and stay.cpu_ns < stay.turns * TURN_NS


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
