"""A thread that looks at the loops every few milliseconds: clocks, stacks, and a probe for lag."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines
from waitbench.doctor.gil_holders import DOCTOR, frame_of, starts_thread
from waitbench.doctor.lag import LagLook, Stall
from waitbench.doctor.loop_thread import Sample
from waitbench.doctor.origins import relieve
from waitbench.doctor.probes import PROBE_NS, ask
from waitbench.doctor.proc_reads import Schedule
from waitbench.doctor.ready_queue import ready
from waitbench.doctor.sight import keep_in_sight, lose_sight

if TYPE_CHECKING:
    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.children import Children
    from waitbench.doctor.gc_pauses import GcPauses
    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.loop_thread import LoopThread, Mark
    from waitbench.doctor.signal_samples import SignalSampler

LOOKS = 5
"""Looks at a step that just reaches the threshold."""
SHORTEST_NS, LONGEST_NS = 1_000_000, 10_000_000
"""Between two looks: less would disturb the program, more would miss where its time goes."""
ON_TIME_NS = 2_000_000
"""A watchdog later than that was kept from running by what it watches."""
STALL_NS = 10_000_000
"""A watchdog later than that was kept out by one call that had the GIL: Python would hand it over
after the switch interval, 5 ms."""
KEPT_OUT = 0.25
"""Of its lateness, what the GIL kept a watchdog out for if it was not the machine."""
MAIN = threading.main_thread().ident
NOTED_NS = 20_000_000
"""Between two readings of all threads' CPU."""


COUNTED_NS, COUNTING = 200_000_000, 1_000
"""Between two counts of the memory's blocks, at least; and as a multiple of what one takes."""


class Watchdog(threading.Thread):
    """Samples the loops until it is stopped."""

    def __init__(
        self,
        activity: LoopActivity,
        sampler: SignalSampler,
        children: Children,
        gc_pauses: GcPauses,
    ) -> None:
        super().__init__(name=DOCTOR, daemon=True)
        self._activity = activity
        self._sampler = sampler
        self._children = children
        self._gc_pauses = gc_pauses
        self._tick_ns = min(max(activity.threshold_ns // LOOKS, SHORTEST_NS), LONGEST_NS)
        self._queued_ns = self._probe_ns = self._noted_ns = self._counted_ns = 0
        self._schedule: Schedule
        self._done = threading.Event()

    def run(self) -> None:
        """Sample, in even steps."""
        self._schedule = Schedule(threading.get_native_id())
        due_ns = time.perf_counter_ns() + self._tick_ns
        while not self._done.wait(max(due_ns - time.perf_counter_ns(), 0) / 1e9):
            late_ns = time.perf_counter_ns() - due_ns
            self._gc_pauses.look()
            marks = self._looks(due_ns, late_ns)
            for thread, mark in marks:
                if due_ns >= self._probe_ns or late_ns > ON_TIME_NS:
                    # Our own late turn is the loop's lag, unless it went on and kept us out.
                    held = late_ns > ON_TIME_NS and not thread.went_on
                    since_ns = due_ns if held else due_ns + late_ns
                    ask(thread, self._activity, since_ns, mark, self._schedule)
            if due_ns >= self._probe_ns:
                self._probe_ns = due_ns + PROBE_NS
                self._children.look()
            # A turn in which the GIL was lost may have missed a step: its looks are still wanted.
            smooth = time.perf_counter_ns() - due_ns - late_ns < ON_TIME_NS
            with self._activity.lock:
                self._sampler.put_off(forget=smooth)
            # From its look on, not from its end: a turn may lose the GIL, too.
            due_ns += late_ns + self._tick_ns

    def _looks(self, due_ns: int, late_ns: int) -> list[tuple[LoopThread, Mark]]:
        """Look at all loops, and read the clocks of all threads; return those of the loops."""
        activity, now_ns, marks = self._activity, due_ns + late_ns, []
        queued_ns = self._schedule.read()[0]
        for ident, thread in tuple(activity.threads.items()):
            if thread.adopted and thread.loop.is_closed() and not thread.began_ns:
                activity.ended(thread)
                del activity.threads[ident]
                continue
            marks.append((thread, self._look(thread, due_ns, late_ns)))
            thread.overdue_ns = now_ns + self._tick_ns + STALL_NS
        if now_ns >= self._noted_ns:
            activity.holders.note()
            self._noted_ns = now_ns + NOTED_NS
        self._queued_ns = self._schedule.read()[0]
        if self._queued_ns - queued_ns > ON_TIME_NS:
            activity.crowded.append((now_ns, now_ns + self._queued_ns - queued_ns))
        if now_ns >= self._counted_ns:
            self._counted_ns = now_ns + self._count()
        return marks

    def _count(self) -> int:
        """Count the blocks of memory in use; return for how long that has to do."""
        began_ns = time.perf_counter_ns()
        self._activity.blocks.append((began_ns, sys.getallocatedblocks()))
        return max(COUNTED_NS, (time.perf_counter_ns() - began_ns) * COUNTING)

    def stop(self) -> None:
        """Stop the thread, and wait for its end."""
        self._done.set()
        self.join()
        self._schedule.close()

    def _look(self, thread: LoopThread, due_ns: int, late_ns: int) -> Mark:
        """Return a loop thread's clocks; keep the stack of a step that is long already."""
        number, began_ns = thread.number, thread.began_ns
        thread.went_on = (number - thread.active_number) * STALL_NS >= late_ns
        if number != thread.active_number or began_ns:
            thread.active_number, thread.active_ns = number, due_ns + late_ns
        # First what needs the GIL: reading the clocks lets go of it, and all would go on.
        holders, probe = self._activity.holders, thread.probe
        now_ns = due_ns + late_ns
        long = bool(began_ns) and now_ns - began_ns >= self._tick_ns // 2
        lags = probe is not None and now_ns - probe.due_ns >= self._tick_ns
        lines = source_lines.stack(frame_of(thread.ident), thread.frame) if began_ns else ()
        met = self._met(thread, due_ns, late_ns)
        # A thread that is being started wants the GIL for the one that waits for it.
        wants = starts_thread(lines) or holders.may_wait(thread.native_id)
        gil_wait = (long or lags) and wants
        holder = holders.holder(thread.ident) if gil_wait else None
        if probe is not None and lags:
            probe.looks.append(LagLook(lines, *ready(thread.loop), gil_wait, holder))
        mark = thread.mark()
        raw_ns = late_ns
        if late_ns > ON_TIME_NS:  # what it waited for a core itself, nobody kept it out
            late_ns = max(late_ns - (self._schedule.read()[0] - self._queued_ns), 0)
        # Who wants the GIL wakes up again and again, and waits for a core each time.
        if late_ns > max(STALL_NS, raw_ns * KEPT_OUT):
            self._activity.stalls.extend(stall for stall in met if stall.wall_ns >= STALL_NS)
        if not began_ns:
            thread.before = mark
            if type(thread.loop).__module__.startswith("uvloop"):  # not all its work is steps
                keep_in_sight(thread, self._activity, mark, late_ns, self._tick_ns)
            return mark
        lose_sight(thread, self._activity, mark, self._tick_ns)
        lasts_ns = mark.wall_ns - began_ns
        if thread.within_number != number and lasts_ns < self._activity.threshold_ns // 2:
            thread.before = max(thread.before, thread.within)
            thread.within, thread.within_number = mark, number
        if lasts_ns >= self._tick_ns // 2:
            if thread.ident == MAIN and thread.relieved != number:
                thread.relieved = number
                relieve()
            sample = Sample(lines, mark, late_ns, gil_wait=gil_wait, holder=holder)
            with self._activity.lock:
                self._sample(thread, number, began_ns, sample)
        return mark

    def _sample(self, thread: LoopThread, number: int, began_ns: int, sample: Sample) -> None:
        if thread.number != number:
            return
        if thread.samples_number != number:
            thread.samples, thread.samples_number = [], number
        begun = thread.before._replace(wall_ns=began_ns)
        signalled = self._activity.signal_samples(
            thread.samples, begun, sample.mark, sample.late_ns, sample.lines
        )
        # A late look met what came after: those of the system stand for it.
        gil_wait, holder = sample.gil_wait, sample.holder
        looks = [look._replace(gil_wait=gil_wait, holder=holder) for look in signalled]
        thread.samples.extend(looks or [sample])

    def _met(self, thread: LoopThread, due_ns: int, late_ns: int) -> list[Stall]:
        """Return when others had the GIL since the watchdog was due.

        The loop may have had it first, and has kept who had it until then.
        """
        overdue, thread.overdue = thread.overdue, None
        if late_ns <= STALL_NS:
            return []
        met: list[tuple[int, int, Holder | None]] = []
        since_ns = due_ns
        if overdue is not None and overdue[0] > due_ns:
            met.append((due_ns, overdue[0] - due_ns, overdue[1]))
            since_ns = overdue[0]
        rest_ns = due_ns + late_ns - since_ns
        met.append((since_ns, rest_ns, self._activity.holders.holder(thread.ident)))
        return [
            Stall(began_ns=began_ns, wall_ns=wall_ns, holder=holder)
            for began_ns, wall_ns, holder in met
            if holder is not None
        ]
