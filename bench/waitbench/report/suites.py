"""Which suites of a run stand in front, which behind a fold, and what each asks."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.analysis.comparison import MAIN
from waitbench.did_you_mean import instead
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary

TITLES = {"io_bound": "I/O-bound", "cpu_bound": "CPU-bound"}
QUESTIONS = "Further questions"
MAP = "The map: who is fastest where"
STORED = "results"
"""The folder whose files have numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """The suites of a run, in the order of the file, and those that are shown in full.

    Attributes:
        front: what is shown in full; a summary of just that.
        behind: the scenarios of the suites behind the fold, by suite.
    """

    front: Summary
    behind: dict[str, list[Comparison]]


def arranged(summary: Summary, only: Sequence[str] = ()) -> Arrangement:
    """Put the main suites in front, unless the run or the reader wants others.

    Args:
        summary: of the run.
        only: suites to show, and no others.

    Raises:
        BenchError: the run holds no such suite.
    """
    suites = summary.suites
    for name in only:
        if name not in suites:
            there = instead(name, suites) if suites else "it has no table at all"
            raise BenchError(f"{summary.path.name} holds no suite {name!r}; {there}")
    front = set(only) or set(suites).intersection(MAIN) or set(suites)
    behind = {} if only else {name: of for name, of in suites.items() if name not in front}
    shown = tuple(scenario for scenario in summary.scenarios if scenario.suite in front)
    return Arrangement(front=replace(summary, scenarios=shown), behind=behind)


def has_main(summary: Summary) -> bool:
    """Check whether the run has any of the main suites."""
    return not set(MAIN).isdisjoint(summary.suites)


def alike(front: Summary) -> list[list[Comparison]]:
    """Group scenarios whose tables are drawn alike: all main ones together, else by suite."""
    groups: dict[str, list[Comparison]] = {}
    for scenario in front.scenarios:
        groups.setdefault(MAIN[0] if scenario.suite in MAIN else scenario.suite, []).append(
            scenario
        )
    return list(groups.values())


def title(name: str) -> str:
    """Write a suite's name as people do: I/O-bound."""
    return TITLES.get(name, name.replace("_", "-"))


def question(name: str) -> str:
    """Return the question of a suite beside the main ones; empty if its file is gone."""
    file = f"test_{name}"
    if name in MAIN or file not in registry.names("suites"):
        return ""
    return registry.summary("suites", file)


def file(summary: Summary) -> str:
    """Name a results file as it is typed: a stored one by its number, another by its path."""
    path = summary.path
    number, _, more = path.name.partition("_")
    stored = STORED in {parent.name for parent in path.parents}
    return number if stored and more and number.isdecimal() else shlex.quote(str(path))
