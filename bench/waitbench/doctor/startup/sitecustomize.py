"""Has the loops of a Python watched that an examined program started; Python itself imports it."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress


def _stand_aside() -> None:
    """Let the `sitecustomize` be imported that would have been without this one."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120  starts light
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]  # noqa: PTH100
    this = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")
    except ImportError:
        if this is not None:
            sys.modules["sitecustomize"] = this


def _follow() -> None:
    """Watch the loops of this process, if it is of the Python that asks for it."""
    parts = os.environ.get("WAITBENCH_DOCTOR", "").split(os.pathsep)
    if len(parts) != 4 or parts[1] != sys.implementation.cache_tag:  # noqa: PLR2004
        return
    sys.path.append(parts[2])
    try:
        from waitbench.doctor.followed import await_loops

        await_loops()
    finally:
        sys.path.remove(parts[2])


_stand_aside()
with suppress(Exception):  # a child is to run as it would, watched or not
    _follow()
