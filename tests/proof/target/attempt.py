"""One thing that was tried with the target, and what was wrong with what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What was tried.

    Attributes:
        title: what it was, in a line.
        faults: what was wrong, a sentence each; none if it held.
        took_s: how long it took.
    """

    title: str
    faults: tuple[str, ...] = ()
    took_s: float = 0.0
