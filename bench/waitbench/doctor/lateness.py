"""Findings of a loop that was late though none of its steps was long: others' GIL, or a flood."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.findings import Finding
from waitbench.doctor.interruptions import (
    commonest_holder,
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
    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.interruptions import Span
    from waitbench.doctor.lag import LagLook, Late

MOSTLY = 0.5
"""From this share of the time on, a late loop wanted the GIL, or a core."""


def lateness(activity: LoopActivity) -> Iterator[Finding]:
    """Yield what kept loops from running between their steps, then lags that nothing explains."""
    threshold_ns = activity.threshold_ns
    told: list[Span] = [span_of(step) for step in activity.blocked]
    for pause in activity.pauses:
        span = span_of(pause)
        if pause.wall_ns >= threshold_ns and not _covered_ns(span, told):
            told.append(span)
            yield gc_finding(pause, span[0] - activity.began_ns, pause.wall_ns)
    for stall in activity.stalls:
        span = span_of(stall)
        if stall.wall_ns - _covered_ns(span, told) >= threshold_ns:
            told.append(span)
            yield gil_finding(stall.holder, span[0] - activity.began_ns, stall.wall_ns)
    for late in activity.late:
        span = span_of(late)
        rest_ns = late.wall_ns - _covered_ns(span, told)
        if rest_ns >= threshold_ns:
            told.append(span)
            yield _late(late, rest_ns, activity)


def _covered_ns(span: Span, told: Sequence[Span]) -> int:
    """Return how much of a span others cover together."""
    covered_ns, reached_ns = 0, span[0]
    for began_ns, ended_ns in sorted(told):
        covered_ns += overlap((max(began_ns, reached_ns), ended_ns), span)
        reached_ns = max(reached_ns, min(ended_ns, span[1]))
    return covered_ns


def _late(late: Late, rest_ns: int, activity: LoopActivity) -> Finding:
    """Return why a loop was late: no core, the GIL, or steps that stood in line."""
    first_ns = late.began_ns - activity.began_ns
    most_ns = max(rest_ns * MOSTLY, rest_ns - activity.threshold_ns)
    if late.queued_ns > most_ns:
        return Finding(
            kind="crowded",
            subject="the loop",
            place=None,
            first_ns=first_ns,
            total_ns=late.wall_ns,
            longest_ns=late.wall_ns,
            note=True,
        )
    holders: Counter[Holder] = Counter()
    waited_ns = 0
    for look in late.looks:
        if look.gil_wait:
            waited_ns += rest_ns // len(late.looks)
            if look.holder:
                holders[look.holder] += rest_ns // len(late.looks)
    stalled_ns = 0
    for stall in activity.stalls:
        ns = overlap(span_of(stall), span_of(late))
        stalled_ns += ns
        holders[stall.holder] += ns
    if holders and max(stalled_ns, waited_ns) > rest_ns * MOSTLY:
        return gil_finding(commonest_holder(holders), first_ns, rest_ns)
    return _flood(late, first_ns)


def _flood(late: Late, first_ns: int) -> Finding:
    """Return whose steps a late loop had most of; nobody's where no look met any."""
    steps: Counter[Waiting] = Counter()
    for look in late.looks:
        steps.update(look.waiting or _running(look))
    subjects: Counter[str] = Counter()
    for waiting, count in steps.items():
        subjects[waiting.subject] += count
    if not subjects:
        subject, place = "the loop", None
    else:
        subject = subjects.most_common(1)[0][0]
        lines = Counter({step: count for step, count in steps.items() if step.subject == subject})
        place = lines.most_common(1)[0][0].place
    return Finding(
        kind="flooded" if subjects else "late",
        subject=subject,
        place=place,
        first_ns=first_ns,
        total_ns=late.wall_ns,
        longest_ns=late.wall_ns,
    )


def _running(look: LagLook) -> list[Waiting]:
    """Return the step that a look met, by the coroutine or the function of the user's in it."""
    own = source_lines.own(look.lines)
    if own is None:
        return []
    inside = look.lines[own:]
    line = inside[source_lines.suspendable(inside) or 0]
    return [Waiting(line[0].co_qualname, source_line(line))]
