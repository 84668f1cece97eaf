"""Serves an application on a listening socket that was inherited: `python -m … KIND FD …`.

For servers that have no command that people deploy (aiohttp) or none that takes a socket; that of
gunicorn is just begun from here. On Linux none of them outlives who started it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from contextlib import suppress

BACKLOG = 2_048
"""Connections that may stand in the kernel's queue, the same for every server."""
PR_SET_PDEATHSIG = 1
"""Of prctl(2); it outlasts the exec of another program."""
MOST_CONNECTIONS = 2_000
"""Waitress takes 100 at once unless told otherwise; a loop takes what it gets."""


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
        backlog=BACKLOG,
        _quiet=True,
    )


def uvicorn(sock: socket.socket, threads: int) -> None:
    """Serve ASGI, on the same loop as aiohttp so that only the server differs."""
    from uvicorn import Config, Server

    del threads
    config = Config(
        "waitbench.loadtest.apps.asgi:app",
        loop="asyncio",
        access_log=False,
        log_level="error",
        backlog=BACKLOG,
    )
    Server(config).run(sockets=[sock])


def lives_with_parent() -> None:
    """Ask Linux to end this process in order when its parent dies, however that came."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


KINDS = {"aiohttp": aiohttp, "waitress": waitress, "uvicorn": uvicorn}

if __name__ == "__main__":
    lives_with_parent()
    if sys.argv[1] == "gunicorn":
        os.execv(sys.executable, [sys.executable, "-P", "-m", *sys.argv[1:]])  # noqa: S606 - no shell
    KINDS[sys.argv[1]](socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3]))
