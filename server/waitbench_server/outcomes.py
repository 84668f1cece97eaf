"""How an answer may end: by numbers inside, by names in plans and statistics."""

from __future__ import annotations

from typing import Final

NONE, RESET, CLOSE, HANG = range(4)
FAULTS: Final = {"none": NONE, "reset": RESET, "close": CLOSE, "hang": HANG}
LOST: Final = 4
"""Outcome of a request whose client went away before the answer."""
_NAMES: Final = {number: name for name, number in FAULTS.items()} | {LOST: "lost"}


def outcome_name(outcome: int) -> str:
    """Return how statistics name an outcome: its status, or the fault's name."""
    return _NAMES.get(outcome, str(outcome))
