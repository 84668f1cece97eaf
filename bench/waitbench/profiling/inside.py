"""A watched worker that watches itself, by pyinstrument: every thread, and each child of a pool."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, ClassVar

from waitbench.profiling import pool_child
from waitbench.profiling.thread_profiler import ThreadProfiler, watch_threads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from waitbench.profiling.windows import RawLane


class Inside:
    """Threads and children watch themselves from their start, the calling thread when told to.

    Args:
        folder: where children leave what they saw.
    """

    preloaded = (pool_child.__name__,)
    """What a fork server has to load, so that its children watch themselves."""
    rate_hz: ClassVar[None] = None
    awaiting: ClassVar[Mapping[str, float]] = {}

    def __init__(self, folder: Path) -> None:
        os.environ[pool_child.FOLDER] = os.fspath(folder)
        self._folder = folder
        self._thread_lanes: list[RawLane] = []
        self._profiler: ThreadProfiler | None = None
        watch_threads(self._thread_lanes)

    def start(self, *, awaits: bool) -> None:
        """Watch the calling thread from now on."""
        self._profiler = ThreadProfiler("main", awaits=awaits)
        self._profiler.start()

    def stop(self) -> list[RawLane]:
        """Return what was seen of this thread, and of all threads and children that have ended."""
        assert self._profiler is not None
        lanes = [self._profiler.stop(), *self._thread_lanes]
        self._thread_lanes.clear()
        for file in sorted(self._folder.glob("*.json")):
            lanes.append(json.loads(file.read_text(encoding="utf-8")))
            file.unlink()
        return lanes
