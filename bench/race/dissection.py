"""Where a task's time went: client and target read one clock, so the parts add up to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.scenario import Moments, TaskSpan

PARTS = ("waiting", "sending", "queue", "hold", "late", "return", "after")
"""From the start of the round to the end of the task, in the order of time:

    waiting: until a worker took the task up
    sending: in the client library, for a connection, on the wire, until the target had it
    queue:   in the target's queue, where it has one
    hold:    the delay that was asked for
    late:    what the target took beyond that: its injection error
    return:  back on the wire and in the client library, until the caller had the body
    after:   what the task did with it, where it goes on
"""


def parts_ns(round_start_ns: int, seen: Iterable[tuple[TaskSpan, Moments]]) -> dict[str, int]:
    """Mean of each part over the tasks of a round, in nanoseconds.

    Args:
        round_start_ns: when all tasks were there to be taken up.
        seen: each task's span, and what the target said of it.

    Returns:
        A figure for each of `PARTS`; empty without tasks. Their sum is the mean time from the
        start of the round to the end of a task.
    """
    sums = dict.fromkeys(PARTS, 0)
    count = 0
    for (start_ns, end_ns, _), said in seen:
        answered_ns = end_ns if said.answered_ns is None else said.answered_ns
        count += 1
        sums["waiting"] += start_ns - round_start_ns
        sums["sending"] += said.received_ns - start_ns
        sums["queue"] += said.queue_ns
        sums["hold"] += said.asked_ns
        sums["late"] += said.sent_ns - said.received_ns - said.queue_ns - said.asked_ns
        sums["return"] += answered_ns - said.sent_ns
        sums["after"] += end_ns - answered_ns
    return {part: round(total / count) for part, total in sums.items()} if count else {}
