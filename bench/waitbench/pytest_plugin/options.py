"""Our own options of pytest, laid over the scenarios of the suites."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from waitbench import registry
from waitbench.machines import parts
from waitbench.profiling import samplers
from waitbench.pytest_plugin import builds, grouping
from waitbench.pytest_plugin.run_options import (
    BUDGET_S,
    FULL_BUDGET_S,
    FULL_LAUNCHES,
    LAUNCHES,
    OPTIONS,
    QUICK_BUDGET_S,
    QUICK_LAUNCHES,
    ROUND_TIMEOUT_S,
)
from waitbench.race.conductor import Settings
from waitbench.registry import optional
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.units import count, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODELS = ("sync", "threads", "processes", "asyncio")
"""The four that the default report puts side by side; `--models` names others."""
MOST_LAUNCHES, MOST_TASKS = 1_000, 10_000_000
"""More than anybody waits for: such a number is a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for; None leaves a suite's own figure.

    Attributes:
        models: who takes part; None for the usual four and a scenario's controls.
        quick: a few scenarios and little time for a first look.
        full: every suite, the large ones in a sample, with the time that this takes.
        latency: in place of the latencies of a suite's HTTP scenarios.
        tasks: N in place of each scenario's own.
        concurrency: C in place of each scenario's own.
        python: the interpreters under which all of it races, by their names; None for our own.
    """

    models: tuple[str, ...] | None = None
    quick: bool = False
    full: bool = False
    latency: str | None = None
    tasks: int | None = None
    concurrency: int | None = None
    python: str | None = None

    def contestants(self, scenario: Scenario) -> list[Contestant]:
        """Return who races in a scenario."""
        return [Contestant.of(model) for model in self.models or (*MODELS, *scenario.controls)]

    def apply(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """Lay the options over a suite's scenarios; those that become the same are one."""
        laid: dict[str, Scenario] = {}
        for scenario in scenarios:
            params = dict(scenario.params)
            if self.latency is not None and "latency" in params:
                params["latency"] = self.latency
            changed = replace(
                scenario,
                params=params,
                tasks=self.tasks or scenario.tasks,
                concurrency=self.concurrency or scenario.concurrency,
            )
            laid.setdefault(changed.name, changed)
        return list(laid.values())


def add_options(parser: pytest.Parser) -> None:
    """Add what `pytest --benchmark-only` takes beyond pytest-benchmark's own options."""
    group = parser.getgroup("waitbench", "waitbench: races of concurrency models")
    for option in OPTIONS:
        if option.value is None:
            group.addoption(option.name, action="store_true", help=option.text)
        else:
            group.addoption(option.name, metavar=option.value, help=option.text)
    group.addoption(
        "--waitbench-force",
        action="store_true",
        help="let machines of a cluster measure whose own check finds them a poor place",
    )
    group.addoption(
        "--waitbench-profile",
        action="store_true",
        help="after the races watch the same contestants once more, and say where time goes",
    )


def read_options(config: pytest.Config) -> Options:
    """Read what is raced.

    Raises:
        pytest.UsageError: an unknown model or a bad figure, with what is possible.
    """
    with _usage_errors():
        return _read_options(config)


def read_settings(config: pytest.Config) -> Settings:
    """Read how it is raced.

    Raises:
        pytest.UsageError: a bad figure, with what is possible.
    """
    with _usage_errors():
        return _read_settings(config)


def _read_options(config: pytest.Config) -> Options:
    if config.getoption("quick") and config.getoption("full"):
        raise BenchError("--quick and --full exclude each other: give one of them")
    for option in OPTIONS:
        if option.value and config.getoption(option.key) == "":
            raise BenchError(f"{option.name} is empty, as of a variable that is not set")
    grouping.check(config.getoption("benchmark_group_by", "group"))
    if config.getoption("waitbench_profile") and samplers.usual() == "pyinstrument":
        optional.need("--waitbench-profile", "pyinstrument")
    text = config.getoption("models")
    models = tuple(filter(None, (part.strip() for part in (text or "").split(","))))
    registry.check("models", models)
    return Options(
        models=tuple(dict.fromkeys(models)) or None,
        quick=config.getoption("quick"),
        full=config.getoption("full"),
        latency=config.getoption("latency"),
        tasks=_count(config, "tasks", MOST_TASKS),
        concurrency=_count(config, "concurrency", MOST_TASKS),
        python=",".join(build.label for build in builds.chosen(config)) or None,
    )


def _read_settings(config: pytest.Config) -> Settings:
    seed = config.getoption("seed")
    launches, budget_s = LAUNCHES, BUDGET_S
    if config.getoption("quick"):
        launches, budget_s = QUICK_LAUNCHES, QUICK_BUDGET_S
    if config.getoption("full"):
        launches, budget_s = FULL_LAUNCHES, FULL_BUDGET_S
    # Each interpreter is one more time everything: the default grows with them.
    budget_s *= max(1, len(builds.chosen(config)))
    if config.getoption("benchmark_disable"):
        return Settings(launches=1, seed=0, once=True)
    launches = _count(config, "launches", MOST_LAUNCHES) or launches
    return Settings(
        launches=launches,
        budget_s=_seconds(config, "budget") or budget_s,
        seed=int.from_bytes(os.urandom(4)) if seed is None else _whole(seed),
        timeout_s=_seconds(config, "round_timeout") or ROUND_TIMEOUT_S,
        # A number of launches that is asked for holds for all.
        thorough=config.getoption("full") and config.getoption("launches") is None,
        part=_part(config, launches),
    )


def _part(config: pytest.Config, launches: int) -> tuple[int, int] | None:
    text = config.getoption("part")
    if text is None:
        return None
    part = parts.parsed(text, seeded=config.getoption("seed") is not None)
    if part[1] > launches:
        raise BenchError(
            f"--part={text} shares {launches} launches out over {part[1]} parts, and some would "
            f"have none; give --launches {part[1]} or more to every part"
        )
    return part


def _count(config: pytest.Config, name: str, most: int) -> int | None:
    text = config.getoption(name)
    if text is None:
        return None
    number = count(text, f"--{name}")
    if number > most:
        raise BenchError(f"--{name}={text!r} is more than {most:,}, the most that can be raced")
    return number


def _seconds(config: pytest.Config, name: str) -> float | None:
    text = config.getoption(name)
    return None if text is None else seconds(text, f"--{name.replace('_', '-')}")


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise BenchError(f"--seed={text!r} is not a whole number")
    return int(text)


@contextmanager
def _usage_errors() -> Iterator[None]:
    try:
        yield
    except BenchError as mistake:
        raise pytest.UsageError(str(mistake)) from None
