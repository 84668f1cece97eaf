"""The PostgreSQL that a run starts for itself, from installed binaries, and stops again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Self

from waitbench.scenario import BenchError
from waitbench.services.managed_process import ManagedProcess
from waitbench.system.cpu import descendants_cpu_ns

if TYPE_CHECKING:
    from collections.abc import Iterator

HOW = (
    "needs PostgreSQL: install it (apt install postgresql, dnf install postgresql-server, "
    "brew install postgresql), or name a running one: --postgres DSN"
)
PLACES = (
    "usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "usr/pgsql-*/bin",  # PostgreSQL's own packages for Fedora and Red Hat
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
"""Below the root folder, as patterns."""
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0


class PostgresGoneError(BenchError):
    """The server did not start, or has died."""


class Postgres:
    """A fresh server on 127.0.0.1 for the length of a `with` block, kept by `postgres_server`.

    Attributes:
        dsn: how to reach it, as libpq reads it, with its password.
    """

    def __init__(self) -> None:
        self.dsn = ""
        self._folder = ""
        self._process: ManagedProcess | None = None

    def __enter__(self) -> Self:
        binaries = find_binaries()
        if binaries is None:
            raise BenchError(HOW)
        self._process = ManagedProcess.of_module(
            "waitbench.services.postgres_server", str(binaries), hears=True
        )
        try:
            ready = self._read_ready_line(self._process)
            self.dsn, self._folder = ready["dsn"], ready["folder"]
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether the server still runs."""
        return self._process is not None and self._process.alive

    def cpu_ns(self) -> int:
        """CPU nanoseconds so far of the server and its backends, ended ones included.

        What it takes in a round is the contestant's doing, and no neighbour's.
        """
        return descendants_cpu_ns(self._process.pid) if self._process and self.alive else 0

    def stop(self) -> None:
        """Stop it and remove its files; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        process.close_input()
        process.end(STOP_WITHIN_S)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _read_ready_line(self, process: ManagedProcess) -> dict[str, str]:
        try:
            ready: dict[str, str] = json.loads(process.read_line(READY_WITHIN_S))
        except (TimeoutError, EOFError):
            lines = process.complaints()
        else:
            return ready
        wrong = [line for line in lines if re.search("error|fatal|panic", line, re.IGNORECASE)]
        why = (wrong or lines or ["it said nothing"])[-1]
        raise PostgresGoneError(
            f"PostgreSQL did not start: {why}; to use a running one instead: --postgres DSN"
        )


def unavailable() -> str | None:
    """Return how to get a PostgreSQL, where none is installed."""
    return None if find_binaries() else HOW


def find_binaries() -> Path | None:
    """Return the folder of `initdb` and `postgres`: the one on the path first, then the newest."""
    for folder in _folders():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def _folders() -> Iterator[Path]:
    initdb = shutil.which("initdb")
    if initdb:
        yield Path(initdb).resolve().parent
    config = shutil.which("pg_config")
    if config:
        asked = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(asked.stdout.strip())
    for place in PLACES:
        yield from sorted(Path("/").glob(place), key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


def place(dsn: str) -> str:
    """Return where a server is, as a proxy takes it: `HOST:PORT`, or the path of its socket."""
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(dsn)
    host = str(
        given.get("hostaddr") or given.get("host") or os.environ.get("PGHOST") or "127.0.0.1"
    )
    port = str(given.get("port") or os.environ.get("PGPORT") or 5432)
    if host.startswith("/"):
        return f"unix:{host}/.s.PGSQL.{port}"
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def through(dsn: str, port: int) -> str:
    """Return the same server by way of a port of this machine, under the name it is verified by."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    host = str(conninfo_to_dict(dsn).get("host") or "127.0.0.1")
    kept = "127.0.0.1" if host.startswith("/") else host
    return make_conninfo(dsn, host=kept, hostaddr="127.0.0.1", port=port)
