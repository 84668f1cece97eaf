"""The twenty benchmarks of the shop, as its repository holds them, and what kind each is of."""

from __future__ import annotations

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
        yield shop.Client(session, url, prepare)


@contextmanager
def bench_get(target):
    with client(f"{target}/?latency=3ms") as one:
        yield lambda: shop.get(one)


@contextmanager
def bench_get_now(target):
    with client(f"{target}/?latency=0ms") as one:
        yield lambda: shop.get_now(one)


@contextmanager
def bench_get_large(target):
    with client(f"{target}/?latency=2ms&size=64k") as one:
        yield lambda: shop.get_large(one)


@contextmanager
def bench_get_slow(target):
    with client(f"{target}/?latency=6ms") as one:
        yield lambda: shop.get_slow(one)


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
