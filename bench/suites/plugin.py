"""Turns a race into pytest-benchmark rows: all races first, then every test replays its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench import environment, progress
from bench.race.conductor import conduct
from bench.race.record import RaceRecord
from bench.scenario import BenchError
from bench.suites import options, rows, storage

if TYPE_CHECKING:
    from collections.abc import Generator


SUITES = Path(__file__).parent
RECORD = pytest.StashKey[RaceRecord]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --models, --budget and the rest."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Save to `results/`; refuse bad options before anything is collected."""
    storage.configure(config)
    options.read_options(config)
    options.read_settings(config)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the suites out of a bare `pytest`, which is for the tests."""
    if not collection_path.is_relative_to(SUITES):
        return None
    asked = config.args_source != pytest.Config.ArgsSource.TESTPATHS
    switches = ("benchmark_only", "benchmark_enable", "benchmark_disable")
    return None if asked or any(map(config.getoption, switches)) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every contestant in every scenario of a suite."""
    if "entry" not in metafunc.fixturenames:
        return
    asked = options.read_options(metafunc.config)
    suite = metafunc.module
    scenarios = asked.apply(suite.QUICK if asked.quick else suite.SCENARIOS)
    metafunc.parametrize(
        "entry",
        [
            pytest.param(
                entry := rows.Entry(scenario, entrant),
                id=f"{scenario.name}-{entrant.name}",
                marks=pytest.mark.benchmark(group=scenario.name, timer=entry.playback),
            )
            for scenario in scenarios
            for entrant in getattr(suite, "ENTRANTS", None) or asked.entrants(scenario)
        ],
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the suites by their `PLACE`: the question that most people come with is the first."""
    items.sort(key=lambda item: getattr(getattr(item, "module", None), "PLACE", 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Run the races of all selected entries before the first test."""
    config = session.config
    selected = rows.entries(session.items)
    idle = config.getoption("collectonly") or config.getoption("benchmark_skip")
    if selected and not idle and not session.testsfailed:
        settings = options.read_settings(config)
        before = environment.describe()
        try:
            record = conduct(rows.lineup(selected), settings, progress.observer(sys.stderr))
        except BenchError as mistake:
            raise pytest.UsageError(str(mistake)) from None
        for entry in selected:
            entry.row = record.rows[entry.scenario.name, entry.entrant.name]
        config.stash[RECORD] = record
        config.stash[storage.RUN] = storage.run_record(config, settings, record, before)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Say by the exit status that a race was stopped; keep its results if the disk refuses them."""
    try:
        done = yield
    except OSError as refused:
        session.config.stash[storage.RESCUED] = storage.rescue(session.config, refused)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        done = None
    record = session.config.stash.get(RECORD, None)
    if record and record.interrupted:
        session.exitstatus = pytest.ExitCode.INTERRUPTED
    return done


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what must not be missed, below the tables."""
    rescued = config.stash.get(storage.RESCUED, None)
    if rescued:
        terminalreporter.write_line(rescued.sentence, red=True)
    record = config.stash.get(RECORD, None)
    if record and record.interrupted:
        terminalreporter.write_line("the race was stopped early; rows hold what was measured")


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Leave out the name of the host: results are made to be published."""
    machine_info.pop("node", None)


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Add what holds for the whole run; called once for each file, so it only assigns."""
    run = config.stash.get(storage.RUN, None)
    if run is not None:
        output_json["waitbench"] = run
