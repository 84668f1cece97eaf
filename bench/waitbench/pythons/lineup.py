"""Contestants and builds in, a contestant for each pair out: every model under every build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.pythons import apart, can_run, environments
from waitbench.pythons.interpreter import probe
from waitbench.registry import fit
from waitbench.registry.optional import EXTRAS
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from waitbench.pythons.builds import Build
    from waitbench.pythons.environments import Environment
    from waitbench.scenario import Contestant, Scenario

SEPARATOR = "@"
STAND_IN = "free_threads"
"""The model that stands for an interpreter without the GIL: here that is one of the builds."""
BROUGHT = frozenset(module for modules in EXTRAS.values() for module in modules)
"""Modules that are packages of their own: a model that is called like one imports it."""
Pair = tuple["Scenario", "Contestant"]


def under(
    scenario: Scenario, contestants: Iterable[Contestant], builds: Sequence[Build]
) -> tuple[Scenario, list[Contestant]]:
    """Return a scenario whose baseline is of the first build, and its contestants under each."""
    raced = [
        replace(
            contestant,
            name=f"{contestant.name}{SEPARATOR}{build.label}",
            build=build.label,
            environ={**contestant.environ, **build.environ},
            expects=build.expects,
        )
        for contestant in contestants
        # What brings an interpreter of its own, or stands for one, has no place among others, nor
        # has what brings packages of its own for the one that runs this.
        if contestant.python is None
        and contestant.model != STAND_IN
        and contestant.needs not in apart.WHY
        for build in builds
    ]
    baseline = f"{scenario.baseline}{SEPARATOR}{builds[0].label}"
    return replace(scenario, baseline=baseline, label=scenario.name), raced


def ready(
    build: Build,
    rows: Sequence[Pair],
    kept: Sequence[str],
    say: Callable[[str], object],
) -> tuple[str | None, list[str | None]]:
    """Make a build ready for its rows.

    Args:
        build: whose turn it is.
        rows: of the contestants that are to run under it.
        kept: environments that the user has named.
        say: is told what takes long.

    Returns:
        the program of its workers, None for the one that runs this; and for each row why it cannot
        take part, None where it can.

    Raises:
        BenchError: it cannot take part at all.
    """
    modules = [_modules(*row) for row in rows]
    refusal = None
    try:
        environment = _environment(build, [name for names in modules for name in names], kept, say)
    except BenchError as refused:  # what needs no package runs all the same
        refusal = str(refused)
        say(f"--python {build.label}: {refusal}")
        environment = environments.Environment(python=build.interpreter.path)
    answers = can_run.reasons(environment.python, build.environ, rows)
    return environment.python, [
        reason and ((module and (refusal or environment.lack(module))) or reason)
        for reason, module in answers
    ]


def unused(kept: Sequence[str], builds: Sequence[Build]) -> list[str]:
    """Return a line for each environment of the user's that is of no interpreter in the race."""
    raced = {build.interpreter.identity for build in builds}
    lines = []
    for python in kept:
        interpreter = probe(python)
        if interpreter.identity not in raced:
            folder = Path(python).parents[1]
            lines.append(
                f"--python-env {folder}: is of {interpreter.title}, which does not race; "
                "it is not used"
            )
    return lines


def _environment(
    build: Build, modules: Sequence[str], kept: Sequence[str], say: Callable[[str], object]
) -> Environment:
    interpreter = build.interpreter
    for python in kept:
        if probe(python).identity == interpreter.identity:
            return environments.Environment(python=python)
    if interpreter.prefix != interpreter.base_prefix:
        return environments.Environment(python=interpreter.path)  # it is an environment already
    return environments.made(interpreter, dict.fromkeys(modules), say)


def _modules(scenario: Scenario, contestant: Contestant) -> tuple[str, ...]:
    """Return what a contestant imports that is not ours, as far as we can tell from here."""
    named = (contestant.needs, contestant.model if contestant.model in BROUGHT else None)
    own = tuple(filter(None, named))
    try:
        return (*own, *fit.libraries(scenario.workload, contestant.model))
    except BenchError:
        return own
