"""Every thread of a process under a profiler of its own, from its start to its end: its lane."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from pyinstrument import Profiler

from waitbench.profiling.own_files import named

if TYPE_CHECKING:
    from waitbench.profiling.windows import RawLane

INTERVAL_S = 0.001
_LINE = "l"
"""Mark of a line number in pyinstrument's name of a frame: functions are told apart, not lines."""


class ThreadProfiler:
    """The profiler of the thread that starts it; the same thread has to stop it.

    Args:
        name: what to call it.
        awaits: whether an event loop runs in it, whose tasks are then followed.
    """

    def __init__(self, name: str, *, awaits: bool = False) -> None:
        self._name = name
        self._profiler = Profiler(
            interval=INTERVAL_S, async_mode="enabled" if awaits else "disabled"
        )

    def start(self) -> None:
        """Start to sample the calling thread."""
        self._began_s = time.perf_counter()
        self._profiler.start()

    def stop(self) -> RawLane:
        """Stop, and return what was sampled."""
        session = self._profiler.stop()
        frames: dict[str, int] = {}
        samples = [
            (
                [frames.setdefault(_function(identifier), len(frames)) for identifier in stack],
                seconds,
            )
            for stack, seconds in session.frame_records
        ]
        return {
            "pid": os.getpid(),
            "tid": threading.get_native_id(),
            "name": self._name,
            "began_s": self._began_s,
            "frames": list(frames),
            "samples": samples,
        }


def watch_threads(lanes: list[RawLane]) -> None:
    """Profile every thread that starts from now on; each adds to `lanes` when it has ended."""
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        profiler = ThreadProfiler(thread.name)
        profiler.start()
        try:
            run(thread)
        finally:
            lanes.append(profiler.stop())

    setattr(threading.Thread, "run", watched)  # noqa: B010 - for every thread there will be


def _function(identifier: str) -> str:
    """Return pyinstrument's name of a frame without its line number, and files of ours as such."""
    name, *attributes = named(identifier).split("\x01")
    return "\x01".join(
        [name, *(attribute for attribute in attributes if not attribute.startswith(_LINE))]
    )
