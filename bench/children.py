"""What the processes that are measured inherit from ours, and what their end is called."""

from __future__ import annotations

import os
import signal

DEBUGGING = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONMALLOC")
"""Switches that slow Python down for its owner's debugging: they would be measured instead."""


def environment() -> dict[str, str]:
    """Give our environment without the switches for debugging."""
    return {name: value for name, value in os.environ.items() if name not in DEBUGGING}


def signal_name(number: int) -> str:
    """Name a signal as people know it: SIGKILL; a real-time one has only its number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
