"""A look-up of a line deep in a long function is cheap once a moment of its thread was traced."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from waitbench.doctor.line_tables import KEPT, MOST, LineTables
from waitbench.doctor.watch import watching

if TYPE_CHECKING:
    from collections.abc import Callable

kept = pytest.mark.skipif(not KEPT, reason="this Python unpacks no tables of lines")


def long_function() -> Callable[..., Any]:
    """Return a function of 600 lines whose last makes a coroutine."""
    body = "".join(f"        y{number} = [go, {number}]\n" for number in range(600))
    made: dict[str, Any] = {}
    source = f"async def nothing(): pass\ndef long(go):\n    if go:\n{body}    return nothing()\n"
    exec(source, made)
    long: Callable[..., Any] = made["long"]
    return long


def making_ns(long: Callable[..., Any]) -> int:
    """Return the least time of a call with its origin kept."""
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(2)
    taken = []
    for _ in range(200):
        began_ns = time.perf_counter_ns()
        long(go=False).close()
        taken.append(time.perf_counter_ns() - began_ns)
    sys.set_coroutine_origin_tracking_depth(depth)
    return min(taken)


@kept
def test_a_traced_moment_makes_origins_cheap() -> None:
    long, tables = long_function(), LineTables()
    before_ns = making_ns(long)
    tables.unpack()
    long(go=False).close()
    tables.stop()
    assert making_ns(long) < before_ns / 2


@kept
def test_a_moment_is_so_many_events_and_no_more() -> None:
    def nothing() -> None:
        pass

    tables = LineTables()
    tables.unpack()
    for _ in range(MOST // 4):  # a call, a line and a return each are events
        nothing()
    under_way = sys.gettrace() is not None
    for _ in range(MOST):
        nothing()
    assert under_way
    assert sys.gettrace() is None


@kept
def test_a_tracer_of_the_program_keeps_its_place() -> None:
    def others(*_: object) -> None:
        return None

    tables = LineTables()
    sys.settrace(others)
    tables.unpack()
    tables.stop()
    tracer = sys.gettrace()
    sys.settrace(None)
    assert tracer is others


def test_nothing_is_traced_when_a_watched_loop_has_ended() -> None:
    async def main() -> None:
        for _ in range(30):
            await asyncio.sleep(0.005)

    with watching():
        asyncio.run(main())
        assert sys.gettrace() is None
