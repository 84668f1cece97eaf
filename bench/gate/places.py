"""Records in, the same without the folders of whose machine it was: sides have names instead."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.race.record import Row

OWNERS, HARNESS, HOME = ".", "waitbench", "~"
"""What stands in place of the project's own folder, of the waitbench that raced, of a home."""


def known(rows: Iterable[Row]) -> dict[str, str]:
    """Return the name that replaces each folder and interpreter of the contestants.

    Args:
        rows: of both sides.
    """
    places = {}
    for row in rows:
        entrant = row.entrant
        if entrant.python:
            places[entrant.python] = PurePath(entrant.python).name
        own = "root" in entrant.params
        if entrant.tree:
            places[entrant.tree] = HARNESS if own else entrant.name
        if own:
            places[entrant.params["root"]] = entrant.name
            places[entrant.params["away"]] = OWNERS
    home = str(Path.home())
    # A home that is the root of all, as some containers have it, stands in every path.
    return places | ({home: HOME} if len(home) > 1 else {})


def named(record: Any, places: Mapping[str, str]) -> Any:
    """Return a JSON record with names in place of folders; the longest folder that fits counts."""
    ranked = sorted(places, key=len, reverse=True)
    return _named(record, [(place, places[place]) for place in ranked])


def _named(record: Any, places: list[tuple[str, str]]) -> Any:
    if isinstance(record, dict):
        return {key: _named(field, places) for key, field in record.items()}
    if isinstance(record, list | tuple):
        return [_named(field, places) for field in record]
    if isinstance(record, str):
        for place, name in places:
            record = record.replace(place, name)
    return record
