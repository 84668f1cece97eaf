"""The tests of the shelf, as people write them, and what function of it each one times."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFTEST = '''\
import json
import random

import pytest

import shelf

pytest_plugins = ["aiohttp.pytest_plugin"]


@pytest.fixture(scope="session")
def rows():
    return [{"price": 7 * i % 2503, "count": i * i % 17} for i in range(2500)]


@pytest.fixture(scope="module")
def texts(rows):
    return [json.dumps(rows[i : i + 6]) for i in range(200)]


@pytest.fixture(scope="package")
def lines():
    return ["a small shelf holds tea and cake, and some more"] * 900


@pytest.fixture(scope="class")
def full(rows):
    return shelf.Shelf(rows)


@pytest.fixture
def chunks():
    dice = random.Random(1)
    return [bytes(dice.choices(b"abcdefgh", k=2048)) for _ in range(300)]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def loop_benchmark(benchmark):
    """What people write for coroutines: a loop of their own behind the fixture."""
    import asyncio

    loop = asyncio.new_event_loop()
    yield lambda function, *args: benchmark(lambda: loop.run_until_complete(function(*args)))
    loop.close()
'''
OPTIONS = """\
[tool.pytest.ini_options]
addopts = "-m 'not slow' -p no:cacheprovider --benchmark-skip --strict-markers"
markers = ["slow: takes long"]
testpaths = ["tests"]
pythonpath = ["src"]
"""
CALLS = """\
import pytest

import shelf


def test_nothing_timed(rows):
    assert shelf.total(rows) > 0


def test_call(benchmark, rows):
    assert benchmark(shelf.total, rows) == shelf.total(rows)


def test_keywords(benchmark, rows):
    assert benchmark(shelf.total, rows, factor=2) == 2 * shelf.total(rows)


def test_decorated(benchmark, texts):
    @benchmark
    def parsed():
        return shelf.parse(texts)

    assert len(parsed) > 90


def test_lambda(benchmark, texts):
    assert benchmark(lambda: len(shelf.parse(texts))) > 90


@pytest.mark.benchmark(group="text", min_rounds=3, warmup=False)
def test_grouped(benchmark, lines):
    assert benchmark(shelf.words, lines)["tea"] > 90


@pytest.mark.parametrize("most", [500, 1000, 2000])
def test_sizes(benchmark, rows, most):
    assert benchmark(shelf.render, rows, most).count("\\n") >= most * 0.9


class TestShelf:
    @pytest.fixture(autouse=True)
    def prices(self, rows):
        self.wanted = [rows[i * 31 % len(rows)]["price"] for i in range(4800)]

    def test_look_up(self, benchmark, full):
        assert benchmark(full.look_up, self.wanted)

    @pytest.mark.usefixtures("texts")
    def test_build(self, benchmark, rows):
        assert len(benchmark(shelf.build, rows)) > 1000


def test_figures(benchmark, lines):
    benchmark.extra_info["lines"] = len(lines)
    benchmark.group = "joined"
    text = benchmark(shelf.join, lines)
    assert text.startswith("A,SMALL")
    assert benchmark.enabled and benchmark.name == "test_figures"
    assert 0 < benchmark.stats.stats.min <= benchmark.stats["mean"] < 1


@pytest.mark.slow
def test_slow(benchmark, chunks):
    assert benchmark(shelf.squash, chunks)


@pytest.mark.skip(reason="needs a shelf of wood")
def test_wood(benchmark):
    benchmark(len, [])
"""
PEDANTIC = """\
import pytest

import shelf


def test_sorts_in_place(benchmark, rows):
    def setup():
        return (list(rows),), {}

    benchmark.pedantic(shelf.order, setup=setup, rounds=20)


def test_set_up_and_torn_down(benchmark, chunks):
    live = []

    def setup():
        live.append(list(chunks))
        return (live[-1],), {}

    def teardown(given):
        live.remove(given)

    assert benchmark.pedantic(shelf.squash, setup=setup, teardown=teardown, rounds=5)
    assert live == []


def test_shared_rows(benchmark, rows):
    mine = []

    def setup():
        mine[:] = rows

    benchmark.pedantic(shelf.order, args=(mine,), setup=setup, rounds=5)
    assert mine[0]["count"] == 0


def test_iterations(benchmark, chunks):
    assert benchmark.pedantic(shelf.digest, args=(chunks,), iterations=5, rounds=4)


def test_warm(benchmark, lines):
    words = benchmark.pedantic(shelf.words, kwargs={"lines": lines}, rounds=3, warmup_rounds=2)
    assert words["cake"] > 90


def test_raises_what_it_should(benchmark, rows):
    def call():
        with pytest.raises(TypeError):
            shelf.total(3)
        return shelf.total(rows)

    assert benchmark.pedantic(call, rounds=3)
"""
MARKED = """\
import pytest

import shelf

pytestmark = pytest.mark.benchmark


def test_whole(rows):
    assert shelf.total(rows) > 0


def test_digest(chunks):
    assert len(shelf.digest(chunks)[0]) == 64


@pytest.mark.parametrize("most", [800, 1600])
def test_render(rows, most):
    assert shelf.render(rows, most)


class TestBuild:
    def test_build(self, rows):
        assert shelf.build(rows)


def test_fixture_too(benchmark, lines):
    assert benchmark(shelf.join, lines)


def test_codspeed_fixture(codspeed_benchmark, texts):
    assert codspeed_benchmark(shelf.parse, texts)


async def test_awaited_whole(rows):
    assert await shelf.reply(rows)


async def test_with_loop(loop_benchmark, rows):
    pytest.skip("a loop runs already")


def test_loop_of_its_own(loop_benchmark, rows):
    assert loop_benchmark(shelf.reply, rows)
"""
ASYNC = """\
import asyncio
import unittest

import pytest

import shelf


@pytest.mark.anyio
async def test_anyio(benchmark, rows):
    assert len(await benchmark(shelf.reply, rows)) > 900


@pytest.mark.anyio
async def test_anyio_gathers(benchmark, rows):
    assert len(await benchmark(shelf.gather, rows)) > 190


async def test_aiohttp_plugin(benchmark, rows):
    loop = asyncio.get_running_loop()

    async def call():
        assert asyncio.get_running_loop() is loop
        return await shelf.gather(rows)

    assert await benchmark(call)


async def test_forgotten_await(benchmark, rows):
    benchmark(shelf.reply, rows)


async def test_plain_call_in_a_loop(benchmark, rows):
    assert benchmark(shelf.total, rows)


def test_coroutine_function(benchmark, rows):
    assert benchmark(shelf.gather, rows)


@pytest.mark.anyio
async def test_fresh_rows(benchmark, rows):
    async def call(mine):
        shelf.order(mine)

    await benchmark.pedantic(call, setup=lambda: ((list(rows),), {}), rounds=5)


class TestOld(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def take(self, benchmark, rows):
        self.benchmark, self.rows = benchmark, rows

    def test_unit(self):
        self.assertTrue(self.benchmark(shelf.build, self.rows))
"""
ASYNCIO = """\
import pytest

import shelf

pytest.importorskip("pytest_asyncio")


@pytest.mark.asyncio
async def test_asyncio(benchmark, rows):
    assert len(await benchmark(shelf.reply, rows)) > 900


@pytest.mark.asyncio
@pytest.mark.benchmark
async def test_asyncio_whole(rows):
    assert await shelf.gather(rows)
"""
FILES = {
    "conftest.py": CONFTEST,
    "pyproject.toml": OPTIONS,
    "tests/test_calls.py": CALLS,
    "tests/test_pedantic.py": PEDANTIC,
    "tests/test_marked.py": MARKED,
    "tests/test_async.py": ASYNC,
    "tests/test_asyncio_plugin.py": ASYNCIO,
}
TIMES: Mapping[str, str] = {
    "test_calls.py::test_call": "total",
    "test_calls.py::test_keywords": "total",
    "test_calls.py::test_decorated": "parse",
    "test_calls.py::test_lambda": "parse",
    "test_calls.py::test_grouped": "words",
    "test_calls.py::test_sizes[500]": "render",
    "test_calls.py::test_sizes[1000]": "render",
    "test_calls.py::test_sizes[2000]": "render",
    "test_calls.py::TestShelf::test_look_up": "look_up",
    "test_calls.py::TestShelf::test_build": "build",
    "test_calls.py::test_figures": "join",
    "test_calls.py::test_slow": "squash",
    "test_pedantic.py::test_sorts_in_place": "order",
    "test_pedantic.py::test_set_up_and_torn_down": "squash",
    "test_pedantic.py::test_shared_rows": "order",
    "test_pedantic.py::test_iterations": "digest",
    "test_pedantic.py::test_warm": "words",
    "test_pedantic.py::test_raises_what_it_should": "total",
    "test_marked.py::test_whole": "total",
    "test_marked.py::test_digest": "digest",
    "test_marked.py::test_render[800]": "render",
    "test_marked.py::test_render[1600]": "render",
    "test_marked.py::TestBuild::test_build": "build",
    "test_marked.py::test_fixture_too": "join",
    "test_marked.py::test_codspeed_fixture": "parse",
    "test_marked.py::test_awaited_whole": "reply",
    "test_marked.py::test_loop_of_its_own": "reply",
    "test_async.py::test_anyio": "reply",
    "test_async.py::test_anyio_gathers": "gather",
    "test_async.py::test_aiohttp_plugin": "gather",
    "test_async.py::test_forgotten_await": "reply",
    "test_async.py::test_plain_call_in_a_loop": "total",
    "test_async.py::test_coroutine_function": "gather",
    "test_async.py::test_fresh_rows": "order",
    "test_async.py::TestOld::test_unit": "build",
    "test_asyncio_plugin.py::test_asyncio": "reply",
    "test_asyncio_plugin.py::test_asyncio_whole": "gather",
}
"""By test, the function that takes nearly all of its time."""
