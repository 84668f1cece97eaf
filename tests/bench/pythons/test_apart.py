"""What must not share an environment races from a folder of its own, or says how to get one."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from waitbench.pytest_plugin.selection import left_out
from waitbench.pythons import lineup
from waitbench.pythons.builds import choose
from waitbench.race.worker_process import WorkerProcess
from waitbench.registry import optional
from waitbench.results.record import ContestantRecord
from waitbench.results.record_json import to_json
from waitbench.scenario import BenchError, Contestant
from waitbench.suites import test_clients as clients
from waitbench.system.interrupt import Interrupt
from waitbench.workloads import _client_notes


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which nothing is, for an interpreter that has no niquests either."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(optional, "installed", lambda library: library != "niquests")
    return tmp_path


def niquests_contestant() -> Contestant:
    return clients.client("asyncio", "niquests")


def test_without_its_folder_the_line_says_what_fills_it(home: Path) -> None:
    folder = home / "waitbench" / "apart" / f"niquests-{sys.implementation.cache_tag}"
    reason = left_out(clients.AT_ONCE, niquests_contestant(), None)
    assert reason
    assert reason.startswith(
        "needs niquests in a folder of its own, since it puts a fork in urllib3's place, under "
        "requests: "
    )
    assert reason.endswith(f" -m pip install --target {folder} niquests")
    (folder / "niquests").mkdir(parents=True)
    assert left_out(clients.AT_ONCE, niquests_contestant(), None) is None
    assert niquests_contestant().environ == {"PYTHONPATH": str(folder)}


def test_where_it_is_installed_it_needs_no_folder_and_requests_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(optional, "installed", lambda _: True)
    assert niquests_contestant().environ == {}
    assert left_out(clients.AT_ONCE, niquests_contestant(), None) is None
    for library in ("requests", "urllib3"):
        assert left_out(clients.ONE_BY_ONE, clients.client("sync", library), None) == (
            "needs urllib3 itself: niquests put urllib3-future in its place; race it in an "
            "environment without niquests"
        )
    assert left_out(clients.ONE_BY_ONE, clients.client("sync", "pyqwest"), None) is None


def test_the_row_names_the_fork_that_was_imported_with_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, version in (
        ("niquests", "3.21.2"),
        ("urllib3", "2.8.0"),
        ("urllib3-future", "2.25.904"),
    ):
        info = tmp_path / f"{package.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        )
        (info / "top_level.txt").write_text(f"{package.partition('-')[0]}\n")
    fork, client = ModuleType("urllib3"), ModuleType("niquests")
    vars(fork)["__version__"], vars(client)["__version__"] = "2.25.904", "3.21.2"
    monkeypatch.setitem(sys.modules, "urllib3", fork)
    monkeypatch.setitem(sys.modules, "niquests", client)
    monkeypatch.syspath_prepend(tmp_path)
    told = "niquests 3.21.2 over urllib3 2.25.904 of urllib3-future"
    assert _client_notes.note("niquests", tuned=True) == told
    assert _client_notes.note("niquests", tuned=False) == (
        f"{told}; 10 requests in flight at most (3.21.2)"
    )


@pytest.mark.processes  # an interpreter that has a JIT is asked what it is with it off
def test_it_is_in_no_race_of_several_interpreters() -> None:
    build = choose(sys.executable).builds[0]
    raced = [niquests_contestant(), clients.client("asyncio", "pyqwest")]
    _, under = lineup.under(clients.AT_ONCE, raced, [build])
    assert [each.model for each in under] == ["asyncio"]
    assert under[0].name.startswith("asyncio-pyqwest@")


def test_where_its_folder_stands_is_not_in_the_file(home: Path) -> None:
    record = ContestantRecord(scenario=clients.AT_ONCE, contestant=niquests_contestant())
    assert str(home) not in json.dumps(to_json(record))
    deaf = ContestantRecord(
        scenario=clients.AT_ONCE, contestant=clients.client("asyncio", "pyqwest")
    )
    assert to_json(deaf)["contestant"]["environ"] == {"NO_PROXY": "127.0.0.1,localhost"}


@pytest.mark.processes
def test_a_folder_of_its_own_is_before_what_is_installed_and_behind_what_is_ours(
    tmp_path: Path,
) -> None:
    (tmp_path / "requests.py").write_text("raise ImportError('the one of the folder')\n")
    (tmp_path / "waitbench").mkdir()
    (tmp_path / "waitbench" / "__init__.py").write_text("raise ImportError('not ours')\n")
    with (
        Interrupt.never() as never,
        WorkerProcess("sync", never, environ={"PYTHONPATH": str(tmp_path)}) as worker,
    ):
        worker.greet()
        with pytest.raises(BenchError, match="the one of the folder"):
            worker.ask(
                "open",
                within_s=60,
                workload="http",
                params={"target": "http://127.0.0.1:9", "client": "requests"},
                concurrency=1,
            )
