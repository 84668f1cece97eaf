"""What a call gave back and has not run, told apart from its twin that has."""

import asyncio
import csv
import inspect
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from waitbench.user_code.unconsumed import unconsumed


def _generator() -> Any:
    yield 1


async def _stream() -> Any:
    yield 1


async def _coroutine() -> int:
    return 1


def _done() -> Future[int]:
    future: Future[int] = Future()
    future.set_result(1)
    return future


def _spent(iterator: Any) -> Any:
    list(iterator)
    return iterator


@dataclass
class Answer:
    rows: Any
    count: int = 3


DATABASES: list[sqlite3.Connection] = []
"""Open now; one that nobody closes is told from Python 3.13 on, in whatever test that is."""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while DATABASES:
        DATABASES.pop().close()


def _cursor(statement: str) -> sqlite3.Cursor:
    DATABASES.append(sqlite3.connect(":memory:"))
    return DATABASES[-1].execute(statement)


NOT_RUN: list[tuple[Callable[[], Any], str]] = [
    (_generator, "a generator"),
    (lambda: map(abs, [1]), "an iterator (map)"),
    (lambda: csv.reader(["a"]), "an iterator (reader)"),
    (lambda: iter([1, 2]), "an iterator (list_iterator)"),
    (_stream, "an async generator"),
    (_coroutine, "an awaitable (coroutine)"),
    (contextmanager(_generator), "a context manager"),
    (Future, "a future that is not done (Future)"),
    (lambda: _cursor("select 1"), "a Cursor with rows to fetch"),
    (lambda: [_coroutine(), _coroutine()], "a list that holds an awaitable"),
    (lambda: (3, _generator()), "a tuple that holds a generator"),
    (lambda: {"rows": _generator()}, "a dict that holds a generator"),
    (lambda: {1: Future()}, "a dict that holds a future"),
    (lambda: {Future()}, "a set that holds a future"),
    (lambda: Answer(rows=_generator()), "a Answer that holds a generator"),
    (lambda: [[_generator()]], "a list that holds a list that holds a generator"),
]


@pytest.mark.parametrize("number", range(len(NOT_RUN)))
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::ResourceWarning")
def test_what_has_not_run_is_named(number: int) -> None:
    make, what = NOT_RUN[number]
    result = make()
    assert unconsumed(result).startswith(what)
    for each in result if isinstance(result, list) else [result]:
        if inspect.iscoroutine(each):
            each.close()


HAS_RUN: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "a list": lambda: [1, 2],
    "an empty list": list,
    "a range": lambda: range(3),
    "a text": lambda: "text",
    "a view": lambda: {"a": 1}.items(),  # noqa: PLW0108 - its dict would be shared
    "a future": lambda: [1, _done()],
    "a generator": lambda: _spent(_generator()),
    "an iterator": lambda: _spent(iter([1, 2])),
    "a statement without rows": lambda: _cursor("create table t(x)"),
    "a record": lambda: Answer(rows=[1, 2]),
    "a thread": threading.Thread,
}


@pytest.mark.parametrize("kind", HAS_RUN)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_has_run_is_no_such_thing(kind: str) -> None:
    assert unconsumed(HAS_RUN[kind]()) == ""


def test_a_future_of_a_loop_and_a_thread_that_runs_are_some_too() -> None:
    loop = asyncio.new_event_loop()
    try:
        assert "future" in unconsumed(loop.create_future())
    finally:
        loop.close()
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    assert unconsumed(thread) == "a Thread that still runs"
    go.set()
    thread.join()
    assert unconsumed(thread) == ""


def test_a_map_of_a_pool_is_one_until_it_is_gone_through() -> None:
    with ThreadPoolExecutor(1) as pool:
        results = pool.map(abs, [-1, -2])
        assert unconsumed(results) == "a generator"
        assert list(results) == [1, 2]
        assert unconsumed(results) == ""
