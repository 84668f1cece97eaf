"""A Redis of its own, in memory alone, for as long as its owner holds our input open.

`python -m waitbench.services.redis_server PATH_OF_REDIS_SERVER` starts it, prints one line,
{"dsn": …}, once it answers, and stops it at the end of its input: whatever became of the owner,
nothing stays behind. It asks for a password, since others may share the machine, and reads it from
its input rather than from its command line, which everybody can see.
"""

from __future__ import annotations

import json
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

from waitbench.services import processes

READY_WITHIN_S = 20.0
STOP_WITHIN_S = 3.0
PORTS = 3
"""So many are tried: between our choice and its start somebody else may take one."""
SETTINGS = """bind 127.0.0.1
port {port}
requirepass {password}
save ""
appendonly no
daemonize no
loglevel warning
"""


def main(program: str) -> None:
    """Serve until the end of the input."""
    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, lambda *_: sys.exit(1))
    password = secrets.token_hex(16)
    for _ in range(PORTS):
        server, port = start(program, password)
        try:
            if answers(server, port, password):
                ready = {"dsn": f"redis://:{password}@127.0.0.1:{port}/0"}
                print(json.dumps(ready), flush=True)  # noqa: T201 - what the owner waits for
                threading.Thread(target=_stop_when_alone, args=(server,), daemon=True).start()
                server.wait()
                return
        finally:
            stop(server)
    sys.exit("error: redis-server did not come up")


def start(program: str, password: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; return its process and the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/"
    )
    assert server.stdin is not None
    with suppress(BrokenPipeError), server.stdin:
        server.stdin.write(SETTINGS.format(port=port, password=password).encode())
    return server, port


def answers(server: subprocess.Popen[bytes], port: int, password: str) -> bool:
    """Wait until it lets us in; return False if it ended instead."""
    until = time.monotonic() + READY_WITHIN_S
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0) as probe:
            probe.sendall(f"AUTH {password}\r\n".encode())
            if probe.recv(100).startswith(b"+OK"):
                return True
        time.sleep(0.02)
    return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """End it: nothing that it holds is worth keeping."""
    server.terminate()
    try:
        server.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _stop_when_alone(server: subprocess.Popen[bytes]) -> None:
    processes.wait_for_end_of_input()
    server.terminate()


if __name__ == "__main__":
    main(sys.argv[1])
