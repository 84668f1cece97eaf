"""A suite in, out who races in what: its scenarios for this run, and who is left out and why."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING

from waitbench import registry

if TYPE_CHECKING:
    from types import ModuleType

    from waitbench.pytest_plugin.options import Options
    from waitbench.scenario import Entrant, Scenario


def scenarios(suite: ModuleType, asked: Options, *, named: bool) -> list[Scenario]:
    """Choose among a suite's lists; a suite that is asked for by name never stays silent.

    A suite that wants other lists by other rules has a function `choose(asked, named=…)`.

    Args:
        suite: with `SCENARIOS`, `QUICK` and `FULL`, of which each may be missing.
        asked: what was typed.
        named: whether this suite was asked for by its own name or file.
    """
    choose = getattr(suite, "choose", None)
    if choose:
        return asked.apply(choose(asked, named=named))
    usual, quick, more = (list(getattr(suite, name, ())) for name in ("SCENARIOS", "QUICK", "FULL"))
    if asked.quick:
        chosen = quick or (named and (usual or more)) or []
    else:
        chosen = usual + (more if named or asked.full else [])
    return asked.apply(chosen)


def entrants(suite: ModuleType, asked: Options, scenario: Scenario) -> list[Entrant]:
    """Say who races: the suite knows, or else the usual ones or those that were asked for."""
    own = getattr(suite, "entrants", None)
    return list(own(scenario)) if own else asked.entrants(scenario)


def reason(
    suite: ModuleType, scenario: Scenario, entrant: Entrant, postgres: str | None
) -> str | None:
    """Say why an entrant cannot take part: its suite may know, in a function `left_out(entrant)`.

    Args:
        suite: that asks.
        scenario: where it would race.
        entrant: who would.
        postgres: address of the PostgreSQL that was given.
    """
    own = getattr(suite, "left_out", None)
    said: str | None = own(entrant) if own else left_out(scenario, entrant, postgres)
    return said


def left_out(scenario: Scenario, entrant: Entrant, postgres: str | None) -> str | None:
    """Say in one line why an entrant cannot take part here; None if it can.

    Another interpreter or tree may have what this one lacks: its worker finds out for itself.

    Args:
        scenario: where it would race.
        entrant: who would.
        postgres: address of the PostgreSQL that was given.
    """
    if entrant.python and not shutil.which(entrant.python):
        return f"needs the interpreter {entrant.python}"
    if entrant.python or entrant.tree:
        return None
    if entrant.needs and not registry.installed(entrant.needs):
        return f"needs {entrant.needs}: pip install {entrant.needs}"
    return _clash(scenario.workload, entrant.model) or no_postgres(scenario.workload, postgres)


@cache
def _clash(workload: str, model: str) -> str | None:
    """Ask both files, then look for the libraries that the two of them need together."""
    for room, name in (("models", model), ("workloads", workload)):
        reason = registry.unavailable(room, name)
        if reason:
            return reason
    work = registry.load("workloads", workload).Workload
    awaited = registry.load("models", model).Model.form == "async" and work.has_async
    missing = [
        library
        for library in (work.async_needs if awaited else work.sync_needs)
        if not registry.installed(library)
    ]
    return f"needs {missing[0]}: pip install {missing[0]}" if missing else None


@cache
def no_postgres(workload: str, given: str | None) -> str | None:
    """Say how to get a PostgreSQL, if the workload wants one and there is none."""
    if given or not registry.needs_postgres(workload):
        return None
    from waitbench.services import postgres

    return postgres.unavailable()
