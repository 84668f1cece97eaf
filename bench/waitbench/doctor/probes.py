"""Probes of a loop's lag: callbacks that it is asked for, and how late they come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from waitbench.doctor.lag import LagProbe, Late

if TYPE_CHECKING:
    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.loop_thread import LoopThread, Mark
    from waitbench.doctor.proc_reads import Schedule

PROBE_NS = 20_000_000
"""Between two probes of a loop's lag."""


def ask(
    thread: LoopThread, activity: LoopActivity, due_ns: int, mark: Mark, watchdog: Schedule
) -> None:
    """Ask the loop to call back, unless it still owes an answer."""
    if thread.probe is not None:
        return
    probe = LagProbe(due_ns=due_ns, number=thread.number, queued_ns=mark.queued_ns)
    probe.watchdog_ns = watchdog.read()[0]

    def answer() -> None:
        lag_ns = time.perf_counter_ns() - due_ns
        # What came while this probe waited would have waited for the rest of it.
        activity.lags_ns.extend(range(lag_ns, 0, -PROBE_NS))
        thread.probe = None
        if lag_ns >= activity.threshold_ns:
            activity.late.append(_late(thread, probe, lag_ns, watchdog))
        thread.origins.adapt(thread.number, time.perf_counter_ns())
        thread.tables.unpack()

    thread.probe = probe
    try:
        thread.loop.call_soon_threadsafe(answer)
    except RuntimeError:  # closed just now
        thread.probe = None


def _late(thread: LoopThread, probe: LagProbe, lag_ns: int, watchdog: Schedule) -> Late:
    return Late(
        began_ns=probe.due_ns,
        wall_ns=lag_ns,
        steps=thread.number - probe.number,
        queued_ns=thread.mark().queued_ns - probe.queued_ns,
        watchdog_ns=watchdog.read()[0] - probe.watchdog_ns,
        looks=tuple(probe.looks),
    )
