"""The tuning corpus: functions that the advisor's model was made to fit."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import random
import re
import socket
import subprocess
import threading
import time
import zlib
from typing import TYPE_CHECKING, Any

from tests.proof.advisor.corpus._clients import database, folder, loop_session, session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy import ndarray
    from PIL.Image import Image

TARGETS: Mapping[str, tuple[str, ...]] = {
    "rate_limited": ("--capacity", "1"),
    "connection_limited": ("--capacity", "4"),
}
_GET = "{}/?latency={}&size=200"


def http_get(url: str) -> int:
    """Ask an API that takes 10 ms, over a kept connection."""
    return len(session().get(_GET.format(url, "10ms"), timeout=30).content)


async def http_get_async(url: str) -> int:
    """Ask the same with aiohttp."""
    async with loop_session().get(_GET.format(url, "10ms")) as answer:
        return len(await answer.read())


def http_and_parse(url: str) -> int:
    """Ask for 10 ms, then parse and sort for about 3 ms."""
    size = http_get(url)
    rows = sorted(json.loads(_document()), key=lambda row: row["name"])
    return size + len(rows)


def json_parse() -> int:
    """Parse 400 kB of JSON, which holds the lock."""
    return sum(len(json.loads(_document())) for _ in range(4))


def sqlite_memory() -> int:
    """Sum up a table in memory twenty times."""
    query = "SELECT sum(price * id % 13) FROM parts"
    return sum(database(":memory:").execute(query).fetchone()[0] for _ in range(20))


def sqlite_file() -> int:
    """Look fifty rows of a file up by their key."""
    query = "SELECT price FROM parts WHERE id = ?"
    find = database("lookup.db").execute
    return sum(find(query, (number * 97 % 5_000,)).fetchone()[0] for number in range(50))


def hash_small() -> str:
    """Hash 5,000 times 64 bytes, too little to let go of the lock."""
    state = b"x" * 64
    for _ in range(5_000):
        state = hashlib.sha256(state).digest() * 2
    return state.hex()[:8]


def hash_large() -> str:
    """Hash 8 MB at once, without the lock."""
    return hashlib.sha256(_zeros()).hexdigest()


def deflate() -> int:
    """Compress 300 kB of text with zlib, without the lock."""
    return len(zlib.compress(_document() * 3, 6))


def thumbnail() -> int:
    """Scale a picture of a megapixel down with Pillow."""
    return _picture().resize((200, 200), 3).getbbox()[2]  # type: ignore[index] # it is not empty


def run_true() -> int:
    """Start a small program and wait for it."""
    return subprocess.run(["true"], check=True).returncode


def read_cached() -> int:
    """Read a megabyte that is in the system's cache, ten times."""
    path = _filled()
    return sum(len(path.read_bytes()) for _ in range(10))


def write_synced() -> int:
    """Write 4 kB, and wait until the disk has it."""
    path = folder() / f"{os.getpid()}-{time.perf_counter_ns()}"
    with path.open("wb") as file:
        written = file.write(b"x" * 4096)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return written


def resolve_localhost() -> int:
    """Look localhost up twenty times."""
    return min(len(socket.getaddrinfo("localhost", 80)) for _ in range(20)) and 1


def multiply() -> float:
    """Multiply two matrices, in NumPy's BLAS with threads of its own."""
    matrix = _matrix()
    return float((matrix @ matrix)[0, 0])


def find_words() -> int:
    """Search 100 kB for words with a regular expression."""
    return len(re.findall(r"\b[a-z]+\d+[a-z]*\b", _document().decode()))


def poll() -> bool:
    """Sleep for 5 ms, as one does between two looks."""
    time.sleep(0.005)
    return True


def rate_limited(url: str) -> int:
    """Ask an API that answers one question every 4 ms, whoever asks."""
    return len(session().get(_GET.format(url, "4ms"), timeout=30).content)


def connection_limited(url: str) -> int:
    """Ask a database that serves four at once for 10 ms each."""
    return len(session().get(_GET.format(url, "10ms"), timeout=30).content)


@functools.cache
def _document() -> bytes:
    draw = random.Random(1)
    rows = [{"id": n, "name": f"part{draw.random()}", "tags": ["a1", "b2"]} for n in range(1_600)]
    return json.dumps(rows).encode()


@functools.cache
def _zeros() -> bytes:
    return bytes(8_000_000)


@functools.cache
def _picture() -> Image:
    from PIL import Image

    noise = random.Random(2).randbytes(3 * 250 * 250)
    small = Image.frombytes("RGB", (250, 250), noise)
    buffer = io.BytesIO()
    small.resize((1_000, 1_000)).save(buffer, "PNG", compress_level=1)
    whole = Image.open(buffer)
    whole.load()
    return whole


@functools.cache
def _filled() -> Path:
    path = folder() / "megabyte"
    unfinished = path.with_name(
        f"megabyte-{threading.get_ident()}"
    )  # several threads may come at once
    unfinished.write_bytes(b"m" * 1_000_000)
    return unfinished.replace(path)


@functools.cache
def _matrix() -> ndarray[Any, Any]:
    import numpy as np

    return np.random.default_rng(3).random((500, 500))
