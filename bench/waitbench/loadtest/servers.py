"""Who is raced: each a way to serve the same application, and the command that starts it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench.loadtest.host import BACKLOG

if TYPE_CHECKING:
    from waitbench.loadtest.ways import Way

Server = Literal["gunicorn", "waitress", "aiohttp", "uvicorn"]
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = 32
"""Of the servers whose number of threads is for their owner to choose."""
WAITRESS_THREADS = 4
"""What waitress takes unless it is told."""
DEFAULT_POOL = min(32, (os.cpu_count() or 1) + 4)
"""Threads of asyncio's default executor."""
LARGE_POOL = 64
UNBOUNDED = 1_000
"""So many requests at once are no limit of a loop: what the generator asks for at most."""
NO_KEEP_ALIVE = "its sync workers keep no connection alive: each request opens one"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """One way to serve.

    Attributes:
        name: what tables call it.
        server: what is started.
        workers: processes that serve.
        threads: of each worker; 0 where it has a loop.
        worker: gunicorn's kind of worker.
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
    way: Way = "awaits"
    pool: int = 0
    needs: tuple[str, ...] = ()
    note: str

    @property
    def width(self) -> int:
        """How many requests are worked on at once at most."""
        if self.way == "blocks":
            return self.workers
        return self.pool or self.workers * self.threads or UNBOUNDED

    def command(self, descriptor: int) -> list[str]:
        """Return the command that starts it on an inherited listening socket."""
        host = [sys.executable, "-P", "-m", "waitbench.loadtest.host", self.server]
        if self.server != "gunicorn":
            return [*host, str(descriptor), str(self.threads)]
        awaited = self.worker != "sync" and not self.threads
        app = "aiohttp:application" if awaited else "wsgi:app"
        options = {
            "bind": f"fd://{descriptor}",
            "workers": self.workers,
            "threads": max(self.threads, 1),
            "worker-class": self.worker,
            "backlog": BACKLOG,
            "log-level": "error",
            "graceful-timeout": 1,
        }
        given = [f"--{name}={value}" for name, value in options.items()]
        return [*host, *given, f"waitbench.loadtest.apps.{app}"]


_GUNICORN = ("gunicorn",)
ALL = {
    spec.name: spec
    for spec in (
        ServerSpec(
            name="sync",
            server="gunicorn",
            threads=1,
            needs=_GUNICORN,
            note=f"gunicorn, 1 sync worker; {NO_KEEP_ALIVE}",
        ),
        ServerSpec(
            name="threads",
            server="gunicorn",
            threads=THREADS,
            worker="gthread",
            needs=_GUNICORN,
            note=f"gunicorn, 1 worker with {THREADS} threads",
        ),
        ServerSpec(
            name="processes",
            server="gunicorn",
            workers=2 * CORES + 1,
            threads=1,
            needs=_GUNICORN,
            note=f"gunicorn, {2 * CORES + 1} sync workers (2 x cores + 1, as its manual has it)",
        ),
        ServerSpec(
            name="waitress",
            server="waitress",
            threads=WAITRESS_THREADS,
            needs=("waitress",),
            note=f"waitress with its default of {WAITRESS_THREADS} threads",
        ),
        ServerSpec(
            name="asyncio",
            server="aiohttp",
            note="aiohttp, awaiting, one process (SQLite: aiosqlite, one thread)",
        ),
        ServerSpec(
            name="asyncio-blocking",
            server="aiohttp",
            way="blocks",
            note="aiohttp with the blocking call left in the handler",
        ),
        ServerSpec(
            name="asyncio-to-thread",
            server="aiohttp",
            way="to_thread",
            pool=DEFAULT_POOL,
            note=f"aiohttp with to_thread, default pool of {DEFAULT_POOL} threads",
        ),
        ServerSpec(
            name="asyncio-to-thread-64",
            server="aiohttp",
            way="to_thread",
            pool=LARGE_POOL,
            note=f"aiohttp with to_thread, a pool of {LARGE_POOL} threads",
        ),
        ServerSpec(
            name="asyncio-processes",
            server="aiohttp",
            way="processes",
            pool=CORES,
            note=f"aiohttp with a pool of {CORES} processes",
        ),
        ServerSpec(
            name="asyncio-workers",
            server="gunicorn",
            workers=CORES,
            worker="aiohttp.GunicornWebWorker",
            needs=_GUNICORN,
            note=f"gunicorn, {CORES} aiohttp workers, awaiting",
        ),
        ServerSpec(
            name="starlette",
            server="uvicorn",
            needs=("starlette", "uvicorn"),
            note="Starlette under uvicorn, awaiting, one process",
        ),
    )
}
"""By name, in the order of tables."""
