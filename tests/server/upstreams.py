"""Services for a proxy to stand in front of, each in threads of the test's own process."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def listening(
    serve: Callable[[socket.socket], None], path: str | None = None
) -> Iterator[tuple[str, int]]:
    """Serve each connection in a thread, on TCP or a unix socket, until the end of the block."""
    if path is None:
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        address: tuple[str, int] = listener.getsockname()
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        address = (path, 0)

    def one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            serve(connection)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield address
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def echo(connection: socket.socket) -> None:
    """Send back what comes, and one last word after its end."""
    while piece := connection.recv(65_536):
        connection.sendall(piece)
    connection.sendall(b"bye")


def flood(connection: socket.socket) -> None:
    """Send without end to whoever has said anything."""
    connection.recv(1)
    while True:
        connection.sendall(b"x" * 1_000_000)


def web(connection: socket.socket) -> None:
    """Answer each request over HTTP."""
    while connection.recv(65_536):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


def rude(connection: socket.socket) -> None:
    """Answer, and then end the connection by a reset."""
    connection.recv(65_536)
    connection.sendall(b"bye")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def halting(connection: socket.socket) -> None:
    """Answer in three pieces, 40 ms from each other."""
    while connection.recv(65_536):
        for piece in (b"1", b"2", b"3"):
            connection.sendall(piece)
            sleep(0.04)
