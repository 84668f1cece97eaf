"""A loop's thread as it is now: its clocks, the step it is at, and the looks at that."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from waitbench.doctor.line_tables import LineTables
from waitbench.doctor.origins import Origins
from waitbench.doctor.proc_reads import Schedule

if TYPE_CHECKING:
    from types import FrameType

    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.lag import LagProbe
    from waitbench.doctor.source_lines import Line

NEVER_NS = 1 << 62


class Mark(NamedTuple):
    """The clocks of a thread at one time: the wall's, its CPU time, its wait for a core.

    `turns` counts how often it was given one.
    """

    wall_ns: int
    cpu_ns: int
    queued_ns: int
    turns: int = 0

    def towards(self, other: Mark, share: float) -> Mark:
        """Return what the clocks will have shown a share of the way to another mark."""
        pairs = zip(self, other, strict=True)
        return Mark(*(round(here + (there - here) * share) for here, there in pairs))


class Sample(NamedTuple):
    """One look at a step under way: its stack, innermost first, when, and how late it came.

    `late_ns` is without what the watchdog waited for a core itself. One that was `signalled` is
    right although the watchdog was late: see `signal_samples`. At a `gil_wait` the thread wanted
    the GIL, which the `holder` had had since the look before, if anybody stood out.
    """

    lines: tuple[Line, ...]
    mark: Mark
    late_ns: int
    signalled: bool = False
    gil_wait: bool = False
    holder: Holder | None = None


class LoopThread:
    """A loop that runs, the thread it runs in, and the step it is at.

    `began_ns` is 0 between steps; `number` counts them. The thread itself writes these two, and
    `overdue` where a step begins after `overdue_ns`; all the rest is the watchdog's.
    """

    __slots__ = (
        *("loop", "frame", "began_ns", "number", "started_ns", "ident", "native_id", "_cpu_clock"),
        *("before", "within", "within_number", "samples", "samples_number", "probe", "sight"),
        *(
            "schedule",
            "tables",
            "overdue_ns",
            "overdue",
            "adopted",
            "runner",
            "began",
            "active_ns",
            "active_number",
            "went_on",
            "origins",
            "relieved",
        ),
    )

    def __init__(self, loop: Any, frame: FrameType) -> None:
        self.loop, self.frame = loop, frame
        self.began_ns = self.number = 0
        self.started_ns = time.perf_counter_ns()
        self.ident, self.native_id = threading.get_ident(), threading.get_native_id()
        self.schedule = Schedule(self.native_id)
        has_clock = hasattr(time, "pthread_getcpuclockid")
        self._cpu_clock = time.pthread_getcpuclockid(self.ident) if has_clock else None
        self.began = self.before = self.within = self.mark()
        self.within_number = self.samples_number = -1
        self.samples: list[Sample] = []
        self.probe: LagProbe | None = None
        self.overdue_ns = NEVER_NS
        self.overdue: tuple[int, Holder | None] | None = None
        self.tables = LineTables()
        self.sight: Sight | None = None
        self.adopted = False
        self.runner: FrameType | None = None
        self.active_ns, self.active_number = self.started_ns, 0
        self.went_on = False
        self.origins = Origins()
        self.relieved = -1

    def mark(self) -> Mark:
        """Read the thread's clocks, from any thread."""
        wall_ns = time.perf_counter_ns()
        if self._cpu_clock is not None:
            return Mark(wall_ns, time.clock_gettime_ns(self._cpu_clock), *self.schedule.read())
        if self.ident == threading.get_ident():
            return Mark(wall_ns, time.thread_time_ns(), 0)
        return Mark(wall_ns, self.before.cpu_ns, 0) if hasattr(self, "before") else Mark(0, 0, 0)


@dataclass(slots=True, kw_only=True)
class Sight:
    """Work of a loop that no step announced, as uvloop calls protocols: known by its frame."""

    frame: int
    first: Mark
    samples: list[Sample]
