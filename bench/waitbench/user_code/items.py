"""What calls are given: in which order, how heavy, used up by one call."""

from __future__ import annotations

import copy
import inspect
import io
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from time import thread_time_ns
from typing import Any

GOLDEN = 0.6180339887498949
"""Steps of this share of a circle fall evenly, and in step with no period of the user's list."""
WEIGHED, LONG_NS = 3, 20_000_000
"""So often a thing is weighed, for the first time is longer; a heavy one once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What it takes to hand an argument or a result to another process.

    Attributes:
        size_bytes: pickled; 0 where it cannot be.
        pack_ns: CPU to pickle it, in the process that hands it over.
        unpack_ns: to make it again, in the one that takes it.
        refused: why it cannot be pickled; None if it can.
    """

    size_bytes: int = 0
    pack_ns: int = 0
    unpack_ns: int = 0
    refused: str | None = None

    @property
    def handed_ns(self) -> int:
        """Both together."""
        return self.pack_ns + self.unpack_ns


def fair_order(many: int) -> list[int]:
    """Return all numbers below `many` so that the first few of them lie all over the list.

    A round of fewer calls than there are items is then a fair draw, of a sorted list as well.
    """
    turns = sorted(range(many), key=lambda number: number * GOLDEN % 1)
    order = [0] * many
    for rank, number in enumerate(turns):
        order[number] = rank
    return order


def weigh(thing: Any) -> Weight:
    """Pickle a thing and make it again, and count the CPU; the quickest of a few times."""
    best = Weight()
    for _ in range(WEIGHED):
        start_ns = thread_time_ns()
        try:
            packed = pickle.dumps(thing)
            packed_ns = thread_time_ns()
            pickle.loads(packed)  # noqa: S301 - we packed it ourselves two lines above
        except Exception as refused:  # noqa: BLE001 - objects refuse in every way
            return Weight(refused=f"{type(refused).__name__}: {refused}")
        weight = Weight(
            size_bytes=len(packed),
            pack_ns=packed_ns - start_ns,
            unpack_ns=thread_time_ns() - packed_ns,
        )
        if not best.size_bytes or weight.handed_ns < best.handed_ns:
            best = weight
        if weight.handed_ns > LONG_NS:
            break
    return best


def copied(arguments: Any) -> Any:
    """Return a copy of its own for one call; the same where it cannot be copied."""
    try:
        return copy.deepcopy(arguments)
    except Exception:  # noqa: BLE001 - objects refuse in every way
        return arguments


def spent_by_one_call(argument: Any) -> str:
    """Return what kind of iterator an argument is, which one call uses up; empty if it is none.

    A file in memory is none: of it each call gets a copy.
    """
    if not isinstance(argument, Iterator) or isinstance(argument, io.StringIO | io.BytesIO):
        return ""
    if isinstance(argument, io.IOBase):
        return f"an open file ({_named(argument)})"
    return "a generator" if inspect.isgenerator(argument) else f"an iterator ({_named(argument)})"


def _named(thing: Any) -> str:
    return type(thing).__name__
