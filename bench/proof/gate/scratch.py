"""The project that the proof compares: a small shop with twenty benchmarks, and changes to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.gate.repository import OURS, Repository, git
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOP = '''\
"""A small shop: what is sold, and the clients that ask for it."""

import asyncio
import hashlib
import json
import re
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

SHARE = 100
LOCK = threading.Lock()
WORD = re.compile(r"[a-z]+")


@dataclass
class Item:
    name: str
    price: int
    count: int


def part(things, most):
    return things[: most * SHARE // 100]


def total(rows):
    result = 0
    for row in part(rows, 4000):
        result += row["price"] * row["count"]
    return result


def parse(texts):
    return [json.loads(text) for text in part(texts, 300)]


def digest(chunks):
    return [hashlib.sha256(chunk).hexdigest() for chunk in part(chunks, 600)]


def words(lines):
    found = {}
    for line in part(lines, 500):
        for word in WORD.findall(line):
            found[word] = found.get(word, 0) + 1
    return found


def build(rows):
    return [Item(f"item {row['price']}", row["price"], row["count"]) for row in part(rows, 1500)]


def render(rows):
    return "".join(f"{row['price']:>8.2f} {row['count']:04d}\\n" for row in part(rows, 2500))


def query(database, keys):
    ask = "select price from item where id = ?"
    return [database.execute(ask, (key,)).fetchone()[0] for key in part(keys, 400)]


def order(rows):
    return sorted(rows, key=lambda row: (row["count"], row["price"]))


class Client:
    def __init__(self, session, url, prepare):
        self.session = session
        self.url = url
        self.request = prepare("GET", url)

    def get(self):
        return self.session.send(self.request, timeout=30).content


async def fetch(session, url, many):
    async def one():
        async with session.get(url) as response:
            return await response.read()

    return await asyncio.gather(*(one() for _ in range(many)))


async def naps(many):
    await asyncio.gather(*(asyncio.sleep(0.004) for _ in range(many)))


async def pass_on(many):
    queue = asyncio.Queue(10)

    async def give():
        for number in range(many):
            await queue.put(number)

    giving = asyncio.create_task(give())
    taken = [await queue.get() for _ in range(many)]
    await giving
    return sum(taken)


def pool():
    return ThreadPoolExecutor(4)


def nap(_):
    time.sleep(0.002)


def small_total(rows):
    return sum(row["price"] for row in rows)


def read(path):
    return path.read_bytes()
'''

BENCHMARKS = '''\
"""What must not become slower."""

import json
import sqlite3
import tempfile
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import shop

ROWS = [{"price": 7 * i % 997, "count": i % 13} for i in range(5000)]
TEXTS = [json.dumps(ROWS[i : i + 4]) for i in range(400)]
CHUNKS = [bytes([i % 256]) * 4096 for i in range(800)]
LINES = ["a small shop sells tea and cake, and some more"] * 700


def bench_total():
    return shop.total(ROWS)


def bench_parse():
    return shop.parse(TEXTS)


def bench_digest():
    return shop.digest(CHUNKS)


def bench_words():
    return shop.words(LINES)


def bench_build():
    return shop.build(ROWS)


def bench_render():
    return shop.render(ROWS)


@contextmanager
def bench_query():
    database = sqlite3.connect(":memory:")
    database.execute("create table item (id integer primary key, price integer)")
    database.executemany("insert into item values (?, ?)", [(i, i) for i in range(600)])
    keys = list(range(600))
    yield lambda: shop.query(database, keys)
    database.close()


def bench_order():
    return shop.order(ROWS[:1500])


@contextmanager
def client(url):
    import requests

    with requests.Session() as session:
        session.trust_env = False
        prepare = lambda *what: session.prepare_request(requests.Request(*what))
        yield shop.Client(session, url, prepare).get


@contextmanager
def bench_get(target):
    with client(f"{target}/?latency=3ms") as get:
        yield get


@contextmanager
def bench_get_now(target):
    with client(f"{target}/?latency=0ms") as get:
        yield get


@contextmanager
def bench_get_large(target):
    with client(f"{target}/?latency=2ms&size=64k") as get:
        yield get


@contextmanager
def bench_get_slow(target):
    with client(f"{target}/?latency=6ms") as get:
        yield get


@asynccontextmanager
async def bench_fetch_ten(target):
    import aiohttp

    async with aiohttp.ClientSession() as session:
        yield lambda: shop.fetch(session, f"{target}/?latency=4ms", 10)


@asynccontextmanager
async def bench_fetch_three(target):
    import aiohttp

    async with aiohttp.ClientSession() as session:
        yield lambda: shop.fetch(session, f"{target}/?latency=5ms", 3)


async def bench_naps():
    await shop.naps(10)


async def bench_pass_on():
    return await shop.pass_on(500)


@contextmanager
def bench_pool_naps():
    with shop.pool() as pool:
        yield lambda: list(pool.map(shop.nap, range(8)))


@contextmanager
def bench_pool_totals():
    with shop.pool() as pool:
        yield lambda: list(pool.map(shop.small_total, [ROWS] * 8))


def bench_nap():
    shop.nap(0)


@contextmanager
def bench_read():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 1_000_000)
        file.flush()
        yield lambda: shop.read(Path(file.name))
'''

COMPUTING = ("total", "parse", "digest", "words", "build", "render", "query")
CLIENTS = ("get", "get_now", "get_large", "get_slow")
FETCHES = ("fetch_ten", "fetch_three")
CHUNKS = {
    "a": ("total", "parse", "digest", "get", "fetch_ten"),
    "b": ("words", "build", "render", "get_now", "fetch_three"),
    "c": ("query", "get_large", "naps", "pool_naps", "order"),
    "d": ("get_slow", "pass_on", "pool_totals", "nap", "read"),
}
"""Twenty benchmarks in fours of five: as many as one sitting of a few minutes decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one commit does to the shop.

    Attributes:
        title: what tables call it.
        edits: texts of `shop.py` with what stands in their place.
        slows: benchmarks that it makes slower; none of a null commit.
        share: by what share of their wall; None where only a race can tell.
    """

    title: str
    edits: Mapping[str, str] = field(default_factory=dict)
    slows: tuple[str, ...] = ()
    share: float | None = None


def _more(per_cent: int) -> Change:
    return Change(
        title=f"+{per_cent} % CPU",
        edits={"SHARE = 100": f"SHARE = {100 + per_cent}"},
        slows=COMPUTING,
        share=per_cent / 100,
    )


CHANGES = {
    "null": Change(
        title="nothing (a comment)", edits={"WORD = re": "# What a word is.\nWORD = re"}
    ),
    "cpu2": _more(2),
    "cpu5": _more(5),
    "cpu10": _more(10),
    "call": Change(
        title="a slower client library call",
        edits={"self.session.send(self.request, timeout=30)": "self.session.get(self.url)"},
        slows=CLIENTS,
    ),
    "reuse": Change(
        title="a lost connection reuse",
        edits={
            "        return self.session.send(self.request, timeout=30).content": "        import "
            "requests\n\n        return requests.get(self.url, timeout=30).content"
        },
        slows=CLIENTS,
    ),
    "blocking": Change(
        title="a blocking call in a coroutine",
        edits={
            "    async def one():\n        async": "    async def one():\n"
            "        time.sleep(0.0005)\n        async"
        },
        slows=FETCHES,
    ),
    "lock": Change(
        title="an added lock",
        edits={"    time.sleep(0.002)": "    with LOCK:\n        time.sleep(0.002)"},
        slows=("pool_naps",),
    ),
}

BASE = "base"


def make(folder: Path) -> Repository:
    """Make the repository: a first commit tagged `base`, and a tag for each change of it.

    Raises:
        BenchError: git refused something.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "src").mkdir()
    (folder / "benchmarks.py").write_text(BENCHMARKS, encoding="utf-8")
    shop = folder / "src" / "shop.py"
    shop.write_text(SHOP, encoding="utf-8")
    _commit(folder, BASE)
    for name, change in CHANGES.items():
        _git(folder, "checkout", "--quiet", "--detach", BASE)
        text = SHOP
        for old, new in change.edits.items():
            if text.count(old) != 1:  # pragma: no cover - a slip in this very file
                raise BenchError(f"change {name!r} does not fit the shop: {old!r}")
            text = text.replace(old, new)
        shop.write_text(text, encoding="utf-8")
        _commit(folder, name)
    return Repository.around(folder)


def _commit(folder: Path, name: str) -> None:
    when = {f"GIT_{who}_DATE": "2026-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", name, environ={**OURS, **when})
    _git(folder, "tag", name)


def _git(folder: Path, *arguments: str, environ: dict[str, str] | None = None) -> None:
    done = git(folder, *arguments, environ=environ)
    if done.returncode:
        raise BenchError(f"git {arguments[0]} failed in the scratch project: {done.stderr.strip()}")
