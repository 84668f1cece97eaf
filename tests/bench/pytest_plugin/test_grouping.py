"""Whatever rows are grouped by, each of them stands in one group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench import registry
from waitbench.pytest_plugin import grouping, parameters, selection
from waitbench.pytest_plugin.options import Options
from waitbench.pytest_plugin.replay import Entry
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence


def suites() -> list[dict[str, Any]]:
    """Return the rows of every suite as pytest-benchmark has them, and one of another tool."""
    rows: list[dict[str, Any]] = []
    for name in registry.names("suites"):
        suite, asked = registry.load("suites", name), Options(full=True)
        entries = [
            Entry(scenario, contestant, "", suite)
            for scenario in selection.scenarios(suite, asked, named=True)
            for contestant in selection.contestants(suite, asked, scenario)
        ]
        names, values = parameters.rows(entries)
        for entry, those in zip(entries, values, strict=True):
            test = f"test_race[{entry.scenario.name}-{entry.contestant.name}]"
            rows.append(
                {
                    "group": entry.scenario.name,
                    "name": test,
                    "fullname": f"{name}.py::{test}",
                    "param": f"{entry.scenario.name}-{entry.contestant.name}",
                    "params": dict(zip(names, those, strict=True)),
                }
            )
    other = {"group": None, "name": "test_own", "fullname": "own.py::test_own"}
    return [*rows, {**other, "param": None, "params": None}]


ROWS = suites()
WORDS = [
    *grouping.COLUMNS,
    *(f"param:{name}" for name in dict.fromkeys(n for row in ROWS for n in row["params"] or {})),
    "param:what no row has",
]


def shown(groups: Sequence[grouping.Group]) -> list[str]:
    return sorted(row["fullname"] for _, rows in groups for row in rows)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_no_row_is_lost_whatever_they_are_grouped_by(words: list[str]) -> None:
    group_by = ",".join(words)
    grouping.check(group_by)
    assert shown(grouping.grouped(ROWS, group_by)) == sorted(row["fullname"] for row in ROWS)


@pytest.mark.parametrize("word", WORDS)
def test_every_column_there_is_keeps_every_row(word: str) -> None:
    groups = grouping.grouped(ROWS, word)
    assert shown(groups) == sorted(row["fullname"] for row in ROWS)
    assert len({name for name, _ in groups}) == len(groups)


def test_rows_without_a_parameter_stand_together_under_a_dash() -> None:
    has, lacks = (
        {"name": name, "fullname": name, "group": "g", "param": "", "params": params}
        for name, params in (("a", {"model": "sync", "steps": "9"}), ("b", {"model": "sync"}))
    )
    groups = grouping.grouped([has, lacks], "group,param:steps")
    assert groups == [("g steps=-", [lacks]), ("g steps=9", [has])]


def test_every_row_gets_the_parameters_of_all() -> None:
    rows: list[dict[str, Any]] = [{"params": {"model": "sync", "steps": "9"}}, {"params": None}]
    grouping.same_parameters(rows)
    assert rows[1]["params"] == {"model": "-", "steps": "-"}
    assert rows[0]["params"] == {"model": "sync", "steps": "9"}


@pytest.mark.parametrize("group_by", ["nonsense", "group,", "param:", "param:model,nonsense"])
def test_what_nothing_is_grouped_by_is_refused_with_what_there_is(group_by: str) -> None:
    with pytest.raises(BenchError, match="param:NAME"):
        grouping.check(group_by)
