"""Turns a race into pytest-benchmark rows: all races first, then every test replays its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from waitbench.pytest_plugin import (
    builds,
    dispatch,
    grouping,
    journaling,
    options,
    parameters,
    profile_pass,
    replay,
    selection,
    storage,
)
from waitbench.race.record import RaceRecord
from waitbench.scenario import BenchError
from waitbench.system import environment
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from waitbench.pytest_plugin.grouping import Group

STOP = pytest.StashKey[ExitStack]()
RECORD = pytest.StashKey[RaceRecord]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --models, --budget and the rest."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Save to `results/`; refuse bad options before anything is collected."""
    config.addinivalue_line("markers", f"{replay.MARK}(entry): what a suite's test replays")
    storage.configure(config)
    options.read_options(config)
    options.read_settings(config)


@pytest.hookimpl(tryfirst=True)
def pytest_benchmark_group_stats(
    config: pytest.Config, benchmarks: Sequence[Mapping[str, Any]], group_by: str
) -> Sequence[Group] | None:
    """Group the rows of a race, whatever parameters each of them has."""
    return grouping.grouped(benchmarks, group_by) if RECORD in config.stash else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the suites out of a bare `pytest`, which is for the tests."""
    if not collection_path.is_relative_to(selection.SUITES):
        return None
    asked = config.args_source != pytest.Config.ArgsSource.TESTPATHS
    switches = ("benchmark_only", "benchmark_enable", "benchmark_disable")
    return None if asked or any(map(config.getoption, switches)) else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of every contestant in every scenario of a suite."""
    if "entry" not in metafunc.fixturenames:
        return
    config, suite = metafunc.config, metafunc.module
    asked, postgres = options.read_options(config), config.getoption("postgres")
    named = metafunc.definition.path.resolve() in selection.files_asked(config)
    scenarios = selection.scenarios(suite, asked, named=named)
    entries = [
        replay.Entry(
            scenario,
            contestant,
            # What an interpreter of its own lacks, it says itself: see `builds.make_ready`.
            selection.no_service(scenario, postgres)
            if contestant.build
            else selection.reason(suite, scenario, contestant, postgres),
            suite,
        )
        for chosen in scenarios
        for scenario, contestants in [
            builds.under_each(config, suite, chosen, selection.contestants(suite, asked, chosen))
        ]
        for contestant in contestants
    ]
    names, rows = parameters.rows(entries)
    metafunc.fixturenames += [name for name in names if name not in metafunc.fixturenames]
    metafunc.parametrize(
        names,
        [
            pytest.param(
                *values,
                id=f"{entry.scenario.name}-{entry.contestant.name}",
                marks=[
                    pytest.mark.benchmark(group=entry.scenario.name, timer=entry.playback),
                    getattr(pytest.mark, replay.MARK)(entry),
                ],
            )
            for entry, values in zip(entries, rows, strict=True)
        ],
    )


@pytest.fixture
def entry(request: pytest.FixtureRequest) -> replay.Entry:
    """Return the contestant and scenario of a suite's test."""
    return replay.entries([request.node])[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the suites by their `PLACE`: the question that most people come with is the first.

    A suite that has no scenario in this run has no test either; pytest would make one to skip.
    """
    empty = [
        item
        for item in items
        if item.path.is_relative_to(selection.SUITES) and not replay.entries([item])
    ]
    items[:] = [item for item in items if item not in empty]
    items.sort(key=lambda item: getattr(getattr(item, "module", None), "PLACE", 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Run the races of all selected entries before the first test."""
    config = session.config
    selected = replay.entries(session.items)
    idle = config.getoption("collectonly") or config.getoption("benchmark_skip")
    if selected and not idle and not session.testsfailed:
        builds.make_ready(config, selected)
        config.stash[storage.LEFT_OUT] = replay.left_out(selected)
        racing = [entry for entry in selected if not entry.left_out]
        if racing:
            _race(config, racing)
    return (yield)


def _race(config: pytest.Config, racing: list[replay.Entry]) -> None:
    """Run the races of these entries, and give each its row."""
    settings = options.read_settings(config)
    # From here on a signal is noted until all is saved: the second of them loses nothing.
    config.stash[STOP] = ExitStack()
    config.stash[STOP].enter_context(Interrupt.of_this_thread())
    before = environment.describe()
    journaling.begin(config, settings, {entry.scenario.suite for entry in racing}, before)
    try:
        record, settings = dispatch.run(config, racing, settings)
    except BenchError as mistake:
        raise pytest.UsageError(str(mistake)) from None
    except OSError as refused:  # such as no file more to open: what was measured is in the journal
        raise pytest.UsageError(f"the race could not go on: {refused}") from None
    for entry in racing:
        entry.row = record.row(entry.scenario, entry.contestant)
    config.stash[RECORD] = record
    config.stash[storage.RUN] = storage.run_record(config, settings, record, before)
    if config.getoption("waitbench_profile") and not record.interrupted and not settings.once:
        profile_pass.run(config, racing)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-benchmark's own, which saves
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Set the exit status of a stopped race; keep what the disk refuses, and its journal."""
    try:
        done, saved = (yield), True
    except OSError as refused:
        session.config.stash[storage.RESCUED] = rescued = storage.rescue(session.config, refused)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        done, saved = None, rescued.path is not None
    journaling.end(session.config, saved=saved and storage.RUN in session.config.stash)
    if STOP in session.config.stash:
        session.config.stash[STOP].close()
    record = session.config.stash.get(RECORD, None)
    if record and record.interrupted:
        session.exitstatus = pytest.ExitCode.INTERRUPTED
    return done


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what must not be missed, below the tables."""
    rescued = config.stash.get(storage.RESCUED, None)
    if rescued:
        terminalreporter.write_line(rescued.sentence, red=True)
    record = config.stash.get(RECORD, None)
    if record and record.interrupted:
        terminalreporter.write_line("the race was stopped early; rows hold what was measured")
    profile_pass.tell(terminalreporter, config)


def pytest_benchmark_update_machine_info(machine_info: dict[str, Any]) -> None:
    """Leave out the name of the host: results are made to be published."""
    machine_info.pop("node", None)


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Add what holds for the whole run; called once for each file, so it only assigns."""
    run = config.stash.get(storage.RUN, None)
    if run is not None:
        output_json["waitbench"] = run
        grouping.same_parameters(output_json["benchmarks"])
