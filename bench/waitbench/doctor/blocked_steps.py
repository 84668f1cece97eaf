"""All that loops did while they were watched: the steps that took too long, as they were seen."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waitbench.doctor.gil_holders import GilHolders
from waitbench.doctor.loop_thread import NEVER_NS, LoopThread, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from waitbench.doctor.gc_pauses import GcPause
    from waitbench.doctor.lag import Late, Stall
    from waitbench.doctor.loop_thread import Sample
    from waitbench.doctor.source_lines import Line


@dataclass(slots=True, kw_only=True)
class BlockedStep:
    """One step that held its loop for longer than the threshold.

    Attributes:
        cpu_ns, queued_ns: of its time, what its thread spent on a core, and waited for one.
        turns: how often it was given a core.
        callback: what was run, to name it where no sample was taken.
        by_sight: seen by the watchdog alone, from the first look at it to the last.
        ident: of its thread.
        freed: by how many blocks of memory the program had less after it.
    """

    began_ns: int
    wall_ns: int
    cpu_ns: float
    queued_ns: float
    samples: list[Sample]
    turns: float = 0
    callback: Any = None
    by_sight: bool = False
    ident: int = 0
    freed: int = 0


COUNTS = 8
"""Counts of the memory's blocks that are kept: one may fall into the very step that freed them."""

TakeSamples = Callable[[Mark, Mark, int, "Sequence[Line]"], "Sequence[Sample]"]


def _none(since: Mark, now: Mark, late_ns: int, late: Sequence[Line]) -> Sequence[Sample]:
    del since, now, late_ns, late
    return ()


@dataclass(slots=True)
class LoopActivity:
    """All that loops did since the examination began."""

    threshold_ns: int
    began_ns: int = field(default_factory=time.perf_counter_ns)
    threads: dict[int, LoopThread] = field(default_factory=dict)
    blocked: list[BlockedStep] = field(default_factory=list)
    lags_ns: list[int] = field(default_factory=list)
    stalls: list[Stall] = field(default_factory=list)
    crowded: list[tuple[int, int]] = field(default_factory=list)
    """When the watchdog had the GIL and no core, and so kept all others waiting: from, to."""
    pauses: list[GcPause] = field(default_factory=list)
    ours: list[tuple[int, int]] = field(default_factory=list)
    """When we ourselves held a loop, to count objects: from, to."""
    late: list[Late] = field(default_factory=list)
    holders: GilHolders = field(default_factory=GilHolders)
    loops: dict[str, None] = field(default_factory=dict)
    unwatched: dict[str, None] = field(default_factory=dict)
    """Loops that ran, and that showed none of their steps."""
    ran_ns: int = 0
    cpu_ns: int = 0
    queued_ns: int = 0
    """Of all that time, what loops were on a core, and waited for one."""
    steps: int = 0
    blocks: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=COUNTS))
    """When blocks of memory in use were counted last, and how many there were."""
    take_signal_samples: TakeSamples = _none
    """Samples that the system took where no thread could: see `signal_samples`."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Samples of one step are added, or read, by one thread at a time."""

    def held(self, thread: LoopThread, began_ns: int, wall_ns: int, callback: Any) -> None:
        """Keep a step that was too long; called by its own thread as the step ends."""
        before, within, seen = thread.before, thread.within, thread.within_number == thread.number
        now = thread.mark()
        counts = [count for at_ns, count in tuple(self.blocks) if at_ns <= began_ns]
        blocks = sys.getallocatedblocks()
        # From the first look within the step on all is exact. Where a look could only be had at
        # its end, because the step held the GIL, count from the last one before it.
        start = before if seen else max(before, within)
        if seen and (now.wall_ns - within.wall_ns) * 2 >= wall_ns:
            start = within
        span_ns = max(now.wall_ns - start.wall_ns, 1)
        scale = wall_ns / min(span_ns, wall_ns)
        with self.lock:
            samples = thread.samples if thread.samples_number == thread.number else []
            begun = start._replace(wall_ns=began_ns)
            samples = [*samples, *self.signal_samples(samples, begun, now, wall_ns)]
        self.blocked.append(
            BlockedStep(
                began_ns=began_ns,
                wall_ns=wall_ns,
                cpu_ns=min((now.cpu_ns - start.cpu_ns) * scale, wall_ns),
                queued_ns=min((now.queued_ns - start.queued_ns) * scale, wall_ns),
                turns=(now.turns - start.turns) * scale,
                samples=samples,
                callback=callback,
                ident=thread.ident,
                freed=max(counts[-1] - blocks, 0) if counts else 0,
            )
        )
        self.blocks.append((time.perf_counter_ns(), blocks))

    def adopted(self, loop: Any, frame: FrameType) -> LoopThread:
        """Watch the calling thread, in which others run a loop; at its first step."""
        thread = LoopThread(loop, frame)
        thread.adopted = True
        self.threads[thread.ident] = thread
        return thread

    def nested(self, thread: LoopThread, runner: FrameType) -> None:
        """End a stretch of a step, as its loop is run from within it and serves everybody."""
        stretch_ns = time.perf_counter_ns() - thread.began_ns
        # Between two steps of one such run the loop waits for events, and nobody is held.
        if thread.runner is not runner and stretch_ns > self.threshold_ns:
            self.held(thread, thread.began_ns, stretch_ns, None)
        thread.runner = runner

    def begin(self, thread: LoopThread) -> None:
        """Begin a step that others announce; by its own thread."""
        thread.number += 1
        thread.began_ns = now_ns = time.perf_counter_ns()
        if now_ns > thread.overdue_ns:
            self.overdue(thread, now_ns)

    def end(self, thread: LoopThread, callback: Any) -> None:
        """End a step that others announce, and keep it if it was too long."""
        began_ns, thread.began_ns = thread.began_ns, 0
        wall_ns = time.perf_counter_ns() - began_ns
        if wall_ns > self.threshold_ns:
            self.held(thread, began_ns, wall_ns, callback)

    def overdue(self, thread: LoopThread, now_ns: int) -> None:
        """Keep who had the GIL, in place of the watchdog, which could not come; before a step."""
        thread.overdue_ns = NEVER_NS
        thread.overdue = now_ns, self.holders.holder(thread.ident)

    def signal_samples(
        self,
        samples: Sequence[Sample],
        begun: Mark,
        now: Mark,
        late_ns: int,
        late: Sequence[Line] = (),
    ) -> Sequence[Sample]:
        """Return what the system sampled since the last sample of a step, or since it had begun.

        Of several loops it would not say which one.
        """
        if len(self.threads) != 1:
            return ()
        return self.take_signal_samples(samples[-1].mark if samples else begun, now, late_ns, late)

    def finish(self) -> None:
        """Add up what loops did that still run, and the steps that they are at."""
        for thread in tuple(self.threads.values()):
            began_ns, now_ns = thread.began_ns, time.perf_counter_ns()
            if began_ns and now_ns - began_ns > self.threshold_ns:
                thread.began_ns = now_ns  # should it go on, the rest is what it is told by
                self.held(thread, began_ns, now_ns - began_ns, None)
            self.ended(thread)
        self.threads.clear()

    def ended(self, thread: LoopThread) -> None:
        """Add up what a loop did, as it stops; one that others ran did stop after its last step."""
        ended_ns = thread.active_ns if thread.adopted else time.perf_counter_ns()
        self.ran_ns += max(ended_ns - thread.started_ns, 1)
        self.steps += thread.number
        now = thread.mark()
        self.cpu_ns += now.cpu_ns - thread.began.cpu_ns
        self.queued_ns += now.queued_ns - thread.began.queued_ns
        thread.schedule.close()
        if thread.probe is not None:
            lag_ns = time.perf_counter_ns() - thread.probe.due_ns
            if lag_ns >= self.threshold_ns:
                self.lags_ns.append(lag_ns)
        name = type(thread.loop).__module__.partition(".")[0]
        self.loops[name] = None
        if not thread.number:
            self.unwatched[f"a loop of {name}'s ran, and showed none of its steps"] = None
