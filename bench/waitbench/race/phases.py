"""Where a task's time went: client and target read one clock, so the parts add up to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.scenario import Moments, TaskSpan

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


def parts_ns(round_start_ns: int, answered: Iterable[tuple[TaskSpan, Moments]]) -> dict[str, int]:
    """Mean of each part over the tasks of a round, in nanoseconds.

    Args:
        round_start_ns: when all tasks were there to be taken up.
        answered: each task's span, and the moments that the target named for it.

    Returns:
        A figure for each of `PARTS`; empty without tasks. Their sum is the mean time from the
        start of the round to the end of a task.
    """
    sums = dict.fromkeys(PARTS, 0)
    count = 0
    for (start_ns, end_ns, _), moments in answered:
        answered_ns = end_ns if moments.answered_ns is None else moments.answered_ns
        count += 1
        sums["waiting"] += start_ns - round_start_ns
        sums["sending"] += moments.received_ns - start_ns
        sums["queue"] += moments.queue_ns
        sums["hold"] += moments.asked_ns
        sums["late"] += moments.sent_ns - moments.received_ns - moments.queue_ns - moments.asked_ns
        sums["return"] += answered_ns - moments.sent_ns
        sums["after"] += end_ns - answered_ns
    return {part: round(total / count) for part, total in sums.items()} if count else {}
