"""What calls are given and give back: fair draws, weights, iterators that one call uses up."""

import asyncio
import csv
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest

from waitbench.user_code.items import copied, fair_order, spent_by_one_call, unconsumed, weigh


@pytest.mark.parametrize("many", [1, 2, 7, 240, 1000])
def test_every_item_is_used_once_and_the_first_one_first(many: int) -> None:
    order = fair_order(many)
    assert sorted(order) == list(range(many))
    assert order[0] == 0


@pytest.mark.parametrize("draw", [8, 24, 240])
def test_the_first_few_of_a_sorted_list_are_typical_of_it(draw: int) -> None:
    mean = sum(fair_order(1000)[:draw]) / draw
    assert 400 < mean < 600


def test_a_draw_is_in_step_with_no_period_of_the_list() -> None:
    heavy = sum(item % 2 == 0 for item in fair_order(640)[:64])
    assert 24 <= heavy <= 40


def test_an_item_is_weighed_by_what_travels() -> None:
    weight = weigh(bytes(1_000_000))
    assert 1_000_000 < weight.size_bytes < 1_001_000
    assert weight.pack_ns > 0
    assert weight.unpack_ns > 0
    assert weight.refused is None
    assert "lock" in (weigh(threading.Lock()).refused or "")


def test_a_copy_is_another_one_and_what_cannot_be_copied_is_the_same() -> None:
    rows, lock = [[3, 1]], threading.Lock()
    assert copied(rows)[0] is not rows[0]
    assert copied(lock) is lock


def _generator() -> Any:
    yield 1


async def _stream() -> Any:
    yield 1


async def _coroutine() -> int:
    return 1


def _coroutine_made() -> Any:
    made = _coroutine()
    made.close()
    return made


def _done() -> Future[int]:
    future: Future[int] = Future()
    future.set_result(1)
    return future


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (_generator, "a generator"),
        (lambda: map(abs, [1]), "an iterator (map)"),
        (lambda: csv.reader(["a"]), "an iterator (reader)"),
        (_stream, "an async generator"),
        (_coroutine_made, "an awaitable (coroutine)"),
        (contextmanager(_generator), "a context manager"),
        (Future, "a future that is not done (Future)"),
        (lambda: [_coroutine_made(), _coroutine_made()], "a list of which each is an awaitable"),
        (lambda: [_generator(), _generator()], "a list of which each is a generator"),
    ],
)
def test_what_has_not_run_is_named(make: Callable[[], Any], what: str) -> None:
    assert unconsumed(make()).startswith(what)


@pytest.mark.parametrize(
    "result",
    [None, 3, [1, 2], [], range(3), {"a": 1}.items(), _done(), [_done()], "text", [1, _done()]],
)
def test_what_has_run_is_no_such_thing(result: object) -> None:
    assert unconsumed(result) == ""


def test_a_future_of_a_loop_is_one_too() -> None:
    loop = asyncio.new_event_loop()
    try:
        assert "future" in unconsumed(loop.create_future())
    finally:
        loop.close()


def test_an_iterator_among_the_items_is_used_up_by_one_call() -> None:
    assert spent_by_one_call(_generator()) == "a generator"
    assert spent_by_one_call(iter([1])) == "an iterator (list_iterator)"
    assert spent_by_one_call([1]) == ""
