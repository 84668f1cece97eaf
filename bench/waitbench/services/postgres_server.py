"""A PostgreSQL of its own in a temporary folder, for as long as its owner holds our input open.

`python -m waitbench.services.postgres_server FOLDER_OF_BINARIES` starts it, prints one line,
{"dsn": …, "folder": …}, once it answers, and at the end of its input, or when the server dies,
stops it and removes the folder: whatever became of the owner, nothing stays behind.

The server is set up as PostgreSQL sets itself up, and so a commit waits for the disk, but for fewer
buffers (32 MB), more connections (300) and no address other than 127.0.0.1. It asks for a password,
since it belongs to whoever runs this, and others may share the machine.
"""

from __future__ import annotations

import json
import os
import pwd
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from waitbench.services import processes
from waitbench.system.procfs import is_stopped

USER = "waitbench"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "32MB",
}
READY_WITHIN_S = 30.0
STOP_WITHIN_S = 5.0
STILL_LOOKS = 3
"""So many looks, one a second, may find the server stopped."""
PORTS = 3
"""So many are tried: between our choice and its start somebody else may take one."""


def main(binaries: Path) -> None:
    """Serve until the end of the input."""
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(
        prefix="waitbench-postgres-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        ordinary = unprivileged(folder)
        password = secrets.token_hex(16)
        try:
            make(binaries, folder, password, ordinary)
            server, port = start(binaries, folder, ordinary)
        except subprocess.CalledProcessError:
            sys.exit(1)  # it has said why
        except (OSError, RuntimeError) as refused:
            sys.exit(f"error: {refused}")
        try:
            threading.Thread(target=_stop_when_alone, args=(server,), daemon=True).start()
            threading.Thread(target=_end_when_still, args=(server,), daemon=True).start()
            dsn = f"host=127.0.0.1 port={port} user={USER} password={password} dbname=postgres"
            ready = {"dsn": f"{dsn} sslmode=disable gssencmode=disable", "folder": name}
            print(json.dumps(ready), flush=True)  # noqa: T201 - what the owner waits for
            server.wait()
        finally:
            stop(server)


def unprivileged(folder: Path) -> dict[str, Any]:
    """Return as whom to start PostgreSQL, which refuses root: then `postgres` or `nobody`."""
    if os.geteuid():
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def make(binaries: Path, folder: Path, password: str, ordinary: dict[str, Any]) -> None:
    """Make the files of a fresh server; what initdb complains of goes to our stderr.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    secret = folder / "password"
    secret.write_text(password)
    if ordinary:
        os.chown(secret, ordinary["user"], ordinary["group"])
    secret.chmod(0o600)
    arguments = [
        f"--pgdata={folder / 'data'}",
        f"--username={USER}",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",  # it need not outlive a power cut; what it commits later is synced
    ]
    subprocess.run(
        [binaries / "initdb", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(),
        check=True,
        **ordinary,
    )


def start(
    binaries: Path, folder: Path, ordinary: dict[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; return its process and the port.

    Raises:
        RuntimeError: it did not come up.
    """
    for _ in range(PORTS):
        port = _free_port()
        settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": port}.items()]
        server = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *settings],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(),
            **ordinary,
        )
        if _answers(server, folder / "data" / "postmaster.pid"):
            return server, port
        stop(server)
    raise RuntimeError("postgres did not come up")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End it, the more harshly the longer it takes: no client is asked, and no file is needed."""
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(ending)
        try:
            server.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            continue
        return


def _stop_when_alone(server: subprocess.Popen[bytes]) -> None:
    processes.wait_for_end_of_input()
    server.send_signal(signal.SIGINT)


def _end_when_still(server: subprocess.Popen[bytes]) -> None:
    """End a server that somebody has stopped (SIGSTOP): its clients would wait for ever."""
    looks = 0
    while server.poll() is None:
        time.sleep(1.0)
        looks = looks + 1 if is_stopped(server.pid) else 0
        if looks > STILL_LOOKS:
            server.kill()


def _answers(server: subprocess.Popen[bytes], status: Path) -> bool:
    """Wait until the server says, in the eighth line of its own status file, that it is ready."""
    until = time.monotonic() + READY_WITHIN_S
    while server.poll() is None and time.monotonic() < until:
        lines = status.read_text().splitlines() if status.exists() else []
        if lines[7:] and lines[7].strip() == "ready":
            return True
        time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment() -> dict[str, str]:
    """Return our environment without what steers PostgreSQL, and with errors in English."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**ours, "LC_ALL": "C"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
