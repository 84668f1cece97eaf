"""What calls are given and give back: in which order, how heavy, used up, not gone through."""

from __future__ import annotations

import asyncio
import copy
import inspect
import io
import pickle
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import _AsyncGeneratorContextManager, _GeneratorContextManager
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

GOLDEN = 0.6180339887498949
"""Steps of this share of a circle fall evenly, and in step with no period of the user's list."""
LOOKED_INTO = 3
"""So many elements of a list are looked at: what they hold is the same in all, or nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What it takes to hand an argument to another process.

    Attributes:
        size_bytes: pickled; 0 where it cannot be.
        pack_ns: to pickle it, in the process that hands it over.
        unpack_ns: to make it again, in the one that takes it.
        refused: why it cannot be pickled; None if it can.
    """

    size_bytes: int = 0
    pack_ns: int = 0
    unpack_ns: int = 0
    refused: str | None = None


def fair_order(many: int) -> list[int]:
    """Return all numbers below `many` so that the first few of them lie all over the list.

    A round of fewer calls than there are items is then a fair draw, of a sorted list as well.
    """
    turns = sorted(range(many), key=lambda number: number * GOLDEN % 1)
    order = [0] * many
    for rank, number in enumerate(turns):
        order[number] = rank
    return order


def weigh(argument: Any) -> Weight:
    """Pickle an argument and make it again, with the clock beside."""
    start_ns = perf_counter_ns()
    try:
        packed = pickle.dumps(argument)
        packed_ns = perf_counter_ns()
        pickle.loads(packed)  # noqa: S301 - we packed it ourselves two lines above
    except Exception as refused:  # noqa: BLE001 - objects refuse in every way
        return Weight(refused=f"{type(refused).__name__}: {refused}")
    return Weight(
        size_bytes=len(packed),
        pack_ns=packed_ns - start_ns,
        unpack_ns=perf_counter_ns() - packed_ns,
    )


def state(argument: Any) -> bytes | None:
    """Return what tells whether a call changed its argument; None where nothing tells."""
    try:
        return pickle.dumps(argument)
    except Exception:  # noqa: BLE001 - objects refuse in every way
        return None


def copied(arguments: Any) -> Any:
    """Return a copy of its own for one call; the same where it cannot be copied."""
    try:
        return copy.deepcopy(arguments)
    except Exception:  # noqa: BLE001 - objects refuse in every way
        return arguments


def spent_by_one_call(argument: Any) -> str:
    """Return what kind of iterator an argument is, which one call uses up; empty if it is none."""
    if not isinstance(argument, Iterator):
        return ""
    return "a generator" if inspect.isgenerator(argument) else f"an iterator ({_named(argument)})"


def unconsumed(result: Any) -> str:
    """Return what a call gave back of which nothing, or not all, has run yet; empty if all has."""
    what = ""
    if inspect.isgenerator(result):
        what = "a generator"
    elif inspect.isasyncgen(result):
        what = "an async generator"
    elif isinstance(result, _GeneratorContextManager | _AsyncGeneratorContextManager):
        what = "a context manager that was not entered"
    elif isinstance(result, Future | asyncio.Future):
        what = "" if result.done() else f"a future that is not done ({_named(result)})"
    elif inspect.isawaitable(result):
        what = f"an awaitable ({_named(result)})"
    elif isinstance(result, Iterator) and not isinstance(result, io.IOBase):
        what = f"an iterator ({_named(result)})"
    elif isinstance(result, list | tuple):
        inside = {unconsumed(each) for each in result[:LOOKED_INTO]}
        if len(inside) == 1 and (each := inside.pop()):
            what = f"a {_named(result)} of which each is {each}"
    return what


def _named(thing: Any) -> str:
    return type(thing).__name__
