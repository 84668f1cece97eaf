"""Spans of time in, how many of them overlap at most out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def most_at_once(spans: Iterable[tuple[int, int]]) -> int:
    """Count how many spans overlap at most; one that ends as another begins does not."""
    moments = sorted(moment for start, end in spans for moment in ((start, 1), (end, -1)))
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most
