"""The threads model, under an interpreter without the GIL."""

from __future__ import annotations

import sys

from waitbench.models import threads


class Model(threads.Model):
    """The same pool, under a name of its own: where the lock is on, it is not taken for this."""


def unavailable() -> str | None:
    """Return what is missing where the interpreter has its lock."""
    enabled = getattr(sys, "_is_gil_enabled", None)
    if enabled is None or enabled():
        return "needs an interpreter whose GIL is off, such as python3.14t"
    return None
