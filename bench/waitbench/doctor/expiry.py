"""Findings of limits that ran out while a loop stood still, and not because an answer was late."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from waitbench.doctor.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.doctor.findings import SourceLine
    from waitbench.doctor.limits import RanOut

SOON_NS = 10_000_000
"""A limit whose time was over so shortly after a hold is still one of it: other steps came first.
"""


def expired(ran_out: Iterable[RanOut], held: Sequence[Finding], began_ns: int) -> list[Finding]:
    """Return one finding for all limits of a line that the same line's holds made run out.

    Args:
        ran_out: all limits that ran out.
        held: the loop's holds, each for itself.
        began_ns: when the examination began, from where holds are counted.
    """
    alike: dict[tuple[str, SourceLine | None, Finding], list[RanOut]] = defaultdict(list)
    causes: dict[object, Finding] = {}
    for limit in ran_out:
        due_ns = limit.due_ns - began_ns
        holds = [
            hold
            for hold in held
            if hold.first_ns <= due_ns <= hold.first_ns + hold.total_ns + SOON_NS
        ]
        if holds:
            hold = max(holds, key=lambda hold: (not hold.note, hold.total_ns))
            cause = causes.setdefault((hold.kind, hold.subject, hold.place), hold)
            alike[limit.subject, limit.place, cause].append(limit)
    return [
        _finding(subject, place, hold, limits, began_ns)
        for (subject, place, hold), limits in alike.items()
    ]


def _finding(
    subject: str, place: SourceLine | None, hold: Finding, limits: Sequence[RanOut], began_ns: int
) -> Finding:
    late_ns = [limit.fired_ns - limit.due_ns for limit in limits]
    return Finding(
        kind="expired",
        subject=subject,
        place=place,
        inside=hold.place,
        times=len(limits),
        first_ns=limits[0].fired_ns - began_ns,
        total_ns=sum(late_ns),
        longest_ns=max(late_ns),
        detail=_answers(sum(limit.answered for limit in limits), len(limits)),
        note=hold.note,
    )


def _answers(answered: int, limits: int) -> str:
    """Return how many of them were answered by then, as the end of a sentence; empty if none."""
    if not answered:
        return ""
    if answered < limits:
        return f", and the answers of {answered} had come"
    return " though its answer had come" if limits == 1 else " whose answers had come"
