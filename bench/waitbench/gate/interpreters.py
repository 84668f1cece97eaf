"""The interpreters that ran the sides in, what a reader must know of them out."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.gate.outcome import BASE_INTERPRETER
from waitbench.scenario import BenchError
from waitbench.services import other_python

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from waitbench.gate.benchmark import Side


def place(python: str | None) -> tuple[str, str]:
    """Return what two names of one interpreter share: its folder, which chooses packages, and file.

    Links are followed for each alone: `bin/python` of two environments may be the same file.
    """
    path = Path(shutil.which(python or sys.executable) or python or sys.executable)
    return str(path.parent.resolve()), str(path.resolve())


def facts(sides: Sequence[Side]) -> dict[str, Any]:
    """Return head's interpreter as a record's `environment` has it; base's, where it is another."""
    by_place = {place(side.python): side.python for side in sides}
    described = {where: _described(python) for where, python in by_place.items()}
    base, head = (described[place(side.python)] for side in sides)
    return {**head} if base == head else {**head, BASE_INTERPRETER: dict(base)}


def _described(python: str) -> Mapping[str, Any]:
    """Let an interpreter describe itself; of one that cannot, nothing is known."""
    own = other_python.own().facts
    if place(python) == place(None):
        return own
    try:
        with other_python.lent(os.fspath(python)) as there:
            return there.facts
    except BenchError:
        return dict.fromkeys(own)
