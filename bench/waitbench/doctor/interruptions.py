"""What of a loop's time was not its own: garbage collections, and the GIL that others kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.findings import Finding
from waitbench.doctor.gc_pauses import FULL
from waitbench.doctor.source_lines import source_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.doctor.blocked_steps import BlockedStep, LoopActivity
    from waitbench.doctor.gc_pauses import GcPause
    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.lag import Late, Stall

CROWDED = 0.5
"""What was less of its time on a core may be the machine's fault."""
Span = tuple[int, int]
"""When something began, and when it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruptions:
    """What of a step was not its own.

    Attributes:
        gc_ns: in collections, in whatever thread; `gc_cpu_ns` of it the step's own, on a core.
        gil_ns: waited for the GIL, which `holder` had for most of that, if anybody stood out;
            those that had it were on a core for `gil_cpu_ns`.
        queued_ns: what of these two it waited for a core.
        nobodys_ns: waited for the GIL while nobody was seen to compute with it: who had it got no
            core.
        pause: the longest of those collections.
    """

    gc_ns: int = 0
    gc_cpu_ns: int = 0
    gil_ns: int = 0
    gil_cpu_ns: int = 0
    queued_ns: int = 0
    nobodys_ns: int = 0
    pause: GcPause | None = None
    holder: Holder | None = None


def interruptions(step: BlockedStep, activity: LoopActivity) -> Interruptions:
    """Return what of a step was not its own, by the clocks, looks, stalls and collections in it."""
    span = span_of(step)
    pauses = [pause for pause in activity.pauses if overlap(span_of(pause), span)]
    gc_own_ns = gc_others_ns = gc_queued_ns = gc_cpu_ns = 0
    for pause in pauses:
        wall_ns = overlap(span_of(pause), span)
        if pause.cpu_ns < pause.wall_ns * CROWDED and pause.cpu_ns < activity.threshold_ns:
            wall_ns = min(wall_ns, pause.cpu_ns)  # it lost the GIL or its core in between
        if pause.ident != step.ident:
            gc_others_ns += wall_ns
            continue
        gc_cpu_ns += min(wall_ns, pause.cpu_ns)
        if pause.cpu_ns >= activity.threshold_ns:  # long with a core at hand, too
            gc_own_ns += wall_ns
            gc_queued_ns += max(0, wall_ns - pause.cpu_ns)
        else:
            gc_own_ns += min(wall_ns, pause.cpu_ns)
    asleep_ns = step.wall_ns - step.cpu_ns - step.queued_ns - gc_others_ns
    share, nobodys_share, holders = _looked(step)
    stalled_ns = -gc_others_ns
    cpu_ns = sum(holder.cpu_ns for holder in holders)
    for stall in activity.stalls:
        if ns := overlap(span_of(stall), span):
            stalled_ns += ns
            cpu_ns += min(stall.holder.cpu_ns, ns)
            holders[stall.holder] += ns
    most_ns = step.wall_ns - step.cpu_ns - gc_others_ns
    gil_ns = round(max(0, min(most_ns, max(stalled_ns, asleep_ns * share))))
    return Interruptions(
        gc_ns=gc_own_ns + gc_others_ns,
        gc_cpu_ns=gc_cpu_ns,
        gil_ns=gil_ns,
        queued_ns=gc_queued_ns + round(max(0, gil_ns - max(asleep_ns, 0))),
        nobodys_ns=round(max(0.0, min(asleep_ns, most_ns - gil_ns) * nobodys_share)),
        pause=max(pauses, key=lambda pause: pause.wall_ns, default=None),
        gil_cpu_ns=cpu_ns,
        holder=commonest_holder(holders),
    )


def _looked(step: BlockedStep) -> tuple[float, float, Counter[Holder]]:
    """Return the share of the time off a core in which looks met a wait for the GIL, and for whom.

    The second share is of waits for nobody that was seen.

    A step that computes waits for the GIL at each look, for the watchdog has it then: only the time
    that it was off a core since the look before counts.
    """
    holders: Counter[Holder] = Counter()
    waited_ns = nobodys_ns = off_ns = 0
    holder: Holder | None = None
    for before, sample in pairwise([None, *step.samples]):
        if sample is None:
            continue
        since_ns = sample.mark.wall_ns - (before.mark.wall_ns if before else step.began_ns)
        if before is not None:
            since_ns -= sample.mark.cpu_ns - before.mark.cpu_ns
            since_ns -= sample.mark.queued_ns - before.mark.queued_ns
        off_ns += max(0, since_ns)
        holder = sample.holder or holder  # who had it a look ago has it still, as far as is known
        if sample.gil_wait and holder is not None:
            waited_ns += max(0, since_ns)
            holders[holder] += max(0, since_ns)
        elif sample.gil_wait:
            nobodys_ns += max(0, since_ns)
    off_ns = max(off_ns, 1)
    return waited_ns / off_ns, nobodys_ns / off_ns, holders


def commonest_holder(holders: Counter[Holder]) -> Holder | None:
    """Return a holder at the line that had the GIL for the longest."""
    by_place: Counter[object] = Counter()
    for holder, ns in holders.items():
        by_place[_place_of(holder)] += ns
    if not by_place:
        return None
    most, _ = by_place.most_common(1)[0]
    return next(holder for holder in holders if _place_of(holder) == most)


def _place_of(holder: Holder) -> object:
    own = source_lines.own(holder.lines)
    return holder.lines[own or 0] if holder.lines else holder.thread


def gil_finding(holder: Holder | None, first_ns: int, wall_ns: int, times: int = 1) -> Finding:
    """Return the finding that another thread kept the GIL, at the line where it let go."""
    lines: Sequence[source_lines.Line] = holder.lines if holder else ()
    own = source_lines.own(lines)
    at = source_line(lines[own or 0]) if lines else None
    inner = source_line(lines[0]) if lines else None
    thread = f"the thread {holder.thread}" if holder else "another thread"
    if own is None and holder and holder.call:
        thread, at = f"{holder.call.name} in a thread", holder.call.place or at
    return Finding(
        kind="gil",
        subject=at.function if at and own is not None else thread,
        place=at,
        inside=inner if inner != at else None,
        times=times,
        first_ns=first_ns,
        total_ns=wall_ns,
        longest_ns=wall_ns,
    )


def gc_finding(pause: GcPause, first_ns: int, wall_ns: int) -> Finding:
    """Return the finding of a collection; the line where it came due is not its place."""
    own = source_lines.own(pause.lines)
    full = pause.generation >= FULL
    return Finding(
        kind="collection",
        subject="a full garbage collection"
        if full
        else f"a garbage collection of generation {pause.generation}",
        place=None,
        inside=source_line(pause.lines[own]) if own is not None else None,
        first_ns=first_ns,
        total_ns=wall_ns,
        longest_ns=wall_ns,
    )


def counted(findings: Iterable[Finding], pauses: Sequence[GcPause]) -> list[Finding]:
    """Return the findings with how many objects a full collection goes through."""
    objects = max((pause.objects or 0 for pause in pauses), default=0)
    detail = f"{objects:,} objects are watched by the collector"
    return [
        replace(finding, detail=detail)
        if objects and finding.kind == "collection" and finding.subject.startswith("a full")
        else finding
        for finding in findings
    ]


def for_want_of_a_core(wall_ns: float, cpu_ns: float, threshold_ns: int) -> bool:
    """Return whether what had the GIL would have been short with a core at hand."""
    return cpu_ns < min(threshold_ns, wall_ns * CROWDED)


def overlap(span: Span, other: Span) -> int:
    """Return for how long two spans of time lie upon each other."""
    return max(0, min(span[1], other[1]) - max(span[0], other[0]))


def span_of(event: GcPause | Stall | Late | BlockedStep) -> Span:
    """Return when something began, and when it ended."""
    return event.began_ns, event.began_ns + event.wall_ns
