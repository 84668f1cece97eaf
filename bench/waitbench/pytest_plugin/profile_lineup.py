"""Whom a profiled pass watches: suites and names in, a lineup out, and who is left out and why."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.did_you_mean import instead
from waitbench.parsing.matching import matcher
from waitbench.pytest_plugin import selection
from waitbench.pytest_plugin.options import Options
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from waitbench.race.plan import Lineup
    from waitbench.scenario import Scenario

QUICK = ("io_bound", "cpu_bound")
"""Suites of which the quick scenarios are profiled if none is named."""


def lineup(
    suites: Sequence[str],
    wanted: str | None,
    models: tuple[str, ...],
    postgres: str | None,
    only: str = "",
) -> tuple[Lineup, list[str]]:
    """Choose scenarios, and who takes part in each.

    Args:
        suites: by name; none for the quick scenarios, or with `wanted` for all of every suite.
        wanted: name of a scenario, or a pattern of names: `http-*`.
        models: who takes part, if given.
        postgres: address of a PostgreSQL that was given.
        only: what `suite/scenario/contestant` matches, as after `-k`; of all of every suite.

    Returns:
        The lineup, and a sentence for each who cannot take part.

    Raises:
        BenchError: no such suite, model or scenario, or a suite that races otherwise.
    """
    registry.check("models", models)
    asked = Options(
        models=tuple(dict.fromkeys(models)) or None,
        quick=not (suites or wanted or only),
        full=bool(wanted or only),
    )
    matches = matcher(only)
    chosen: Lineup = []
    left_out: list[str] = []
    scenarios = list(_scenarios(suites, asked, everything=bool(wanted or only)))
    matching = [pair for pair in scenarios if not wanted or fnmatchcase(pair[1].name, wanted)]
    if not matching:
        names = dict.fromkeys(scenario.name for _, scenario in scenarios)
        meant = instead(wanted or "", names)
        raise BenchError(f"there is no scenario {wanted!r}; {meant} (`waitbench list`)")
    for suite, scenario in matching:
        able = []
        for contestant in selection.contestants(suite, asked, scenario):
            if not matches(f"{scenario.suite}/{scenario.name}/{contestant.name}"):
                continue
            reason = selection.reason(suite, scenario, contestant, postgres)
            if reason:
                left_out.append(f"{contestant.name} in {scenario.name}: {reason}")
            else:
                able.append(contestant)
        if able:
            chosen.append((scenario, able))
    return chosen, left_out


def _scenarios(
    names: Sequence[str], asked: Options, *, everything: bool
) -> Iterator[tuple[ModuleType, Scenario]]:
    suites = [name.removeprefix("test_") for name in registry.names("suites") if "test_" in name]
    unknown = [name for name in names if name not in suites]
    if unknown:
        raise BenchError(f"there is no suite {unknown[0]!r}; {instead(unknown[0], suites)}")
    for name in names or (suites if everything else QUICK):
        suite = registry.load("suites", f"test_{name}")
        if hasattr(suite, "conduct"):  # it races servers, not models
            if name in names:
                raise BenchError(f"suite {name!r} has a race of its own and cannot be profiled")
            continue
        chosen = selection.scenarios(suite, asked, named=name in names)
        if everything:  # those of a quick run are in no other list
            chosen += asked.apply(getattr(suite, "QUICK", ()))
        for scenario in {scenario.name: scenario for scenario in chosen}.values():
            yield suite, scenario
