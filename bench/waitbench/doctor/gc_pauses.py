"""Garbage collections that took long, in whatever thread: while one lasts, nothing else runs."""

from __future__ import annotations

import gc
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.doctor import source_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from waitbench.doctor.blocked_steps import LoopActivity
    from waitbench.doctor.source_lines import Line

SHORTEST_NS = 5_000_000
"""What took less is not kept."""
FULL = 2
"""The generation of a full collection."""


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


@dataclass(slots=True, kw_only=True)
class GcPauses:
    """Keeps the long collections while it is on."""

    activity: LoopActivity
    _began_ns: dict[int, tuple[int, int]] = field(default_factory=dict)
    _counted: bool = False

    @contextmanager
    def on(self) -> Iterator[None]:
        """Listen to the collector while the block lasts."""
        note = self._note
        gc.callbacks.append(note)
        try:
            yield
        finally:
            if note in gc.callbacks:  # the program may have cleared them
                gc.callbacks.remove(note)

    def _note(self, phase: str, info: Mapping[str, int]) -> None:
        now_ns, ident = time.perf_counter_ns(), threading.get_ident()
        cpu_ns = time.thread_time_ns()
        if phase == "start":
            if self.activity.threads:  # without a loop that runs, nobody is held
                self._began_ns[ident] = now_ns, cpu_ns
            return
        began_ns, began_cpu_ns = self._began_ns.pop(ident, (now_ns, cpu_ns))
        wall_ns = now_ns - began_ns
        if wall_ns < SHORTEST_NS:
            return
        objects = None
        if (
            wall_ns >= self.activity.threshold_ns
            and not self._counted
            and info["generation"] == FULL
        ):
            self._counted = True  # once: it takes a tenth of what the collection took
            objects = len(gc.get_objects())
            self.activity.ours.append((now_ns, time.perf_counter_ns()))
        self.activity.pauses.append(
            GcPause(
                began_ns=began_ns,
                wall_ns=wall_ns,
                cpu_ns=cpu_ns - began_cpu_ns,
                ident=ident,
                generation=info["generation"],
                lines=source_lines.stack(sys._getframe(1)),  # noqa: SLF001  what inspect.currentframe gives
                objects=objects,
            )
        )
