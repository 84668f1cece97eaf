"""Where a task's time went: client and target read one clock, so the phases add up to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.results.phases import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.scenario import TaskSpan, Timestamps


def phases_ns(
    round_start_ns: int, answered: Iterable[tuple[TaskSpan, Timestamps]]
) -> dict[str, int]:
    """Mean of each phase over the tasks of a round, in nanoseconds.

    Args:
        round_start_ns: when all tasks were there to be taken up.
        answered: each task's span, and the timestamps that the target named for it.

    Returns:
        A figure for each of `PHASES`; empty without tasks. Their sum is the mean time from the
        start of the round to the end of a task.
    """
    sums = dict.fromkeys(PHASES, 0)
    count = 0
    for (start_ns, end_ns, _), named in answered:
        answered_ns = end_ns if named.answered_ns is None else named.answered_ns
        count += 1
        sums["waiting"] += start_ns - round_start_ns
        sums["sending"] += named.received_ns - start_ns
        sums["queue"] += named.queue_ns
        sums["asked"] += named.asked_ns
        sums["injection_error"] += (
            named.sent_ns - named.received_ns - named.queue_ns - named.asked_ns
        )
        sums["return"] += answered_ns - named.sent_ns
        sums["post_processing"] += end_ns - answered_ns
    return {phase: round(total / count) for phase, total in sums.items()} if count else {}
