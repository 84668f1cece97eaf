"""Who is raced: each a way to serve the same application, and the command that starts it."""

from __future__ import annotations

import os

from waitbench.loadtest.contestants import CONTESTANTS
from waitbench.loadtest.server_spec import AIOHTTP_WORKER, THREADS, ServerSpec

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WAITRESS_THREADS = 4
"""What waitress takes unless it is told."""
DEFAULT_POOL = min(32, (os.cpu_count() or 1) + 4)
"""Threads of asyncio's default executor."""
LARGE_POOL = 64
NO_KEEP_ALIVE = "its sync workers keep no connection alive: each request opens one"
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
            worker=AIOHTTP_WORKER,
            needs=_GUNICORN,
            note=f"gunicorn, {CORES} aiohttp workers, awaiting",
        ),
        ServerSpec(
            name="starlette",
            server="uvicorn",
            options=("asyncio",),
            needs=("starlette", "uvicorn"),
            note="Starlette under uvicorn on asyncio's loop, awaiting, one process",
        ),
        *CONTESTANTS,
    )
}
"""By name, in the order of tables."""
