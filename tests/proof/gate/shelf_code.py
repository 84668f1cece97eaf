"""The code of a small library that has pytest benchmarks, as its repository holds it."""

from __future__ import annotations

SHELF = '''\
"""A shelf: what is counted, packed and told of it."""

import asyncio
import hashlib
import json
import re
import zlib

SHARES = {
    "total": 100,
    "order": 100,
    "parse": 100,
    "render": 100,
    "digest": 100,
    "reply": 100,
    "words": 100,
    "squash": 100,
    "build": 100,
    "gather": 100,
    "look_up": 100,
    "join": 100,
}
WORD = re.compile(r"[a-z]+")


def part(things, most, name):
    return things[: most * SHARES[name] // 100]


def total(rows, factor=1):
    result = 0
    for row in part(rows, 2000, "total"):
        result += row["price"] * row["count"]
    return factor * result


def order(rows):
    """Sort in place."""
    del rows[2000 * SHARES["order"] // 100 :]
    rows.sort(key=lambda row: (row["count"], row["price"]))


def parse(texts):
    return [json.loads(text) for text in part(texts, 100, "parse")]


def render(rows, most):
    chosen = part(rows, most, "render")
    return "".join(f"{row['price']:>8.2f} {row['count']:04d}\\n" for row in chosen)


def digest(chunks):
    return [hashlib.sha256(chunk).hexdigest() for chunk in part(chunks, 200, "digest")]


async def reply(rows):
    lines = []
    for number, row in enumerate(part(rows, 1000, "reply")):
        if number % 100 == 0:
            await asyncio.sleep(0)
        lines.append(f"{row['price']}: {row['count']}")
    return lines


def words(lines):
    counts = {}
    for line in part(lines, 200, "words"):
        for word in WORD.findall(line):
            counts[word] = counts.get(word, 0) + 1
    return counts


def squash(chunks):
    return [zlib.compress(chunk) for chunk in part(chunks, 40, "squash")]


def build(rows):
    return {f"item {row['price']}": (row["price"], row) for row in part(rows, 1500, "build")}


async def gather(rows):
    async def one(row):
        return row["price"]

    return await asyncio.gather(*(one(row) for row in part(rows, 200, "gather")))


class Shelf:
    def __init__(self, rows):
        self.places = {row["price"]: row for row in rows}

    def look_up(self, prices):
        return [self.places[price] for price in part(prices, 4000, "look_up")]


def join(lines):
    return "".join(",".join(line.upper().split(" ")) for line in part(lines, 400, "join"))
'''
