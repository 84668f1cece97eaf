"""Loaded into the fork server of a pool: its children then watch themselves, and leave a file.

`FOLDER` in the environment says where; a child that is killed leaves none.
"""

from __future__ import annotations

import json
import os
from multiprocessing.process import BaseProcess
from pathlib import Path

from waitbench.profiling.thread_profiler import ThreadProfiler

FOLDER = "WAITBENCH_PROFILE_FOLDER"

_run = BaseProcess.run


def _watched(process: BaseProcess) -> None:
    profiler = ThreadProfiler(process.name)
    profiler.start()
    try:
        _run(process)
    finally:
        raw = profiler.stop()
        file = Path(os.environ[FOLDER], f"{os.getpid()}.json")
        file.write_text(json.dumps(raw), encoding="utf-8")


if FOLDER in os.environ:
    setattr(BaseProcess, "run", _watched)  # noqa: B010 - for every child there will be
