"""One way to serve the application: what it is called, and the command that starts it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench.loadtest.host import BACKLOG, COMMANDS

if TYPE_CHECKING:
    from waitbench.loadtest.ways import Way

Server = Literal["gunicorn", "waitress", "aiohttp", "uvicorn", "hypercorn", "granian"]
THREADS = 32
"""Of the servers whose number of threads is for their owner to choose."""
AIOHTTP_WORKER = "aiohttp.GunicornWebWorker"
APPS = {"asgi": "asgi:app", AIOHTTP_WORKER: "aiohttp:application"}
"""By gunicorn's kind of worker; the others call WSGI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """One way to serve.

    Attributes:
        name: what tables call it.
        server: what is started.
        workers: processes that serve.
        threads: of each worker; 0 where it has a loop, or where the number is the server's own.
        worker: gunicorn's or hypercorn's kind of worker.
        options: what else the server is told, in its own words; empty for what it does by itself.
        way: how a coroutine has the work done.
        pool: threads or processes that it hands work to; 0 without one.
        needs: modules without which it cannot take part.
        note: what the reader of its row must know.
    """

    name: str
    server: Server
    workers: int = 1
    threads: int = 0
    worker: str = "sync"
    options: tuple[str, ...] = ()
    way: Way = "awaits"
    pool: int = 0
    needs: tuple[str, ...] = ()
    note: str

    def command(self, descriptor: int) -> list[str]:
        """Return the command that starts it on an inherited listening socket."""
        host = [sys.executable, "-P", "-m", "waitbench.loadtest.host", self.server]
        if self.server not in COMMANDS:
            return [*host, str(descriptor), str(self.threads), *self.options]
        options = {
            "bind": f"fd://{descriptor}",
            "workers": self.workers,
            "worker-class": self.worker,
            "backlog": BACKLOG,
            "log-level": "error",
            "graceful-timeout": 1,
        }
        if self.threads:
            options["threads"] = self.threads
        given = [f"--{name}={value}" for name, value in options.items()]
        return [*host, *given, *self.options, f"waitbench.loadtest.apps.{self._app}"]

    @property
    def _app(self) -> str:
        """The application for the kind of worker."""
        if self.server == "hypercorn":
            return "asgi:app"
        return APPS.get(self.worker, "wsgi:app")
