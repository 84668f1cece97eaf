"""What a profile says in words: which part of a task's time is the bottleneck, and why no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.profiling.classify import COMPUTES, shares
from waitbench.profiling.hot_functions import function_name, hottest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.profiling.classify import TimeKind
    from waitbench.profiling.profile import Profile

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
MOST_PLACES = 3
SAMPLERS = {"python": "Python's own profiling.sampling", "pyinstrument": "pyinstrument"}
MEANT = {
    "library": "the library",
    "machinery": "the interpreter's machinery",
    "workload": "the task itself",
}


def explained(profile: Profile) -> str:
    """Return in one sentence what a contestant's time tells, with its figures."""
    parts = shares(profile.working)
    lanes = formatting.count(len(profile.working), *_lanes(profile))
    cost = _cost(profile, parts)
    cores = profile.cores_busy
    if cores is None or not profile.working:
        return f"{lanes}: {_parts(parts)}." if profile.working else UNSEEN
    many = len(profile.working) > 1
    at_gil = many and not _apart(profile) and NEARLY_ONE <= cores <= ONE_CORE
    if at_gil and parts["no core"] < STARVED:
        blocked = formatting.percent(parts["blocked"])
        held = f", and {blocked} of their time they want to and may not" if blocked != "0 %" else ""
        return (
            f"{lanes} keep {formatting.times(cores)} of a core busy{cost}: the GIL lets one "
            "of them "
            f"run at a time{held}. More of them "
            "gain nothing: from here on a task takes what it costs of CPU."
        )
    if parts["no core"] >= MUCH:
        return (
            f"{lanes} {'keep' if many else 'keeps'} {formatting.times(cores)} cores "
            f"busy{cost}, and "
            f"{'stand' if many else 'stands'} ready without one "
            f"for {formatting.percent(parts['no core'])} of the time: more cores, or a quieter "
            "machine, would help."
        )
    computing = sum(parts[kind] for kind in COMPUTES)
    if not many and computing + parts["no core"] >= BUSY:
        return (
            f"{lanes}, computing for {formatting.percent(computing)} of the time{cost}: "
            "that is its floor, whatever waits meanwhile."
        )
    ending = ""
    if many and cores > ONE_CORE and computing >= MUCH:
        why = (
            "each has an interpreter of its own"
            if _apart(profile)
            else "what computes lets the GIL go"
        )
        ending = f": {why}, so several cores work for it"
    elif parts["waiting"] + parts["idle"] >= WAITS:
        ending = ": nothing of its own holds it up, and there is room for more tasks at once"
    return f"{lanes}, {_parts(parts)}, {formatting.times(cores)} cores busy{cost}{ending}."


def taken_apart(profiles: Iterable[Profile]) -> str:
    """Return whether one task waits or computes, and with which lock; empty where nothing tells."""
    measured = [profile for profile in profiles if profile.demand and profile.demand.alone_ns]
    if not measured:
        return ""
    demand = measured[0].demand
    assert demand
    whole = demand.alone_ns
    with_gil, without = "computing with the GIL", "computing without it"
    if not measured[0].lock_known:
        with_gil, without = "computing (with the GIL or without it: not known)", "computing"
    parts = {
        "waiting": demand.waits_ns,
        with_gil: demand.held_ns,
        without: demand.free_ns,
        "while helpers compute": demand.helped_span_ns,
    }
    listed = [
        f"{formatting.percent(ns / whole)} {doing}"
        for doing, ns in parts.items()
        if round(ns / whole, 2)
    ]
    return (
        f"One task alone, by {measured[0].model} without a profiler: {formatting.duration(whole)}, "
        f"of which {formatting.listing(listed)}."
    )


def awaited(profile: Profile) -> str:
    """Return how much of a loop's task was computing and how much awaiting; empty without one."""
    task_ns, own_ns = profile.task_ns, profile.cpu_task_ns
    if not task_ns or own_ns is None or not any(lane.awaits for lane in profile.working):
        return ""
    share = min(1.0, own_ns / task_ns)
    return (
        f"A task takes {formatting.duration(task_ns)} from start to end: it computes for "
        f"{formatting.percent(share)} of that, and for {formatting.percent(1 - share)} it awaits "
        "its answer, or its turn on the loop."
    )


def where_awaited(profile: Profile) -> str:
    """Return in which functions the tasks of a loop awaited; empty where nobody looked there."""
    places = sorted(profile.awaiting.items(), key=lambda place: -place[1])[:MOST_PLACES]
    if not places:
        return ""
    listed = [
        f"{formatting.number(many)} in {function_name((identifier,))}"
        for identifier, many in places
    ]
    return f"Its tasks awaited, so many at once on average: {formatting.listing(listed)}."


def hot_line(profile: Profile) -> str:
    """Return the functions that computed most, with what each took of one task; may be empty."""
    return "; ".join(
        f"{function.name} {formatting.duration(function.self_ns)}" for function in hottest(profile)
    )


def overheads(profiles: Iterable[Profile]) -> str:
    """Return what watching cost, from least to most, and who looked how often."""
    seen = [profile for profile in profiles if profile.overhead is not None]
    costs = sorted((profile.overhead or 0.0, profile.model) for profile in seen)
    if not costs:
        return ""
    (least, first), (most, last) = costs[0], costs[-1]
    span = f"{formatting.times(least)} ({first})"
    if len(costs) > 1:
        span += f" to {formatting.times(most)} ({last})"
    return f"Watched rounds took {span} times as long as unwatched ones{_looked(seen)}."


def _looked(profiles: Sequence[Profile]) -> str:
    """Return who looked, and how often that really was where it fell behind most."""
    who = formatting.listing(
        list(dict.fromkeys(SAMPLERS.get(each.sampler, each.sampler) for each in profiles))
    )
    rates = [each.rate_hz for each in profiles if each.rate_hz]
    often = f", {formatting.number(min(rates))} times a second or more" if rates else ""
    return f", looked at by {who}{often}"


def _lanes(profile: Profile) -> Sequence[str]:
    return ("process", "processes") if _apart(profile) else ("thread", "threads")


def _apart(profile: Profile) -> bool:
    """Return whether a contestant's lanes are processes, each with a GIL of its own."""
    return any("Process-" in lane.name for lane in profile.working)


def _cost(profile: Profile, parts: dict[TimeKind, float]) -> str:
    """Return what a task costs, and who takes most of it."""
    if profile.cpu_task_ns is None:
        return ""
    whole = sum(parts[kind] for kind in COMPUTES)
    cost = f", at {formatting.duration(profile.cpu_task_ns)} of CPU a task"
    if not whole:
        return cost
    ranked = sorted(COMPUTES, key=lambda kind: -parts[kind])
    listed = [
        f"{formatting.percent(parts[kind] / whole)} in {MEANT[kind]}"
        for kind in ranked
        if parts[kind] / whole >= MUCH
    ]
    return f"{cost}, of which {formatting.listing(listed)}"


def _parts(parts: dict[TimeKind, float]) -> str:
    """Return the two largest kinds with their shares."""
    ranked = sorted(parts, key=lambda kind: -parts[kind])
    listed = [f"{formatting.percent(parts[kind])} {kind}" for kind in ranked[:2] if parts[kind] > 0]
    return formatting.listing(listed)
