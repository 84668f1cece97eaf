"""Who looks what a watched worker does, and which of them is the better choice here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES: Mapping[str, str] = {
    "pyinstrument": "profiling.worker",
    "python": "profiling.outside",
}
"""The module that a watched worker runs, by who looks."""
SINCE = (3, 15)


def usual(python: str | None = None) -> str:
    """Return who looks unless somebody is named: Python itself, where it can.

    Args:
        python: the interpreter of what is watched; None for the one that runs this. Of another one
            nothing is known here, and pyinstrument knows them all.
    """
    own = python in {None, sys.executable}
    return "python" if own and sys.version_info >= SINCE else "pyinstrument"


def checked(name: str) -> str:
    """Return a name that was typed.

    Raises:
        BenchError: nobody is called so, or this Python has no such one.
    """
    if name not in MODULES:
        raise BenchError(f"there is no sampler {name!r}; there are {' and '.join(MODULES)}")
    if name == "python" and sys.version_info < SINCE:
        raise BenchError(
            "--sampler python needs Python 3.15, whose profiling.sampling it is; "
            "pyinstrument does without"
        )
    return name
