"""Records without the folders of the machine that measured: sides have names instead."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waitbench.results.record import ContestantRecord

OWNERS, HARNESS, HOME = ".", "waitbench", "~"
"""What stands in place of the project's own folder, of the waitbench that raced, of a home."""


def replacements(rows: Iterable[ContestantRecord]) -> dict[str, str]:
    """Return the name that replaces each folder and interpreter of the contestants.

    Args:
        rows: of both sides.
    """
    names = {}
    for row in rows:
        contestant = row.contestant
        if contestant.python:
            names[contestant.python] = PurePath(contestant.python).name
        own = "root" in contestant.params
        if contestant.tree:
            names[contestant.tree] = HARNESS if own else contestant.name
        if own:
            names[contestant.params["root"]] = contestant.name
            names[contestant.params["away"]] = OWNERS
    home = str(Path.home())
    # A home that is the root of all, as some containers have it, stands in every path.
    return names | ({home: HOME} if len(home) > 1 else {})


def anonymised(record: Any, names: Mapping[str, str]) -> Any:
    """Return a JSON record with names in place of folders; the longest folder that fits counts."""
    ranked = sorted(names, key=len, reverse=True)
    return _anonymised(record, [(folder, names[folder]) for folder in ranked])


def _anonymised(record: Any, names: list[tuple[str, str]]) -> Any:
    if isinstance(record, dict):
        return {key: _anonymised(field, names) for key, field in record.items()}
    if isinstance(record, list | tuple):
        return [_anonymised(field, names) for field in record]
    if isinstance(record, str):
        for folder, name in names:
            record = record.replace(folder, name)
    return record
