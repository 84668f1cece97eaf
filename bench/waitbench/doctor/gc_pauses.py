"""Garbage collections that took long, in whatever thread: while one lasts, nothing else runs.

They are stamped without a line of Python: that would let go of the GIL in the middle of C code that
allocates, as parsers do, and the stalls of such code would look shorter than they are.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from operator import not_
from typing import TYPE_CHECKING, NamedTuple

from waitbench.doctor import source_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.source_lines import Line

SHORTEST_NS = 5_000_000
"""What took less is not kept."""
FULL = 2
"""The generation of a full collection."""
MOST = 1 << 16
"""Stamps that are kept until the next look at them."""
EACH, STOPS = 4, 2
"""Stamps of a collection: two as it starts, two as it stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcPause:
    """One collection that took long.

    Attributes:
        cpu_ns: what the collection took of a core; the rest it waited for one.
        ident: of the thread that collected.
        lines: where that thread was, innermost first: it only allocated when one was due.
        objects: how many containers the collector keeps watch over; None where not counted.
    """

    began_ns: int
    wall_ns: int
    cpu_ns: int
    ident: int
    generation: int
    lines: tuple[Line, ...]
    objects: int | None = None


class Stamp(NamedTuple):
    """Clocks as the collector called, and the thread that it was in; `number` counts the stamps."""

    number: int
    wall_ns: int
    cpu_ns: int
    ident: int


class GcPauses:
    """Keeps the long collections while it is on."""

    def __init__(self, activity: LoopActivity) -> None:
        self._activity = activity
        self._stamps: deque[tuple[int, int, int, int]] = deque(maxlen=MOST)
        clocks = (time.perf_counter_ns, time.thread_time_ns, threading.get_ident)
        stamps = zip(count(), *(iter(clock, None) for clock in clocks), strict=False)
        # `max` asks its key about either argument of the callback; each answer takes a stamp.
        taken = map(not_, map(self._stamps.append, stamps))
        self._stamp = partial(max, key=partial(next, taken))
        self._began: Stamp | None = None
        self._counts = _counts()
        self._left: list[int] = []
        self._counted = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Listen to the collector while the block lasts."""
        gc.callbacks.append(self._stamp)
        try:
            yield
        finally:
            if self._stamp in gc.callbacks:  # the program may have cleared them
                gc.callbacks.remove(self._stamp)

    @property
    def collecting(self) -> bool:
        """Return whether a collection is under way, in the calling thread."""
        last = Stamp(*self._stamps[-1]) if self._stamps else self._began
        return last is not None and last.number % EACH < STOPS

    def look(self) -> None:
        """Keep what took long since the last look."""
        pauses: list[tuple[Stamp, Stamp]] = []
        while self._stamps:
            stamp = Stamp(*self._stamps.popleft())
            if stamp.number % EACH < STOPS:
                self._began = stamp
            elif self._began is not None:
                if stamp.wall_ns - self._began.wall_ns >= SHORTEST_NS:
                    pauses.append((self._began, stamp))
                self._began = None
        before, self._counts = self._counts, _counts()
        if not self._activity.threads:  # without a loop that runs, nobody is held
            return
        counted = [
            generation
            for generation, (then, now) in enumerate(zip(before, self._counts, strict=True))
            for _ in range(min(now - then, len(pauses) + 1))
        ]
        # One may have come between its stamps and the counts of the look before.
        generations, self._left = sorted([*self._left, *counted]), counted
        frames = sys._current_frames()  # noqa: SLF001  there is no other way
        for began, ended in sorted(pauses, key=lambda pause: pause[0].wall_ns - pause[1].wall_ns):
            generation = generations.pop() if generations else 0
            if generation in self._left:
                self._left.remove(generation)
            wall_ns = ended.wall_ns - began.wall_ns
            pause = GcPause(
                began_ns=began.wall_ns,
                wall_ns=wall_ns,
                cpu_ns=ended.cpu_ns - began.cpu_ns,
                ident=began.ident,
                generation=generation,
                lines=source_lines.stack(frames.get(began.ident)),
                objects=self._objects() if generation == FULL and self._long(wall_ns) else None,
            )
            self._activity.pauses.append(pause)

    def _long(self, wall_ns: int) -> bool:
        return wall_ns >= self._activity.threshold_ns and not self._counted

    def _objects(self) -> int:
        """Count what the collector watches, once: it takes a tenth of what the collection took."""
        self._counted = True
        began_ns = time.perf_counter_ns()
        objects = len(gc.get_objects())
        self._activity.ours.append((began_ns, time.perf_counter_ns()))
        return objects


def _counts() -> list[int]:
    """Return how many collections there were of each generation."""
    return [generation["collections"] for generation in gc.get_stats()]
