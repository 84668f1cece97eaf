"""What a profile says in words: which part of a task's time is the bottleneck, and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.profiling.hot import hottest
from bench.profiling.kinds import COMPUTES, shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.profiling.kinds import Kind
    from bench.profiling.profile import Profile

BUSY = 0.7
"""Of one core, or of a lane's time: from here on it is what bounds a contestant."""
NEARLY_ONE = 0.85
ONE_CORE = 1.15
"""Cores that threads may seem to keep busy although one runs at a time: clocks differ a little."""
STARVED = 0.3
"""Threads that so often stand without a core may keep but one busy for want of another."""
MUCH = 0.2
WAITS = 0.6
UNSEEN = "its tasks ran where the profiler does not reach, so nothing is known of them."
MEANT = {
    "library": "the library",
    "machinery": "the interpreter's machinery",
    "workload": "the task itself",
}


def explained(one: Profile) -> str:
    """Say in one sentence what a contestant's time tells, with its figures."""
    found = shares(one.working)
    lanes = wording.count(len(one.working), *_lanes(one))
    cost = _cost(one, found)
    cores = one.cores_busy
    if cores is None or not one.working:
        return f"{lanes}: {_parts(found)}." if one.working else UNSEEN
    many = len(one.working) > 1
    at_gil = many and not _apart(one) and NEARLY_ONE <= cores <= ONE_CORE
    if at_gil and found["no core"] < STARVED:
        blocked = wording.percent(found["blocked"])
        held = f", and {blocked} of their time they want to and may not" if blocked != "0 %" else ""
        return (
            f"{lanes} keep {wording.times(cores)} of a core busy{cost}: the GIL lets one of them "
            f"run at a time{held}. More of them "
            "gain nothing: from here on a task takes what it costs of CPU."
        )
    if found["no core"] >= MUCH:
        return (
            f"{lanes} {'keep' if many else 'keeps'} {wording.times(cores)} cores busy{cost}, and "
            f"{'stand' if many else 'stands'} ready without one "
            f"for {wording.percent(found['no core'])} of the time: more cores, or a quieter "
            "machine, would help."
        )
    computing = sum(found[kind] for kind in COMPUTES)
    if not many and computing + found["no core"] >= BUSY:
        return (
            f"{lanes}, computing for {wording.percent(computing)} of the time{cost}: "
            "that is its floor, whatever waits meanwhile."
        )
    ending = ""
    if many and cores > ONE_CORE and computing >= MUCH:
        why = (
            "each has an interpreter of its own" if _apart(one) else "what computes lets the GIL go"
        )
        ending = f": {why}, so several cores work for it"
    elif found["waiting"] + found["idle"] >= WAITS:
        ending = ": nothing of its own holds it up, and there is room for more tasks at once"
    return f"{lanes}, {_parts(found)}, {wording.times(cores)} cores busy{cost}{ending}."


def taken_apart(profiles: Iterable[Profile]) -> str:
    """Say whether one task waits or computes, and with which lock; empty where nobody can tell."""
    known = [one for one in profiles if one.demand and one.demand.alone_ns]
    if not known:
        return ""
    told = known[0].demand
    assert told
    whole = told.alone_ns
    parts = {
        "waiting": told.waits_ns,
        "computing with the GIL": told.held_ns,
        "computing without it": told.free_ns,
        "while helpers compute": told.helped_span_ns,
    }
    said = [
        f"{wording.percent(ns / whole)} {doing}"
        for doing, ns in parts.items()
        if round(ns / whole, 2)
    ]
    return (
        f"One task alone, by {known[0].model} without a profiler: {wording.duration(whole)}, "
        f"of which {wording.listing(said)}."
    )


def hot_line(one: Profile) -> str:
    """Name the functions that computed most, with what each took of one task; may be empty."""
    return "; ".join(f"{found.name} {wording.duration(found.self_ns)}" for found in hottest(one))


def overheads(profiles: Iterable[Profile]) -> str:
    """Say what watching cost, from least to most."""
    known = sorted((one.overhead, one.model) for one in profiles if one.overhead is not None)
    if not known:
        return ""
    (least, first), (most, last) = known[0], known[-1]
    said = f"{wording.times(least)} ({first})"
    if len(known) > 1:
        said += f" to {wording.times(most)} ({last})"
    return f"Watched rounds took {said} times as long as unwatched ones."


def _lanes(one: Profile) -> Sequence[str]:
    return ("process", "processes") if _apart(one) else ("thread", "threads")


def _apart(one: Profile) -> bool:
    """Whether its lanes are processes, each with a GIL of its own."""
    return any("Process-" in lane.name for lane in one.working)


def _cost(one: Profile, found: dict[Kind, float]) -> str:
    """Say what a task costs, and who takes most of it."""
    if one.cpu_task_ns is None:
        return ""
    whole = sum(found[kind] for kind in COMPUTES)
    said = f", at {wording.duration(one.cpu_task_ns)} of CPU a task"
    if not whole:
        return said
    ranked = sorted(COMPUTES, key=lambda kind: -found[kind])
    parts = [
        f"{wording.percent(found[kind] / whole)} in {MEANT[kind]}"
        for kind in ranked
        if found[kind] / whole >= MUCH
    ]
    return f"{said}, of which {wording.listing(parts)}"


def _parts(found: dict[Kind, float]) -> str:
    """Name the two largest kinds."""
    ranked = sorted(found, key=lambda kind: -found[kind])
    said = [f"{wording.percent(found[kind])} {kind}" for kind in ranked[:2] if found[kind] > 0]
    return wording.listing(said)
