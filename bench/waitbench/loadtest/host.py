"""Serves an application on a listening socket that was inherited: `python -m … KIND FD …`.

For servers that have no command that people deploy (aiohttp) or none that takes a socket; those of
gunicorn and hypercorn are just begun from here. On Linux none of them outlives who started it.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

BACKLOG = 2_048
"""Connections that may stand in the kernel's queue, the same for every server."""
PR_SET_PDEATHSIG = 1
"""Of prctl(2); it outlasts the exec of another program."""
MOST_CONNECTIONS = 2_000
"""Waitress takes 100 at once unless told otherwise; a loop takes what it gets."""


ASGI, WSGI = "waitbench.loadtest.apps.asgi:app", "waitbench.loadtest.apps.wsgi:app"


def aiohttp(sock: socket.socket, threads: int) -> None:
    """Serve with aiohttp's own server, on asyncio's own loop."""
    from aiohttp import web

    from waitbench.loadtest.apps.aiohttp import application

    del threads
    web.run_app(application(), sock=sock, access_log=None, print=None, backlog=BACKLOG)


def waitress(sock: socket.socket, threads: int) -> None:
    """Serve WSGI with so many threads."""
    from waitress import serve

    from waitbench.loadtest.apps.wsgi import app

    serve(
        app,
        sockets=[sock],
        threads=threads,
        connection_limit=MOST_CONNECTIONS,
        asyncore_use_poll=True,  # its select() ends the server at the 1,024th open file
        backlog=BACKLOG,
        _quiet=True,
    )


def uvicorn(sock: socket.socket, threads: int, loop: Any = "auto", http: Any = "auto") -> None:
    """Serve ASGI by a loop and a parser; `auto` is what uvicorn takes by itself."""
    from uvicorn import Config, Server

    del threads
    config = Config(
        ASGI, loop=loop, http=http, access_log=False, log_level="error", backlog=BACKLOG
    )
    Server(config).run(sockets=[sock])


def granian(sock: socket.socket, threads: int, interface: str, loop: str = "auto") -> None:
    """Serve ASGI or WSGI on the port that was kept for it: granian takes no socket.

    Threads are those that call a WSGI application; 0 leaves the number to granian.
    """
    constants: Any = importlib.import_module("granian.constants")
    server: Any = importlib.import_module("granian.server")
    host, port = sock.getsockname()
    sock.close()
    server.Server(
        WSGI if interface == "wsgi" else ASGI,
        address=host,
        port=port,
        interface=constants.Interfaces(interface),
        loop=constants.Loops(loop),
        backlog=BACKLOG,
        log_enabled=False,
        **({"blocking_threads": threads} if threads else {}),
    ).serve()


def lives_with_parent() -> None:
    """Ask Linux to end this process in order when its parent dies, however that came."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


KINDS: dict[str, Callable[..., None]] = {
    "aiohttp": aiohttp,
    "waitress": waitress,
    "uvicorn": uvicorn,
    "granian": granian,
}
COMMANDS = ("gunicorn", "hypercorn")
"""Servers whose own command takes a socket."""

if __name__ == "__main__":
    lives_with_parent()
    if sys.argv[1] in COMMANDS:
        os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv[1:]])  # noqa: S606 - no shell
    _, kind, descriptor, count, *options = sys.argv
    KINDS[kind](socket.socket(fileno=int(descriptor)), int(count), *options)
