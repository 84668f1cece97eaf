"""A suite in, out who races in what: its scenarios for this run, and who is left out and why."""

from __future__ import annotations

import shutil
from functools import cache
from typing import TYPE_CHECKING

from waitbench import registry
from waitbench.pythons import apart
from waitbench.registry import fit, optional
from waitbench.system.checkout import PACKAGES

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    import pytest

    from waitbench.pytest_plugin.options import Options
    from waitbench.scenario import Contestant, Scenario


SUITES = PACKAGES / "waitbench" / "suites"
LISTS = ("SCENARIOS", "QUICK", "FULL", "SAMPLE")


def files_asked(config: pytest.Config) -> list[Path]:
    """Return the files that were given to pytest, with or without `::` behind them."""
    folder = config.invocation_params.dir
    return [(folder / text.partition("::")[0]).resolve() for text in config.args]


def suites_asked(config: pytest.Config) -> list[str]:
    """Return the suites that were asked for by their names, in the order in which they were."""
    files = [file for file in files_asked(config) if file.parent == SUITES.resolve()]
    return list(dict.fromkeys(file.stem.removeprefix("test_") for file in files))


def scenarios(suite: ModuleType, asked: Options, *, named: bool) -> list[Scenario]:
    """Choose among a suite's lists; a suite that is asked for by name never stays silent.

    A suite that wants other lists by other rules has a function `choose(asked, named=…)`.

    Args:
        suite: with `SCENARIOS`, `QUICK`, `FULL` and `SAMPLE`, of which each may be missing. A run
            of everything has the sample in place of `FULL`, and so has a first look at the suite.
        asked: what was typed.
        named: whether this suite was asked for by its own name or file.
    """
    choose = getattr(suite, "choose", None)
    if choose:
        return asked.apply(choose(asked, named=named))
    usual, quick, more, sample = (list(getattr(suite, name, ())) for name in LISTS)
    if asked.quick:
        chosen = quick or (named and (sample or usual or more)) or []
    elif named:
        chosen = usual + more
    else:
        chosen = usual + ((sample or more) if asked.full else [])
    return asked.apply(chosen)


def contestants(suite: ModuleType, asked: Options, scenario: Scenario) -> list[Contestant]:
    """Return who races: the suite knows, or else the usual ones or those that were asked for.

    Of a suite that knows, those take part whose name or model was asked for.
    """
    own = getattr(suite, "contestants", None)
    if not own:
        return asked.contestants(scenario)
    wanted = asked.models
    return [each for each in own(scenario) if not wanted or {each.name, each.model} & {*wanted}]


def reason(
    suite: ModuleType, scenario: Scenario, contestant: Contestant, postgres: str | None
) -> str | None:
    """Return why a contestant cannot take part, as its suite says it in `left_out(contestant)`.

    Args:
        suite: that asks.
        scenario: where it would race.
        contestant: who would.
        postgres: address of the PostgreSQL that was given.
    """
    own = getattr(suite, "left_out", None)
    reason_given: str | None = own(contestant) if own else left_out(scenario, contestant, postgres)
    return reason_given


def left_out(scenario: Scenario, contestant: Contestant, postgres: str | None) -> str | None:
    """Return in one line why a contestant cannot take part here; None if it can.

    Another interpreter or tree may have what this one lacks: its worker finds out for itself.

    Args:
        scenario: where it would race.
        contestant: who would.
        postgres: address of the PostgreSQL that was given.
    """
    if contestant.needs in apart.WHY:
        return apart.lack(contestant.needs)
    if contestant.python and not shutil.which(contestant.python):
        return f"needs the interpreter {contestant.python}"
    if contestant.python or contestant.tree:
        return None
    if contestant.needs and (lack := optional.missing(contestant.needs)):
        return lack
    return fit.clash(scenario.workload, contestant.model) or no_service(scenario, postgres)


def no_service(scenario: Scenario, postgres: str | None) -> str | None:
    """Return how to get a server that the workload wants and that is not here."""
    return no_postgres(scenario.workload, postgres) or no_redis(scenario.workload)


@cache
def no_postgres(workload: str, given: str | None) -> str | None:
    """Return how to get a PostgreSQL, if the workload wants one and there is none."""
    if given or not registry.needs_postgres(workload):
        return None
    from waitbench.services import postgres

    return postgres.unavailable()


@cache
def no_redis(workload: str) -> str | None:
    """Return how to get a Redis, if the workload wants one and there is none."""
    if not registry.needs_redis(workload):
        return None
    from waitbench.services import redis

    return redis.unavailable()
