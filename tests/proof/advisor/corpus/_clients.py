"""What a program keeps open: a session for each thread, one for a loop, a folder, a database."""

from __future__ import annotations

import asyncio
import atexit
import functools
import shutil
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp
    import requests

ROWS = 5_000
SCHEMA = "CREATE TABLE IF NOT EXISTS parts (id INTEGER PRIMARY KEY, name TEXT, price INTEGER)"
_own = threading.local()
_sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}


def session() -> requests.Session:
    """Return this thread's session."""
    import requests

    if not hasattr(_own, "session"):
        _own.session = requests.Session()
        _own.session.trust_env = False
    opened: requests.Session = _own.session
    return opened


def loop_session() -> aiohttp.ClientSession:
    """Return this loop's session."""
    import aiohttp

    loop = asyncio.get_running_loop()
    if loop not in _sessions:
        _sessions[loop] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    return _sessions[loop]


@functools.cache
def folder() -> Path:
    """Return this process's own folder, which goes with it."""
    made = tempfile.mkdtemp(prefix="waitbench-corpus-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


def database(place: str) -> sqlite3.Connection:
    """Return this thread's connection to a filled database, in memory or in a file."""
    if not hasattr(_own, place):
        connection = sqlite3.connect(place if place == ":memory:" else folder() / place)
        with connection:
            connection.execute("PRAGMA busy_timeout = 20000")
            connection.execute(SCHEMA)
            rows = ((number, f"part {number}", number * 7 % 997) for number in range(ROWS))
            connection.executemany("INSERT OR IGNORE INTO parts VALUES (?, ?, ?)", rows)
        setattr(_own, place, connection)
    opened: sqlite3.Connection = getattr(_own, place)
    return opened
