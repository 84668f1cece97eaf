"""Bytes without end, and the plainest way to pass them on: splice(2), which copies nothing.

Run as `python -m waitbench.calibration._pump source`, `… splice PORT` or `… keep`. Each prints the
port of 127.0.0.1 where it listens. A source sends for ever to whoever connects; a splice joins
whoever connects with PORT, and moves what comes from there within the kernel; what keeps answers a
byte on each connection, and then holds it idle.
"""

from __future__ import annotations

import os
import resource
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE_BYTES: Final = 1024**2
_KEPT: Final[list[socket.socket]] = []


def _pour(client: socket.socket) -> None:
    piece = b"x" * _PIECE_BYTES
    while True:
        client.sendall(piece)


def _splice(client: socket.socket, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as upstream:
        reading, writing = os.pipe()
        with open(reading, "rb") as end, open(writing, "wb") as beginning:  # noqa: PTH123
            while held := os.splice(upstream.fileno(), beginning.fileno(), _PIECE_BYTES):
                while held:
                    held -= os.splice(end.fileno(), client.fileno(), held)


def main() -> None:
    """Serve until killed."""
    kind, *ports = sys.argv[1:]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            if kind == "keep":
                client.sendall(client.recv(1))
                _KEPT.append(client.dup())
            elif kind == "source":
                _pour(client)
            else:
                _splice(client, int(ports[0]))

    _listen(serve)


def _listen(serve: Callable[[socket.socket], None]) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()


if __name__ == "__main__":
    main()
