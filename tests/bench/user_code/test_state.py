"""Two moments of a thing compared, whatever it holds, and what a function keeps between calls."""

import collections
import functools
import io
import queue
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from waitbench.user_code.kept import changed, keeps, kept
from waitbench.user_code.state import state


class Held:
    """Cannot be pickled or copied, for its lock and its function."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.key = lambda row: -row
        self.rows = [3, 1, 2]


def _queue() -> queue.Queue[int]:
    filled: queue.Queue[int] = queue.Queue()
    filled.put(1)
    return filled


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], object], Callable[[Any], object]]] = {
    "a list": (lambda: [3, 1, 2], list.sort, sorted),
    "rows in a dict": (lambda: {"rows": [3, 1]}, lambda bag: bag["rows"].sort(), len),
    "a deque": (lambda: collections.deque([1, 2]), collections.deque.popleft, len),
    "a large array": (lambda: np.array([3.0, 1] * 50_000), lambda rows: rows.sort(), np.sort),
    "a frame": (
        lambda: pd.DataFrame({"a": [2, 1]}),
        lambda frame: frame.pop("a"),
        lambda frame: frame.sort_values("a"),
    ),
    "an object with a lock": (
        Held,
        lambda held: held.rows.sort(),
        lambda held: held.lock.acquire() and held.lock.release(),
    ),
    "a queue": (_queue, queue.Queue.get, queue.Queue.qsize),
    "a file": (lambda: io.StringIO("a\nb"), io.StringIO.readline, io.StringIO.getvalue),
    "an iterator": (lambda: iter([1, 2]), next, bool),
    "a generator": (lambda: (number for number in (1, 2)), next, bool),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_seen_and_looking_is_none(kind: str) -> None:
    make, change, leave = CHANGES[kind]
    thing = make()
    before = state(thing)
    assert before is not None
    leave(thing)
    assert state(thing) == before
    change(thing)
    assert state(thing) != before


def test_of_what_is_too_large_nothing_is_known() -> None:
    assert state(bytes(100_000_000)) is None


KNOWN: dict[int, list[int]] = {}
ROWS = [3, 1, 2]
TABLE: list[int] | None = None


def by_hand(number: int) -> list[int]:
    if number not in KNOWN:
        KNOWN[number] = [number]
    return KNOWN[number]


def calls_it(number: int) -> list[int]:
    return by_hand(number)


def table() -> list[int]:
    global TABLE  # noqa: PLW0603 - what is under test
    if TABLE is None:
        TABLE = [1, 2, 3]
    return TABLE


def sorts() -> int:
    ROWS.sort()
    return ROWS[0]


def memoised(function: Callable[[int], list[int]]) -> Callable[[int], list[int]]:
    answers: dict[int, list[int]] = {}

    @functools.wraps(function)
    def inner(number: int) -> list[int]:
        if number not in answers:
            answers[number] = function(number)
        return answers[number]

    return inner


@memoised
def decorated(number: int) -> list[int]:
    return [number]


def attribute(number: int) -> list[int]:
    answers = vars(attribute).setdefault("answers", {})
    return answers.setdefault(number, [number])  # type: ignore[no-any-return]


class Asked:
    def __init__(self) -> None:
        self.answers: dict[int, list[int]] = {}

    def __call__(self, number: int) -> list[int]:
        return self.answers.setdefault(number, [number])


class Page:
    @functools.cached_property
    def tree(self) -> list[int]:
        return [1]

    def read(self) -> list[int]:
        return self.tree


def fresh(number: int) -> list[int]:
    return [*ROWS, number]


@pytest.mark.parametrize(
    ("function", "given", "name"),
    [
        (by_hand, (1,), "KNOWN"),
        (calls_it, (2,), "KNOWN"),
        (table, (), "TABLE"),
        (decorated, (3,), "answers"),
        (attribute, (4,), "attributes of attribute"),
        (Asked(), (5,), "its Asked"),
        (Page().read, (), "its Page"),
    ],
)
def test_a_function_that_keeps_what_it_gives_back_is_known_by_that(
    function: Callable[..., Any], given: tuple[int, ...], name: str
) -> None:
    before = kept(function)
    result = function(*given)
    assert changed(before, kept(function)) == [name]
    assert keeps(function, result)


@pytest.mark.parametrize(("function", "given"), [(fresh, (1,)), (len, ("text",)), (sorts, ())])
def test_what_gives_back_something_new_each_time_keeps_no_result(
    function: Callable[..., Any], given: tuple[Any, ...]
) -> None:
    assert not keeps(function, function(*given))


def test_what_a_function_uses_up_is_named() -> None:
    ROWS[:] = [3, 1, 2]
    before = kept(sorts)
    sorts()
    assert changed(before, kept(sorts)) == ["ROWS"]
