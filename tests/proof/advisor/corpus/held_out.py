"""The test corpus: functions that the advisor's model was never tuned on."""

from __future__ import annotations

import bz2
import csv
import functools
import hashlib
import http.client
import io
import os
import pickle
import random
import subprocess
import sys
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.proof.advisor.corpus._clients import database, folder, loop_session, session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy import ndarray
    from PIL.Image import Image

TARGETS: Mapping[str, tuple[str, ...]] = {"six_at_once": ("--capacity", "6")}
_GET = "{}/?latency={}&size=1000"
_lock = threading.Lock()
_own = threading.local()


def urlopen_slow(url: str) -> int:
    """Ask an API that takes 30 ms with urllib, a connection for each call."""
    with urllib.request.urlopen(_GET.format(url, "30ms"), timeout=30) as answer:
        return len(answer.read())


def raw_http(url: str) -> int:
    """Ask for 3 ms through http.client, over a kept connection."""
    parts = urlsplit(url)
    if not hasattr(_own, "connection"):
        _own.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    _own.connection.request("GET", "/?latency=3ms&size=1000")
    return len(_own.connection.getresponse().read())


async def raw_http_async(url: str) -> int:
    """Ask the same with aiohttp."""
    async with loop_session().get(_GET.format(url, "3ms")) as answer:
        return len(await answer.read())


def fetch_and_hash(url: str) -> str:
    """Ask for 15 ms, then hash 4 MB, without the lock."""
    size = len(session().get(_GET.format(url, "15ms"), timeout=30).content)
    return hashlib.sha256(bytes(4_000_000)).hexdigest()[:8] + str(size)


def six_at_once(url: str) -> int:
    """Ask a service that has six workers of 20 ms each."""
    return len(session().get(_GET.format(url, "20ms"), timeout=30).content)


async def six_at_once_async(url: str) -> int:
    """Ask the same with aiohttp."""
    async with loop_session().get(_GET.format(url, "20ms")) as answer:
        return len(await answer.read())


def read_csv() -> int:
    """Read 3,000 lines of CSV and add a column up."""
    return sum(int(row[2]) for row in csv.reader(io.StringIO(_table())))


def compress_bz2() -> int:
    """Compress 100 kB with bz2, without the lock."""
    return len(bz2.compress(_table().encode(), 5))


def derive_key() -> str:
    """Derive a key with 20,000 rounds of PBKDF2, without the lock."""
    return hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 20_000).hex()[:8]


def sort_array() -> float:
    """Sort 300,000 numbers with NumPy, without the lock."""
    import numpy as np

    return float(np.sort(_numbers())[0])


def sort_list() -> int:
    """Sort 60,000 numbers with Python, which holds the lock."""
    return sorted(_integers())[7]


def decompose() -> float:
    """Solve for eigenvalues in LAPACK, with threads of its own."""
    import numpy as np

    return round(float(np.linalg.eigvalsh(_symmetric())[0]), 3)


def encode_jpeg() -> int:
    """Encode a picture as JPEG with Pillow."""
    buffer = io.BytesIO()
    _photo().save(buffer, "JPEG", quality=85)
    return buffer.tell()


def distance() -> int:
    """Work out an edit distance in pure Python."""
    left, right = "concurrency models" * 4, "currency muddles" * 4
    row = list(range(len(right) + 1))
    for number, letter in enumerate(left, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(right, 1):
            cheapest = min(row[place] + 1, row[place - 1] + 1, before + (letter != other))
            before, row[place] = row[place], cheapest
    return row[-1]


def run_python() -> int:
    """Start an interpreter, which computes for some 10 ms, and wait for it."""
    return subprocess.run([sys.executable, "-S", "-E", "-c", "pass"], check=True).returncode


def render() -> int:
    """Fill a template with 4,000 rows."""
    return len(_template().render(rows=range(4_000)))


def pickle_and_back() -> int:
    """Pack and unpack 6,000 small objects, which holds the lock."""
    return len(pickle.loads(pickle.dumps(_records())))


def wait_then_compute() -> int:
    """Sleep for 30 ms, then compute for about 4 ms in Python."""
    time.sleep(0.03)
    x = 1
    for _ in range(40_000):
        x = x * 1_103_515_245 + 12_345 & 0x7FFFFFFF
    return x


def locked_client() -> bool:
    """Wait for 4 ms inside a lock, as a client does that is not made for threads."""
    with _lock:
        time.sleep(0.004)
    return True


def insert_rows() -> int:
    """Insert ten rows into a file and commit; there is one writer at a time."""
    with database("writes.db") as connection:
        made = connection.executemany(
            "INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", [(n, "x", n) for n in range(10)]
        )
    return made.rowcount


def small_files() -> int:
    """Make, look at and remove thirty small files."""
    place = folder() / f"{os.getpid()}-{threading.get_ident()}"
    place.mkdir(exist_ok=True)
    for number in range(30):
        (place / str(number)).write_bytes(b"x")
    sizes = sum(entry.stat().st_size for entry in os.scandir(place))
    for number in range(30):
        (place / str(number)).unlink()
    return sizes


@functools.cache
def _table() -> str:
    draw = random.Random(4)
    return "\n".join(f"{n},{draw.random()},{draw.randrange(1000)}" for n in range(3_000))


@functools.cache
def _numbers() -> ndarray[Any, Any]:
    import numpy as np

    return np.random.default_rng(5).random(300_000)


@functools.cache
def _integers() -> list[int]:
    draw = random.Random(6)
    return [draw.randrange(1_000_000) for _ in range(60_000)]


@functools.cache
def _symmetric() -> ndarray[Any, Any]:
    import numpy as np

    half = np.random.default_rng(7).random((200, 200))
    return half + half.T


@functools.cache
def _photo() -> Image:
    from PIL import Image

    noise = random.Random(8).randbytes(3 * 160 * 160)
    return Image.frombytes("RGB", (160, 160), noise).resize((800, 800), Image.Resampling.BICUBIC)


@functools.cache
def _template() -> Any:
    from jinja2 import Template

    return Template("{% for row in rows %}<li>{{ row }}: {{ row * 3 }}</li>{% endfor %}")


@functools.cache
def _records() -> list[tuple[int, str, float]]:
    return [(n, f"name {n}", n / 7) for n in range(6_000)]
