"""The PostgreSQL of a run: the real server, started from what is installed, and gone afterwards."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from waitbench.scenario import BenchError
from waitbench.services import postgres
from waitbench.services.postgres import Postgres
from waitbench.system.procfs import descendants

pytestmark = pytest.mark.processes

installed = pytest.mark.skipif(
    postgres.unavailable() is not None, reason=str(postgres.unavailable())
)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


def gone(pid: int) -> bool:
    """Whether a process has ended, within a generous while."""
    for _ in range(1500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def folder_of(dsn: str) -> Path:
    """Ask the server where its files are."""
    with psycopg.connect(dsn) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return Path(folder).parent


@installed
def test_a_commit_waits_for_the_disk_and_many_may_connect(server: Postgres) -> None:
    with psycopg.connect(server.dsn) as connection:
        rows = connection.execute("SELECT name, setting FROM pg_settings").fetchall()
    settings: dict[str, str] = dict(rows)
    assert settings["fsync"] == settings["synchronous_commit"] == "on"
    assert settings["listen_addresses"] == "127.0.0.1"
    assert settings["unix_socket_directories"] == ""
    assert int(settings["max_connections"]) >= 100


@installed
def test_who_does_not_know_the_password_stays_out(server: Postgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.dsn, password="guessed")


@installed
def test_what_it_computes_is_counted(server: Postgres) -> None:
    with psycopg.connect(server.dsn) as connection:
        before_ns = server.cpu_ns()
        connection.execute("SELECT count(*) FROM generate_series(1, 300000)")
        assert server.cpu_ns() - before_ns > 5_000_000


@installed
def test_it_leaves_no_process_and_no_file() -> None:
    before = set(descendants(os.getpid()))
    with Postgres() as server:
        folder = folder_of(server.dsn)
        assert folder.exists()
        was_alive = server.alive
        family = set(descendants(os.getpid())) - before
    assert was_alive
    assert not server.alive
    assert not folder.exists()
    assert len(family) > 2
    assert all(map(gone, family))
    server.stop()  # once more does no harm


@installed
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_it_does_not_outlive_an_owner_that_is_stopped_or_killed(ending: signal.Signals) -> None:
    code = """
import time
from waitbench.services.postgres import Postgres
with Postgres() as server:
    print(server.dsn, flush=True)
    time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        assert owner.stdout is not None
        folder = folder_of(owner.stdout.readline().decode())
        family = descendants(owner.pid)
        assert len(family) > 2
        owner.send_signal(ending)
    assert all(map(gone, family))
    assert not folder.exists()


@installed
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says that a process is stopped")
def test_one_that_somebody_stopped_is_dead_within_seconds() -> None:
    with Postgres() as running:
        assert running._process is not None
        (server,) = psutil.Process(running._process.pid).children()
        server.send_signal(signal.SIGSTOP)
        running._process.wait(30)
        assert not running.alive


@installed
def test_ctrl_c_in_the_terminal_does_not_reach_it() -> None:
    with Postgres() as server, psycopg.connect(server.dsn) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        # A terminal sends SIGINT to the group in its foreground, which is ours.
        assert os.getpgid(pid) != os.getpgid(0)
        keeper = psutil.Process(pid).parents()[1].pid  # the backend's parent is the server
        assert os.getpgid(keeper) == keeper


@installed
def test_settings_of_the_owners_environment_do_not_steer_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "LC_ALL": "xx_XX"}.items():
        monkeypatch.setenv(name, value)
    with Postgres() as server, contextlib.closing(psycopg.connect(server.dsn)) as connection:
        assert connection.info.host == "127.0.0.1"
        assert connection.info.port != 1


def test_the_last_that_was_said_is_quoted_when_it_does_not_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # for the user that a test run by root starts them as
        for program in ("initdb", "postgres"):
            (folder / program).write_text(
                "#!/bin/sh\necho 'initdb: error: no room left' >&2\necho 'tidying up' >&2\nexit 1\n"
            )
            (folder / program).chmod(0o755)
        monkeypatch.setenv("PATH", name, prepend=os.pathsep)
        with pytest.raises(
            BenchError, match=r"not start: initdb: error: no room left; .*--postgres"
        ) as caught:
            Postgres().__enter__()
    assert "\n" not in str(caught.value)


def test_without_binaries_one_line_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres, "PLACES", ())
    reason = postgres.unavailable()
    assert reason is not None
    assert "apt install postgresql" in reason
    assert "--postgres DSN" in reason
    with pytest.raises(BenchError, match="apt install postgresql"):
        Postgres().__enter__()


def test_the_newest_of_several_versions_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("9.6", "15", "14"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (folder / name).touch(mode=0o755)
    (tmp_path / "16" / "bin").mkdir(parents=True)  # a client alone is no server
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(postgres, "PLACES", (f"{str(tmp_path)[1:]}/*/bin",))
    assert postgres.find_binaries() == tmp_path / "15" / "bin"


@pytest.mark.parametrize(
    ("dsn", "place"),
    [
        ("postgresql://u:p@db.example:99/x", "db.example:99"),
        ("host=db.example hostaddr=192.0.2.1", "192.0.2.1:5432"),
        ("host=/run/postgresql port=5433", "unix:/run/postgresql/.s.PGSQL.5433"),
        ("postgresql://u@[::1]/x", "[::1]:5432"),
    ],
)
def test_where_a_server_is_is_read_from_its_address(
    dsn: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPORT", raising=False)
    assert postgres.place(dsn) == place


def test_by_way_of_another_port_it_keeps_its_name_and_its_password() -> None:
    through = conninfo_to_dict(postgres.through("postgresql://u:p@db.example:99/x", 7))
    assert (through["host"], through["hostaddr"]) == ("db.example", "127.0.0.1")
    assert (through["port"], through["password"], through["dbname"]) == ("7", "p", "x")
    assert conninfo_to_dict(postgres.through("host=/run", 7))["host"] == "127.0.0.1"
