"""The real library: what it does against every guess, and that a race over it counts right.

Seen with distributed 2026.8.0; the numbers are those of `SURPRISES`: a lost worker's task runs
twice (29), a pinned task may stay pending for good and `cancel()` stops nothing (30), a nanny fixes
hash seed, threads and memory of what it starts (31), a task in a worker is no place to time (32).
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from waitbench.machines import cluster, conductor
from waitbench.race.events import Event, Incident, ScenarioBegun
from waitbench.race.plan import Lineup, Settings
from waitbench.scenario import Contestant, Scenario
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.race.record import RaceRecord

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.processes

LINEUP: Lineup = [
    (
        Scenario(
            suite="test",
            workload="sleep",
            params={"duration": "2ms"},
            tasks=4,
            concurrency=2,
            precision=1e-9,
        ),
        [Contestant.of("sync")],
    )
]
LAUNCH = "waitbench.machines.launch"


@pytest.fixture(scope="module")
def local() -> Iterator[cluster.Cluster]:
    """Three workers under nannies, here, that take launches at the same time."""
    with cluster.opened(None, 3) as opened:
        yield opened


def settings(launches: int, launch_s: float = 0.3) -> Settings:
    seconds = {LINEUP[0][0].key: launch_s}
    return Settings(launches=launches, budget_s=launches * 2, seed=7, rounds_s=seconds)


def under_way() -> list[psutil.Process]:
    """The processes of launches: ours, and those that lost who started them."""
    own = {process.pid for process in psutil.Process().children(recursive=True)}
    return [
        process
        for process in psutil.process_iter(["cmdline", "ppid"])
        if LAUNCH in (process.info["cmdline"] or [])
        and (process.pid in own or process.info["ppid"] == 1)
    ]


def raced(
    local: cluster.Cluster,
    launches: int = 3,
    *,
    launch_s: float = 0.3,
    act: Callable[[], None] | None = None,
) -> tuple[RaceRecord, list[Event]]:
    """Race; `act` happens in a thread of its own as soon as a launch is under way."""
    heard: list[Event] = []
    before = {process.pid for process in under_way()}

    def wait_and_act() -> None:
        while {process.pid for process in under_way()} <= before:
            time.sleep(0.05)
        assert act
        act()

    thread = threading.Thread(target=wait_and_act)
    if act:
        thread.start()
    try:
        record = conductor.conduct(
            local, LINEUP, settings(launches, launch_s), heard.append, force=True
        )
    finally:
        if act:
            thread.join()
    return record, heard


def launches(record: RaceRecord) -> Counter[int]:
    (row,) = record.rows.values()
    return Counter(each.launch for each in row.launches)


def gone(within_s: float = 10) -> bool:
    until_s = time.monotonic() + within_s
    while under_way() and time.monotonic() < until_s:
        time.sleep(0.05)
    return not under_way()


def test_launches_have_a_clean_environment_where_a_nanny_s_is_not(local: cluster.Cluster) -> None:
    client: Any = local._client
    theirs = client.run(os.environ.get, "PYTHONHASHSEED").values()
    assert set(theirs) == {"6640"}  # row 31
    record, heard = raced(local, 2)
    assert launches(record) == {0: 1, 1: 1}
    (machine,) = record.machines  # three workers of one machine are one machine
    variables = machine["environment"]["variables"]
    assert variables["PYTHONHASHSEED"] is None
    assert variables["OMP_NUM_THREADS"] is None
    assert variables["MALLOC_TRIM_THRESHOLD_"] is None
    assert {event.launch for event in heard if isinstance(event, ScenarioBegun)} == {0, 1}
    assert "127.0.0.1" not in str(record.machines) + str(record.incidents)
    # Row 32: nothing is timed in a worker, which never as much as loads what races.
    assert set(client.run(_races).values()) == {False}
    assert gone()


def _races() -> bool:
    return "waitbench.race.conductor" in sys.modules


def test_all_workers_are_seen_whenever_they_are_asked_for(local: cluster.Cluster) -> None:
    client: Any = local._client
    over = threading.Event()

    def overwrite() -> None:  # as the client does every two seconds: it asks for 0 workers
        while not over.is_set():
            client.sync(client._update_scheduler_info)

    thread = threading.Thread(target=overwrite)
    thread.start()
    try:
        assert {len(local.workers()) for _ in range(100)} == {3}
    finally:
        over.set()
        thread.join()


def test_a_retired_worker_s_launch_is_raced_by_another_and_counted_once(
    local: cluster.Cluster,
) -> None:
    client: Any = local._client

    def retire() -> None:  # row 29: its task would be run again, and go to its end there, too
        busy = [address for address, keys in client.processing().items() if keys]
        client.retire_workers(busy[:1], close_workers=True)

    record, _ = raced(local, 3, launch_s=1.5, act=retire)
    assert launches(record) == {0: 1, 1: 1, 2: 1}
    assert any("goes to another machine" in text for text in record.incidents)
    assert gone()


def test_a_killed_worker_leaves_no_launch_behind_and_none_stays_pending(
    local: cluster.Cluster,
) -> None:
    client: Any = local._client

    def kill() -> None:  # row 30: its nanny starts another, at an address that nobody is pinned to
        pids = client.run(os.getpid)
        busy = [address for address, keys in client.processing().items() if keys]
        os.kill(pids[busy[0]], signal.SIGKILL)

    record, _ = raced(local, 2, launch_s=1.5, act=kill)
    assert launches(record) == {0: 1, 1: 1}
    assert gone()


def test_a_launch_that_is_killed_costs_no_worker(local: cluster.Cluster) -> None:
    client: Any = local._client
    workers = set(client.scheduler_info(n_workers=-1)["workers"])

    def kill() -> None:  # row 30: a task that ended its worker would cost several of them
        under_way()[0].kill()

    record, _ = raced(local, 2, launch_s=1.0, act=kill)
    assert launches(record) == {0: 1, 1: 1}
    assert any("was ended by SIGKILL" in text for text in record.incidents)
    assert set(client.scheduler_info(n_workers=-1)["workers"]) == workers
    assert gone()


def test_a_stop_ends_all_launches_within_seconds(local: cluster.Cluster) -> None:
    stopped_s = []

    def stop() -> None:  # row 30: `cancel()` alone would let them run
        stopped_s.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGTERM)

    with Interrupt():
        record, heard = raced(local, 6, launch_s=20, act=stop)
    assert record.interrupted
    assert gone()
    assert time.monotonic() - stopped_s[0] < 15
    assert not [
        event for event in heard if isinstance(event, Incident) and "lost" in event.sentence
    ]
