"""A thread that looks at the loops every few milliseconds: clocks, stacks, and a probe for lag."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from bench.doctor import places
from bench.doctor.stays import BlockedStep, Sample, Sight, scheduled

if TYPE_CHECKING:
    from types import FrameType

    from bench.doctor.glimpses import SignalSampler
    from bench.doctor.stays import LoopActivity, LoopThread, Mark

LOOKS = 5
"""Looks at a step that just reaches the threshold."""
SHORTEST_NS, LONGEST_NS = 1_000_000, 10_000_000
"""Between two looks: less would disturb the program, more would miss where its time goes."""
PROBE_NS = 20_000_000
"""Between two probes of a loop's lag."""
ON_TIME_NS = 2_000_000
"""A watchdog later than that was kept from running by what it watches."""


class Watchdog(threading.Thread):
    """Samples the loops until it is stopped."""

    def __init__(self, activity: LoopActivity, sampler: SignalSampler) -> None:
        super().__init__(name="waitbench-doctor", daemon=True)
        self._activity = activity
        self._sampler = sampler
        self._tick_ns = min(max(activity.threshold_ns // LOOKS, SHORTEST_NS), LONGEST_NS)
        self._queued_ns = 0
        self._done = threading.Event()

    def run(self) -> None:
        """Sample, in even steps."""
        probe_ns = 0
        while True:
            self._queued_ns = scheduled(threading.get_native_id())[0]
            due_ns = time.perf_counter_ns() + self._tick_ns
            if self._done.wait(self._tick_ns / 1e9):
                return
            late_ns = time.perf_counter_ns() - due_ns
            for thread in tuple(self._activity.threads.values()):
                self._look(thread, late_ns)
                if due_ns >= probe_ns:
                    self._probe(thread, due_ns if late_ns > ON_TIME_NS else due_ns + late_ns)
            if due_ns >= probe_ns:
                probe_ns = due_ns + PROBE_NS
            # A turn in which the GIL was lost may have missed a step: its looks are still wanted.
            smooth = time.perf_counter_ns() - due_ns - late_ns < ON_TIME_NS
            with self._activity.lock:
                self._sampler.put_off(forget=smooth)

    def stop(self) -> None:
        """Stop the thread, and wait for its end."""
        self._done.set()
        self.join()

    def _look(self, thread: LoopThread, late_ns: int) -> None:
        """Read a loop thread's clocks, and the stack of a step that is long already."""
        number, began_ns = thread.number, thread.began_ns
        # The stack first: reading the clocks lets go of the GIL, and the step would go on.
        lines = places.stack(_frame(thread), thread.frame) if began_ns else ()
        mark = thread.mark()
        if late_ns > ON_TIME_NS:  # what it waited for a core itself, nobody kept it out
            late_ns = max(late_ns - (scheduled(threading.get_native_id())[0] - self._queued_ns), 0)
        if not began_ns:
            thread.before = mark
            if not hasattr(thread.loop, "_run_once"):  # a loop whose work is not all handles
                self._sight(thread, mark, late_ns)
            return
        self._lost_sight(thread, mark)
        lasts_ns = mark.wall_ns - began_ns
        if thread.within_number != number and lasts_ns < self._activity.threshold_ns // 2:
            thread.before = max(thread.before, thread.within)
            thread.within, thread.within_number = mark, number
        if lasts_ns >= self._tick_ns // 2:
            with self._activity.lock:
                self._sample(thread, number, began_ns, Sample(lines, mark, late_ns))

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
        thread.samples.extend(signalled or [sample])

    def _sight(self, thread: LoopThread, mark: Mark, late_ns: int) -> None:
        """Sample a thread that works without a step: then its innermost frame is not the loop."""
        top = frame = _frame(thread)
        while frame is not None and frame.f_back is not thread.frame:
            frame = frame.f_back
        if frame is None:
            self._lost_sight(thread, mark)
            return
        lines = places.stack(top, thread.frame)
        if thread.sight is None or thread.sight.frame != id(frame):
            self._lost_sight(thread, mark)
            thread.sight = Sight(frame=id(frame), first=mark, samples=[])
        thread.sight.samples.append(Sample(lines, mark, late_ns))

    def _lost_sight(self, thread: LoopThread, mark: Mark) -> None:
        """Keep what was in sight, if it was there for long; half a tick is added at either end."""
        seen, thread.sight = thread.sight, None
        if seen is None or mark.wall_ns - seen.first.wall_ns < self._activity.threshold_ns:
            return
        wall_ns = mark.wall_ns - seen.first.wall_ns
        self._activity.blocked.append(
            BlockedStep(
                began_ns=seen.first.wall_ns - self._tick_ns // 2,
                wall_ns=wall_ns,
                cpu_ns=mark.cpu_ns - seen.first.cpu_ns,
                queued_ns=mark.queued_ns - seen.first.queued_ns,
                turns=mark.turns - seen.first.turns,
                samples=seen.samples,
                by_sight=True,
            )
        )

    def _probe(self, thread: LoopThread, due_ns: int) -> None:
        """Ask the loop to call back, unless it still owes an answer."""
        if thread.probe_out:
            return

        def answer() -> None:
            lag_ns = time.perf_counter_ns() - due_ns
            # What came while this probe waited would have waited for the rest of it.
            self._activity.lags_ns.extend(range(lag_ns, 0, -PROBE_NS))
            thread.probe_out = False
            thread.tables.unpack()

        thread.probe_out = True
        try:
            thread.loop.call_soon_threadsafe(answer)
        except RuntimeError:  # closed just now
            thread.probe_out = False


def _frame(thread: LoopThread) -> FrameType | None:
    return sys._current_frames().get(thread.ident)  # noqa: SLF001  there is no other way
