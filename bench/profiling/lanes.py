"""Every thread of a process under a profiler of its own, from its start to its end: its lane."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

from pyinstrument import Profiler

INTERVAL_S = 0.001
Raw = dict[str, Any]
"""A lane as it was sampled, for JSON: `pid`, `tid`, `name`, `began_s` (of the monotonic clock), a
table of `frames` and `samples` in the order of time: numbers of frames from the root to the leaf,
and seconds."""

_LINE = "l"
"""Mark of a line number in pyinstrument's name of a frame: functions are told apart, not lines."""


class Lane:
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
        """Begin."""
        self._began_s = time.perf_counter()
        self._profiler.start()

    def stop(self) -> Raw:
        """End, and give what was sampled."""
        session = self._profiler.stop()
        frames: dict[str, int] = {}
        samples = [
            ([frames.setdefault(_function(one), len(frames)) for one in stack], seconds)
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


def watch_threads(found: list[Raw]) -> None:
    """From now on put every thread that starts into a lane; each is found when it has ended."""
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        lane = Lane(thread.name)
        lane.start()
        try:
            run(thread)
        finally:
            found.append(lane.stop())

    setattr(threading.Thread, "run", watched)  # noqa: B010 - for every thread there will be


def _function(identifier: str) -> str:
    """Leave the line number out of pyinstrument's name of a frame."""
    name, *attributes = identifier.split("\x01")
    return "\x01".join([name, *(one for one in attributes if not one.startswith(_LINE))])
