"""`--python`: the same entries under each interpreter that was named, and who cannot take part."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from waitbench.pythons import environments, lineup
from waitbench.pythons.builds import Choice, choose
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from waitbench.pytest_plugin.replay import Entry
    from waitbench.pythons.builds import Build
    from waitbench.scenario import Contestant, Scenario

CHOICE = pytest.StashKey[Choice]()
CONTROL = "control"
"""The suite that races a model against itself: it does so under the first of them alone."""
OWN_RACE = "its servers run under the interpreter that runs waitbench, whatever --python says"


def chosen(config: pytest.Config) -> Sequence[Build]:
    """Return the builds that race; none where no interpreter was named.

    Raises:
        BenchError: none of those that were named can.
    """
    if CHOICE not in config.stash:
        kept = environments.programs(_parts(config.getoption("python_env")))
        named = config.getoption("python") or ",".join(kept)
        choice = choose(named) if named else Choice(builds=())
        for line in (*choice.refused, *lineup.unused(kept, choice.builds)):
            _tell(line)
        config.stash[CHOICE] = choice
    return config.stash[CHOICE].builds


def under_each(
    config: pytest.Config, suite: ModuleType, scenario: Scenario, contestants: list[Contestant]
) -> tuple[Scenario, list[Contestant]]:
    """Return a scenario and its contestants, those under every build that was named."""
    builds = chosen(config)
    if not builds or hasattr(suite, "conduct"):
        return scenario, contestants
    return lineup.under(scenario, contestants, builds[:1] if scenario.suite == CONTROL else builds)


def make_ready(config: pytest.Config, entries: Sequence[Entry]) -> None:
    """Make each build's environment, and note which entries cannot take part, and why."""
    builds = chosen(config)
    for entry in entries:
        if builds and hasattr(entry.suite, "conduct"):
            entry.left_out = OWN_RACE
    kept = environments.programs(_parts(config.getoption("python_env")))
    for build in builds:
        own = [
            entry
            for entry in entries
            if entry.contestant.build == build.label and not entry.left_out
        ]
        rows = [(entry.scenario, entry.contestant) for entry in own]
        try:
            python, reasons = lineup.ready(build, rows, kept, _tell)
        except BenchError as wrong:
            _tell(f"--python {build.label}: {wrong}")
            python, reasons = build.interpreter.path, [str(wrong)] * len(own)
        for entry, reason in zip(own, reasons, strict=True):
            entry.contestant = replace(entry.contestant, python=python)
            entry.left_out = reason


def facts(config: pytest.Config) -> list[dict[str, Any]]:
    """Return what the file says of each build: what it is, and not where."""
    return [
        {
            "label": build.label,
            "python": build.interpreter.full,
            "implementation": build.interpreter.implementation,
            "gil": build.interpreter.gil,
            "jit_available": build.interpreter.jit_available,
            "jit": build.interpreter.jit,
            "profile_guided": build.interpreter.optimised,
            "debug_build": build.interpreter.debug,
            "environ": dict(build.environ),
        }
        for build in chosen(config)
    ]


def _parts(text: str | None) -> list[str]:
    return [part for part in (text or "").split(",") if part]


def _tell(line: str) -> None:
    sys.stderr.write(plain(f"waitbench: {line}") + "\n")
    sys.stderr.flush()
