"""Work of a loop that no step announces, as uvloop calls protocols: looks at frames show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.blocked_steps import BlockedStep
from waitbench.doctor.gil_holders import frame_of
from waitbench.doctor.loop_thread import Sample, Sight

if TYPE_CHECKING:
    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.loop_thread import LoopThread, Mark


def keep_in_sight(
    thread: LoopThread, activity: LoopActivity, mark: Mark, late_ns: int, tick_ns: int
) -> None:
    """Sample a thread that works without a step: then its innermost frame is not the loop."""
    top = frame = frame_of(thread.ident)
    while frame is not None and frame.f_back is not thread.frame:
        frame = frame.f_back
    if frame is None:
        lose_sight(thread, activity, mark, tick_ns)
        return
    lines = source_lines.stack(top, thread.frame)
    if thread.sight is None or thread.sight.frame != id(frame):
        lose_sight(thread, activity, mark, tick_ns)
        thread.sight = Sight(frame=id(frame), first=mark, samples=[])
    thread.sight.samples.append(Sample(lines, mark, late_ns))


def lose_sight(thread: LoopThread, activity: LoopActivity, mark: Mark, tick_ns: int) -> None:
    """Keep what was in sight, if it was there for long; half a tick is added at either end."""
    seen, thread.sight = thread.sight, None
    if seen is None or mark.wall_ns - seen.first.wall_ns < activity.threshold_ns:
        return
    wall_ns = mark.wall_ns - seen.first.wall_ns
    activity.blocked.append(
        BlockedStep(
            began_ns=seen.first.wall_ns - tick_ns // 2,
            wall_ns=wall_ns,
            cpu_ns=mark.cpu_ns - seen.first.cpu_ns,
            queued_ns=mark.queued_ns - seen.first.queued_ns,
            turns=mark.turns - seen.first.turns,
            samples=seen.samples,
            by_sight=True,
            ident=thread.ident,
        )
    )
