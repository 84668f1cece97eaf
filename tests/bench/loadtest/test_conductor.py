import os
import signal
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.bench.loadtest.test_server import gone
from waitbench.loadtest import conductor
from waitbench.loadtest import server as server_module
from waitbench.loadtest.server import Server
from waitbench.loadtest.server_spec import ServerSpec
from waitbench.loadtest.servers import ALL
from waitbench.race.conductor import Lineup
from waitbench.race.events import Event, Incident, RaceOver, ScenarioBegun
from waitbench.race.plan import Settings
from waitbench.scenario import Contestant
from waitbench.suites.test_serving import load

if TYPE_CHECKING:
    from waitbench.race.record import RaceRecord

pytestmark = pytest.mark.processes

QUICK = Settings(launches=1, budget_s=60, seed=1)


class Watcher:
    """An observer that can be told to do something when a scenario begins."""

    def __init__(self, deed: Any = lambda: None) -> None:
        self.deed = deed
        self.incidents: list[str] = []
        self.record: RaceRecord | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case ScenarioBegun():
                self.deed()
            case Incident(sentence=sentence):
                self.incidents.append(sentence)
            case RaceOver(record=record):
                self.record = record


def lineup(*names: str, loads: tuple[str, ...] = ("1x",), latency: str = "5ms") -> Lineup:
    scenarios = [load("wait", amount, "200ms") for amount in loads]
    return [
        (
            replace(scenario, params={**scenario.params, "latency": latency}),
            [Contestant(name=name, model=name) for name in names],
        )
        for scenario in scenarios
    ]


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_everybody_has_a_round_with_what_was_seen_and_nothing_is_left() -> None:
    before = children()
    record = conductor.conduct(lineup("waitress", "asyncio"), QUICK, Watcher())
    assert children() <= before
    for row in record.rows.values():
        assert row.failure is None
        (load,) = row.loads
        # From when it was due: no less than its work.
        assert (load.mean_latency_ns or 0) >= 5_000_000
        assert load.errors == 0
        assert load.cpu_per_request_ns > 0
        (step,) = load.steps
        assert (step.rate_per_s, step.level_ns) == (100, 25_000_000)
        assert {"goodput_per_s", "health_max_ns", "recovery_ns", "refused"} == set(load.metrics)
        assert (row.launches[0].peak_memory_bytes or 0) > 0
        assert row.notes


def test_a_server_that_does_not_come_up_fails_only_its_own_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = ServerSpec(name="broken", server="gunicorn", worker="no.such.Worker", note="")
    monkeypatch.setitem(ALL, "broken", broken)
    record = conductor.conduct(lineup("broken", "waitress"), QUICK, Watcher())
    broken_row, other = record.rows.values()
    assert broken_row.failure is not None
    assert broken_row.failure.startswith("its server exited with status")
    assert (broken_row.loads, other.failure, len(other.loads)) == ([], None, 1)


class Stubborn(ServerSpec):
    """Waitress that does not hear the order to end."""

    def command(self, descriptor: int) -> list[str]:
        script = (
            "import signal, socket\n"
            "from waitbench.loadtest import host\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            f"host.waitress(socket.socket(fileno={descriptor}), 4)\n"
        )
        return [sys.executable, "-P", "-c", script]


def test_a_server_that_ignores_the_order_to_end_is_killed_and_its_row_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server_module, "STOP_WITHIN_S", 0.5)
    monkeypatch.setitem(ALL, "stubborn", Stubborn(name="stubborn", server="waitress", note="deaf"))
    before = children()
    record = conductor.conduct(lineup("stubborn", "waitress"), QUICK, Watcher())
    assert children() <= before
    stubborn, waitress = record.rows.values()
    assert (stubborn.failure, waitress.failure) == (None, None)
    assert stubborn.notes == [
        "deaf; asked by requests, it served 4 at once",
        "it did not end within 3 s of SIGTERM, and was killed",
    ]
    assert conductor.STUBBORN not in waitress.notes


def test_a_server_that_is_killed_fails_only_its_own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Server] = []

    class Known(Server):
        def __init__(self, spec: ServerSpec, database_file: str, host: str) -> None:
            super().__init__(spec, database_file, host)
            started.append(self)

    def kill_the_first() -> None:
        os.kill(started[0].pid, signal.SIGKILL)

    monkeypatch.setattr(conductor, "Server", Known)
    record = conductor.conduct(lineup("waitress", "asyncio"), QUICK, Watcher(kill_the_first))
    killed, other = record.rows.values()
    assert killed.failure is not None
    assert "was killed by SIGKILL" in killed.failure
    assert (other.failure, len(other.loads)) == (None, 1)
    assert all(gone(server.pid) for server in started)


def test_a_generator_that_is_killed_costs_one_turn_and_is_told() -> None:
    def kill_it() -> None:
        for child in psutil.Process().children():
            if "waitbench.loadtest.generator" in child.cmdline() and watcher.deed is kill_it:
                watcher.deed = lambda: None
                child.kill()

    watcher = Watcher(kill_it)
    record = conductor.conduct(lineup("waitress", "asyncio"), QUICK, watcher)
    assert sum(len(row.loads) for row in record.rows.values()) == 1
    assert not any(row.failure for row in record.rows.values())
    (incident,) = watcher.incidents
    assert "the load generator was started anew: its worker was killed by SIGKILL" in incident
    assert record.incidents == [incident]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_with_what_was_measured_and_nothing_left(number: signal.Signals) -> None:
    before = children()
    heats: list[int] = []

    def interrupt_the_second() -> None:
        heats.append(1)
        if len(heats) == 2:
            threading.Timer(0.1, os.kill, (os.getpid(), number)).start()

    record = conductor.conduct(
        lineup("waitress", loads=("1x", "5x", "knee")), QUICK, Watcher(interrupt_the_second)
    )
    assert record.interrupted
    assert [len(row.loads) for row in record.rows.values()] == [1, 0, 0]
    assert children() <= before


def test_the_knee_is_found_and_its_curve_kept() -> None:
    record = conductor.conduct(
        lineup("waitress", loads=("knee",), latency="50ms"), QUICK, Watcher()
    )
    (row,) = record.rows.values()
    (load,) = row.loads
    # Four threads of 50 ms each can do 80 a second; a short step may see a little more.
    assert load.metrics["sustained_per_s"] <= 100
    assert (load.knee_per_s or 0) <= 105
    rates = [step.rate_per_s for step in load.steps]
    assert len(rates) >= 4
    assert {step.sustained for step in load.steps} == {True, False}


def test_a_further_launch_needs_time_for_it() -> None:
    settings = Settings(launches=3, budget_s=0.01, seed=1)
    record = conductor.conduct(lineup("waitress"), settings, Watcher())
    (row,) = record.rows.values()
    assert [load.launch for load in row.loads] == [0]
