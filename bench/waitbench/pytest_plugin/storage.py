"""Where results go and what the file says of the run as a whole."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest

from waitbench.machines import identity
from waitbench.pytest_plugin import builds, selection
from waitbench.pytest_plugin.options import read_options
from waitbench.results.record_json import to_json
from waitbench.scenario import SCHEMA
from waitbench.system import environment
from waitbench.system.overhead import per_task_ns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.race.conductor import Settings
    from waitbench.race.record import RaceRecord

RUN = pytest.StashKey[dict[str, Any]]()
LEFT_OUT = pytest.StashKey[list[dict[str, str]]]()
BEFORE = pytest.StashKey[Callable[[], object]]()
"""Called before the first round, when all that was asked for is known to be possible."""
RESCUED = pytest.StashKey["Rescue"]()
STOCK_STORAGE = "file://./.benchmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What became of results that could not be written where they should go.

    Attributes:
        sentence: what was wrong and where they are.
        path: that place; None if there was room nowhere.
    """

    sentence: str
    path: Path | None


def configure(config: pytest.Config) -> None:
    """Let pytest-benchmark save to and compare with `results/`, unless told another place."""
    if config.getoption("benchmark_storage") == STOCK_STORAGE:
        config.option.benchmark_storage = f"file://{config.rootpath / 'results'}"


def run_head(
    config: pytest.Config, settings: Settings, suites: Iterable[str], machine: dict[str, Any]
) -> dict[str, Any]:
    """Return what is known of a run before its first round, in the shape of the schema."""
    return {
        "schema": SCHEMA,
        "version": machine["packages"].get("waitbench", "unknown"),
        "seed": settings.seed,
        "options": {
            **asdict(settings),
            **asdict(read_options(config)),
            "suites": sorted(suites),
            "named": selection.suites_asked(config),
            "keyword": config.getoption("keyword") or None,
        },
        "environment": machine,
        **({"machine": identity.anonymous(settings.seed)} if settings.part else {}),
        "left_out": config.stash.get(LEFT_OUT, []),
        "builds": builds.facts(config),
    }


def run_record(
    config: pytest.Config, settings: Settings, record: RaceRecord, before: dict[str, Any]
) -> dict[str, Any]:
    """Make the part of the file that holds for the whole run, in the shape of the schema.

    Args:
        config: of the session, for the options that were given.
        settings: how it was raced.
        record: what came of it.
        before: the environment as it was before the first round.
    """
    machine = before | environment.afterwards()
    if record.machines:
        machine = record.machines[0]["environment"]
    return {
        **run_head(config, settings, {row.scenario.suite for row in record.rows.values()}, machine),
        "interrupted": record.interrupted,
        "warnings": [asdict(warning) for warning in environment.warnings(machine)]
        + [{"code": "incident", "text": text, "advice": ""} for text in record.incidents],
        "target": record.target,
        **({"machines": record.machines} if len(record.machines) > 1 else {}),
        "overhead": {
            "per_task_ns": per_task_ns(),
            "per_round_ns": median(record.round_cost_ns) if record.round_cost_ns else None,
        },
        "failed": [to_json(row) for row in record.rows.values() if not row.times_ns],
    }


def folder(config: pytest.Config) -> Path | None:
    """Return where results of this session go; None where that is no folder of ours to make."""
    if config.getoption("benchmark_json"):
        return Path(config.getoption("benchmark_json")).absolute().parent
    scheme, _, place = str(config.getoption("benchmark_storage")).partition("://")
    return Path(place).absolute() if scheme == "file" else None


def rescue(config: pytest.Config, refused: OSError) -> Rescue:
    """Save the run where there is room, when the place that was asked for refuses it."""
    session = config._benchmarksession  # type: ignore[attr-defined] # noqa: SLF001 - no public way
    wrong = f"the results could not be written ({refused})"
    session.save = session.autosave = None
    try:
        with tempfile.NamedTemporaryFile(prefix="waitbench-", suffix=".json", delete=False) as file:
            session.json = Path(file.name)
        session.finish()
    except OSError as again:
        if session.json is not None:
            session.json.unlink(missing_ok=True)  # half of it is nothing
        session.json = None
        session.finish()
        return Rescue(sentence=f"{wrong}, nor anywhere else ({again})", path=None)
    return Rescue(sentence=f"{wrong}; they were kept in {session.json}", path=session.json)
