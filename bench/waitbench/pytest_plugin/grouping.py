"""Rows and what to group them by in, groups out: every row stands in one, whatever it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench.pytest_plugin.parameters import NONE
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Group = tuple[str | None, list[Mapping[str, Any]]]

COLUMNS = ("group", "name", "func", "fullname", "fullfunc", "param")
"""What pytest-benchmark groups by, beside `param:NAME`."""
OPTION, PARAM = "--benchmark-group-by", "param:"


def check(group_by: str) -> None:
    """Refuse a word that nothing can be grouped by, before anything is measured.

    Raises:
        BenchError: lists the words that there are.
    """
    for word in group_by.split(","):
        named = word.startswith(PARAM) and word != PARAM
        if word not in COLUMNS and not named:
            raise BenchError(
                f"{OPTION}={group_by}: nothing is grouped by {word!r}; there are "
                f"{', '.join(COLUMNS)} and {PARAM}NAME, as {PARAM}model"
            )


def grouped(rows: Sequence[Mapping[str, Any]], group_by: str) -> list[Group]:
    """Return the groups by name, their rows in order; a row without a parameter has a dash there.

    pytest-benchmark's own ends with a KeyError where one of the rows lacks the parameter, as where
    suites take different ones, and shows none of them.
    """
    words = group_by.split(",")
    groups: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        values = [_value(row, word) for word in words]
        groups.setdefault(" ".join(filter(None, values)) or None, []).append(row)
    order = "fullname" if "full" in group_by else "name"
    return [
        (name, sorted(groups[name], key=lambda row: str(row[order])))
        for name in sorted(groups, key=lambda name: name or "")
    ]


def _value(row: Mapping[str, Any], word: str) -> str:
    """Return what a row is grouped under by one word, as pytest-benchmark writes it."""
    if word in {"func", "fullfunc"}:
        return str(row[word.replace("func", "name")]).partition("[")[0]
    if word.startswith(PARAM):
        name = word.removeprefix(PARAM)
        return f"{name}={(row['params'] or {}).get(name, NONE)}"
    value = row[word]
    return "" if value is None else str(value)


def same_parameters(rows: Sequence[dict[str, Any]]) -> None:
    """Give every row the parameters of all: `pytest-benchmark compare` groups by any of them."""
    names = dict.fromkeys(name for row in rows for name in row["params"] or {})
    for row in rows:
        row["params"] = {name: (row["params"] or {}).get(name, NONE) for name in names}
