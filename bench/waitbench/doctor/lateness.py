"""Findings of a loop that was late though none of its steps was long: others' GIL, or a flood."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.findings import Finding
from waitbench.doctor.interruptions import (
    CROWDED,
    commonest_holder,
    for_want_of_a_core,
    gc_finding,
    gil_finding,
    overlap,
    span_of,
)
from waitbench.doctor.ready_queue import Waiting
from waitbench.doctor.source_lines import source_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.findings import Kind, SourceLine
    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.interruptions import Span
    from waitbench.doctor.lag import LagLook, Late

MOSTLY = 0.5
"""From this share of its time on, a lag is explained by what took that."""
SCARCE = 0.15
"""Where the watchdog waited for a core that much of it, or the loops did of the time that they
wanted one, a lag that nothing else explains is not held against the program."""
FEWEST_STEPS = 5
"""Fewer steps than that do not flood a loop."""


def lateness(activity: LoopActivity) -> Iterator[Finding]:
    """Yield what kept loops from running between their steps, then lags that nothing explains."""
    threshold_ns = activity.threshold_ns
    spans: list[Span] = [*activity.ours, *(span_of(step) for step in activity.blocked)]
    for pause in activity.pauses:
        span = span_of(pause)
        if pause.cpu_ns >= threshold_ns and not covered_ns(span, spans):
            spans.append(span)
            yield gc_finding(pause, span[0] - activity.began_ns, pause.wall_ns)
    for stall in activity.stalls:
        span = span_of(stall)
        short = for_want_of_a_core(stall.wall_ns, stall.holder.cpu_ns, threshold_ns)
        if stall.wall_ns - covered_ns(span, spans) >= threshold_ns and not short:
            spans.append(span)
            yield gil_finding(stall.holder, span[0] - activity.began_ns, stall.wall_ns)
    places: dict[str, SourceLine | None] = {}
    for late in activity.late:
        span = span_of(late)
        rest_ns = late.wall_ns - covered_ns(span, spans)
        if rest_ns >= threshold_ns:
            spans.append(span)
            finding = _late(late, rest_ns, activity)
            # One flood goes on from line to line: it is told by the first of them.
            if finding.kind == "flooded":
                place = places.setdefault(finding.subject, finding.place)
                finding = replace(finding, place=place)
            yield finding


def covered_ns(span: Span, spans: Sequence[Span]) -> int:
    """Return how much of a span others cover together."""
    covered_ns, reached_ns = 0, span[0]
    for began_ns, ended_ns in sorted(spans):
        covered_ns += overlap((max(began_ns, reached_ns), ended_ns), span)
        reached_ns = max(reached_ns, min(ended_ns, span[1]))
    return covered_ns


def _late(late: Late, rest_ns: int, activity: LoopActivity) -> Finding:
    """Return why a loop was late: no core, the GIL, steps that stood in line, or nothing known."""
    first_ns, threshold_ns = late.began_ns - activity.began_ns, activity.threshold_ns
    waited_ns, cpu_ns, holders = _waited(late, rest_ns, activity)
    queued_ns = late.queued_ns
    if for_want_of_a_core(waited_ns, cpu_ns, threshold_ns):
        waited_ns, queued_ns = 0, queued_ns + waited_ns
    if rest_ns - queued_ns < min(threshold_ns, rest_ns * CROWDED):
        return _finding("crowded", "the loop", late, first_ns)
    if waited_ns > (rest_ns - queued_ns) * MOSTLY:
        return gil_finding(commonest_holder(holders), first_ns, rest_ns)
    flood = _flood(late, first_ns)
    if flood is not None:
        return flood
    if waited_ns > queued_ns:
        return gil_finding(commonest_holder(holders), first_ns, rest_ns)
    busy = activity.queued_ns > (activity.cpu_ns + activity.queued_ns) * SCARCE
    scarce = busy or max(queued_ns, late.watchdog_ns) > rest_ns * SCARCE
    kind: Kind = "crowded" if scarce else "late"
    return _finding(kind, "the loop", late, first_ns)


def _flood(late: Late, first_ns: int) -> Finding | None:
    """Return whose steps stood in line, if they were many."""
    steps: Counter[Waiting] = Counter()
    for look in late.looks:
        users = [waiting for waiting in look.waiting if source_lines.users(waiting.place)]
        steps.update(users or _running(look) or look.waiting)
    if late.steps < FEWEST_STEPS or not steps:
        return None
    subjects: Counter[str] = Counter()
    for waiting, count in steps.items():
        subjects[waiting.subject] += count
    subject, _ = subjects.most_common(1)[0]
    lines = Counter({step: count for step, count in steps.items() if step.subject == subject})
    most = max(look.ready for look in late.looks)
    finding = _finding("flooded", subject, late, first_ns)
    return replace(finding, place=lines.most_common(1)[0][0].place, steps=late.steps, ready=most)


def _waited(late: Late, rest_ns: int, activity: LoopActivity) -> tuple[int, int, Counter[Holder]]:
    """Return for how long a late loop wanted the GIL, its holders' CPU meanwhile, and these."""
    holders: Counter[Holder] = Counter()
    looked_ns = stalled_ns = cpu_ns = 0
    for look in late.looks:
        if look.gil_wait and look.holder:
            looked_ns += rest_ns // len(late.looks)
            holders[look.holder] += rest_ns // len(late.looks)
            cpu_ns += look.holder.cpu_ns
    for stall in activity.stalls:
        ns = overlap(span_of(stall), span_of(late))
        if ns:
            stalled_ns += ns
            cpu_ns += min(stall.holder.cpu_ns, ns)
            holders[stall.holder] += ns
    return min(max(looked_ns, stalled_ns), rest_ns), cpu_ns, holders


def _finding(kind: Kind, subject: str, late: Late, first_ns: int) -> Finding:
    return Finding(
        kind=kind,
        subject=subject,
        place=None,
        first_ns=first_ns,
        total_ns=late.wall_ns,
        longest_ns=late.wall_ns,
        note=kind == "crowded",
    )


def _running(look: LagLook) -> list[Waiting]:
    """Return the step that a look met, by the coroutine or the function of the user's in it."""
    own = source_lines.own(look.lines)
    if own is None:
        return []
    inside = look.lines[own:]
    line = inside[source_lines.suspendable(inside) or 0]
    return [Waiting(line[0].co_qualname, source_line(line))]
