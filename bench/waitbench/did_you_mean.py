"""What stands in a complaint about a name that there is not: the nearest one, or all there are."""

from __future__ import annotations

TYPE_CHECKING = False  # the command line imports this, and starts light
if TYPE_CHECKING:
    from collections.abc import Iterable

MOST, FIRST = 30, 12
"""Names that a line can list, and how many it begins with where there are more."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that a mistyped word was most likely meant to be; None if none is near."""
    from difflib import get_close_matches

    by_small = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), by_small, n=1)
    return by_small[close[0]] if close else None


def instead(word: str, names: Iterable[str]) -> str:
    """Return what can be typed instead of a word, to follow a semicolon.

    As `did you mean 'asyncio'?`, or `there are sync, threads` where nothing is near.
    """
    there = list(names)
    if meant := nearest(word, there):
        return f"did you mean {meant!r}?"
    if len(there) > MOST:
        there = [*there[:FIRST], f"{len(there) - FIRST} more"]
    return f"there are {', '.join(there)}"
