"""The code of the small shop that the proof makes slower, as its repository holds it."""

from __future__ import annotations

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

SHARES = {
    "total": 100,
    "parse": 100,
    "digest": 100,
    "words": 100,
    "build": 100,
    "render": 100,
    "query": 100,
}
LOCK = threading.Lock()
WORD = re.compile(r"[a-z]+")


@dataclass
class Item:
    name: str
    price: int
    count: int


def part(things, most, name):
    return things[: most * SHARES[name] // 100]


def total(rows):
    result = 0
    for row in part(rows, 4000, "total"):
        result += row["price"] * row["count"]
    return result


def parse(texts):
    return [json.loads(text) for text in part(texts, 300, "parse")]


def digest(chunks):
    return [hashlib.sha256(chunk).hexdigest() for chunk in part(chunks, 600, "digest")]


def words(lines):
    found = {}
    for line in part(lines, 500, "words"):
        for word in WORD.findall(line):
            found[word] = found.get(word, 0) + 1
    return found


def build(rows):
    chosen = part(rows, 1500, "build")
    return [Item(f"item {row['price']}", row["price"], row["count"]) for row in chosen]


def render(rows):
    chosen = part(rows, 2500, "render")
    return "".join(f"{row['price']:>8.2f} {row['count']:04d}\\n" for row in chosen)


def query(database, keys):
    ask = "select price from item where id = ?"
    return [database.execute(ask, (key,)).fetchone()[0] for key in part(keys, 400, "query")]


def order(rows):
    return sorted(rows, key=lambda row: (row["count"], row["price"]))


class Client:
    def __init__(self, session, url, prepare):
        self.session = session
        self.url = url
        self.request = prepare("GET", url)


def send(client):
    return client.session.send(client.request, timeout=30).content


def get(client):
    return send(client)


def get_now(client):
    return send(client)


def get_large(client):
    return send(client)


def get_slow(client):
    return send(client)


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
