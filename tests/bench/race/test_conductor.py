"""Small real races: who runs when, what is kept, and what is left behind."""

import contextlib
import os
import signal
import sys
import threading
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil
import pytest

from waitbench.race.conductor import Lineup, Settings, conduct
from waitbench.race.events import (
    Event,
    Incident,
    RaceOver,
    RacePlanned,
    RoundBooked,
    ScenarioBegun,
)
from waitbench.race.precision import baseline
from waitbench.race.record import RaceRecord
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.processes


class Watcher:
    """An observer that remembers, and does something after the first round of its choice."""

    def __init__(self, act: Any = None, after: int = 1) -> None:
        self.heard: list[str] = []
        self.rounds = 0
        self._act = act
        self._after = after

    def __call__(self, event: Event) -> None:
        match event:
            case ScenarioBegun(launch=launch, rows=rows):
                self.heard.append(f"launch {launch} of {rows[0].scenario.name}")
            case RoundBooked():
                self.rounds += 1
                if self._act and self.rounds == self._after:
                    self._act()
            case Incident(sentence=sentence):
                self.heard.append(sentence)
            case RacePlanned():
                self.heard.append("planned")
            case RaceOver():
                self.heard.append("over")


def waiting(duration: str = "2ms", tasks: int = 4) -> Scenario:
    return Scenario(
        suite="test",
        workload="sleep",
        params={"duration": duration},
        tasks=tasks,
        concurrency=2,
        precision=1e-9,
    )


def by(*models: str) -> list[Contestant]:
    return [Contestant.of(model) for model in models]


def asking(latency: str = "2ms", tasks: int = 4) -> Scenario:
    return Scenario(
        suite="test",
        workload="http",
        params={"latency": latency},
        tasks=tasks,
        concurrency=2,
        precision=1e-9,
    )


QUICK = Settings(launches=2, budget_s=1.5, seed=7)


def brief(lineup: Lineup) -> dict[tuple[str, str], float]:
    """Seconds of rounds in each launch: room for many blocks, however long opening takes."""
    return {scenario.key: 0.3 for scenario, _ in lineup}


def orders(record: RaceRecord) -> dict[tuple[int, int], list[str]]:
    """Who ran at which position, by launch and block."""
    placed: dict[tuple[int, int], dict[int, str]] = {}
    for row in record.rows.values():
        for round_record in row.rounds:
            placed.setdefault((round_record.launch, round_record.block), {})[
                round_record.position
            ] = row.name
    return {key: [names[place] for place in sorted(names)] for key, names in placed.items()}


def test_every_contestant_runs_in_the_first_block_of_every_launch() -> None:
    watcher = Watcher()
    models = ["sync", "threads", "asyncio"]
    lineup: Lineup = [(waiting(), by(*models))]
    settings = Settings(launches=2, budget_s=5, seed=7, rounds_s=brief(lineup))
    record = conduct(lineup, settings, watcher)
    by_block = orders(record)
    for launch in (0, 1):
        assert sorted(by_block[launch, 0]) == sorted(models)
    assert len({key for key in by_block if key[0] == 0}) >= 3  # time for several blocks
    for row in record.rows.values():
        assert row.failure is None
        assert {launch.launch for launch in row.launches} == {0, 1}
        assert all((each.startup_ns or 0) > 0 and (each.spawn_ns or 0) > 0 for each in row.launches)
        # Where rounds alone are paid for, nobody looks at memory: it costs as much as a short one.
        assert {each.peak_memory_bytes for each in row.launches} == {None}
    assert watcher.heard == [
        "planned",
        "launch 0 of sleep-2ms-n4-c2",
        "launch 1 of sleep-2ms-n4-c2",
        "over",
    ]
    assert len(record.round_cost_ns) == watcher.rounds


def test_concurrent_waits_come_out_shorter_than_serial_ones() -> None:
    # 8 waits of 20 ms: 160 ms in line, 80 ms two by two; halfway between is far from both.
    record = conduct([(waiting("20ms", 8), by("sync", "threads", "asyncio"))], QUICK, Watcher())
    walls = {row.name: median(row.times_ns) for row in record.rows.values()}
    assert walls["threads"] < 0.75 * walls["sync"]
    assert walls["asyncio"] < 0.75 * walls["sync"]


def test_the_target_speaks_for_every_round_and_all_ask_for_the_same_delays() -> None:
    lineup: Lineup = [(asking("uniform(1ms,9ms)", 6), by("sync", "threads", "asyncio"))]
    record = conduct(lineup, QUICK, Watcher())
    assert record.target is not None
    means = set()
    for row in record.rows.values():
        assert row.width is not None
        assert all((each.peak_memory_bytes or 0) > 1_000_000 for each in row.launches)
        for round_record in row.rounds:
            assert round_record.errors == 0
            stats = round_record.target
            assert stats is not None
            assert stats["requests"] == 6
            assert (stats["in_flight_max"] or 99) <= row.width
            assert stats["connections_opened"] == 0  # reused since the warm-up
            means.add(stats["asked_mean_ns"] or 0)
    assert len(means) == 1
    assert 1_000_000 < means.pop() < 9_000_000


def test_the_same_scenario_in_two_suites_is_raced_and_kept_twice() -> None:
    first = replace(waiting(), suite="one", baseline="asyncio")
    other = replace(waiting(), suite="other")
    lineup: Lineup = [(first, by("sync", "asyncio")), (other, by("sync"))]
    record = conduct(lineup, Settings(once=True, launches=1), Watcher())
    assert [place for place, row in record.rows.items() if row.times_ns] == [
        ("one", first.name, "sync"),
        ("one", first.name, "asyncio"),
        ("other", first.name, "sync"),
    ]
    rows = [record.row(first, contestant) for contestant in by("sync", "asyncio")]
    assert baseline(rows) is record.rows["one", first.name, "asyncio"]


def test_without_need_no_target_is_started() -> None:
    record = conduct([(waiting(), by("sync"))], Settings(once=True, launches=1), Watcher())
    assert record.target is None
    assert len(record.rows["test", "sleep-2ms-n4-c2", "sync"].rounds) == 1


def test_who_fails_fails_alone() -> None:
    bad = Scenario(
        suite="test", workload="sleep", params={"duration": "soon"}, tasks=2, concurrency=1
    )
    lineup: Lineup = [(bad, by("sync")), (waiting(), by("sync", "threads"))]
    record = conduct(lineup, QUICK, Watcher())
    failure = record.rows["test", bad.name, "sync"].failure
    assert failure is not None
    assert "'soon' is not a duration" in failure
    assert record.rows["test", bad.name, "sync"].rounds == []
    assert all(
        record.rows["test", "sleep-2ms-n4-c2", model].times_ns for model in ("sync", "threads")
    )


def test_a_killed_worker_fails_its_row_and_is_back_in_the_next_scenario() -> None:
    lineup: Lineup = [(waiting("50ms"), by("sync", "threads")), (waiting(), by("sync", "threads"))]
    watcher = Watcher(act=lambda: kill_worker("threads"), after=1)
    record = conduct(lineup, Settings(launches=1, seed=7, rounds_s=brief(lineup)), watcher)
    failure = record.rows["test", "sleep-50ms-n4-c2", "threads"].failure
    assert failure is not None
    assert "killed by SIGKILL" in failure
    assert record.rows["test", "sleep-50ms-n4-c2", "sync"].times_ns
    assert record.rows["test", "sleep-2ms-n4-c2", "threads"].times_ns
    assert record.rows["test", "sleep-2ms-n4-c2", "threads"].failure is None


def test_a_killed_target_is_started_again_and_only_its_round_is_lost() -> None:
    watcher = Watcher(act=lambda: kill_child("waitbench_server"), after=2)
    record = conduct([(asking(), by("sync", "asyncio"))], QUICK, watcher)
    assert len(record.incidents) == 1
    assert "killed by SIGKILL" in record.incidents[0]
    assert "started again" in record.incidents[0]
    assert record.incidents[0] in watcher.heard
    rounds = [round_record for row in record.rows.values() for round_record in row.rounds]
    assert sum(1 for round_record in rounds if round_record.errors) == 1
    assert all(row.failure is None and row.times_ns for row in record.rows.values())


def test_a_visitor_of_the_target_is_told_and_costs_only_the_figures_of_its_rounds() -> None:
    doings: dict[int, Callable[[str], None]] = {
        1: lambda url: urlopen(f"{url}/reset?label=theirs", data=b"").close(),
        2: lambda url: urlopen(url).close(),
        3: lambda url: refused(Request(url, headers={"Origin": "http://evil.test"})),
    }
    watcher = Watcher()

    def observe(event: Event) -> None:
        watcher(event)
        if isinstance(event, RoundBooked) and watcher.rounds in doings:
            doings[watcher.rounds](target_url())

    lineup: Lineup = [(asking(), by("sync"))]
    settings = Settings(launches=1, budget_s=5, seed=7, rounds_s={lineup[0][0].key: 1.5})
    record = conduct(lineup, settings, observe)
    (row,) = record.rows.values()
    without = [number for number, each in enumerate(row.rounds) if each.target is None]
    assert without == [1, 2, 3]
    assert all(each.errors == 0 for each in row.rounds)
    # What burdened the target disturbed the round, so that it was run again.
    assert [row.rounds[number].disturbed for number in (2, 3)] == [True, True]
    (sentence,) = record.incidents
    assert "in 3 rounds of sync in http-2ms-n4-c2" in sentence
    for visit in ("reset its statistics (1)", "asked it beside our tasks (1)", "refused there (1)"):
        assert visit in sentence
    assert any("in 1 round of sync" in line for line in watcher.heard)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that a process is stopped")
def test_a_stopped_target_or_worker_does_not_hold_the_race_up() -> None:
    watcher = Watcher(act=lambda: kill_child("waitbench_server", number=signal.SIGSTOP), after=2)
    record = conduct([(asking(), by("sync", "asyncio"))], QUICK, watcher)
    assert len(record.incidents) == 1
    assert "started again" in record.incidents[0]
    assert all(row.failure is None and row.times_ns for row in record.rows.values())
    watcher = Watcher(
        act=lambda: kill_child("waitbench.race.worker", "threads", number=signal.SIGSTOP), after=1
    )
    lineup: Lineup = [(waiting("50ms"), by("sync", "threads"))]
    record = conduct(lineup, Settings(launches=1, seed=7, rounds_s=brief(lineup)), watcher)
    failure = record.rows["test", "sleep-50ms-n4-c2", "threads"].failure
    assert failure is not None
    assert "stopped by a signal" in failure


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_race_and_keeps_what_it_has(number: signal.Signals) -> None:
    # The slow scenario takes 3 s of warm-up alone: the signal finds it in mid-round.
    timer = threading.Timer(1.0, os.kill, (os.getpid(), number))
    watcher = Watcher(act=timer.start, after=1)
    lineup: Lineup = [(waiting(tasks=2), by("sync")), (waiting("1500ms"), by("sync"))]
    record = conduct(lineup, Settings(launches=1, budget_s=0.5, seed=7), watcher)
    timer.join()
    assert record.interrupted
    assert record.rows["test", "sleep-2ms-n2-c2", "sync"].times_ns
    assert record.rows["test", "sleep-1500ms-n4-c2", "sync"].times_ns == []
    assert watcher.heard[-1] == "over"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.fixture(autouse=True)
def nothing_left() -> Any:
    """After every race, no worker, pool or target of ours runs."""
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    yield
    after = psutil.Process().children(recursive=True)
    assert [child for child in after if child.pid not in before] == []


def target_url() -> str:
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # one that has just ended
            if "waitbench_server" in child.cmdline():
                listening = (x for x in child.net_connections() if x.status == "LISTEN")
                return f"http://127.0.0.1:{next(listening).laddr.port}"
    raise AssertionError("no target runs")


def refused(request: Request) -> None:
    with pytest.raises(HTTPError, match="403") as answer:
        urlopen(request)
    answer.value.close()


def kill_worker(model: str) -> None:
    kill_child("waitbench.race.worker", model)


def kill_child(*words: str, number: signal.Signals = signal.SIGKILL) -> None:
    for child in psutil.Process().children():
        with contextlib.suppress(
            psutil.NoSuchProcess
        ):  # one that has ended, and was not yet waited for
            if all(word in child.cmdline() for word in words):
                child.send_signal(number)
