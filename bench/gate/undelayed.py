"""Rounds in, walls out without the time in which a round stood ready and had no core.

A neighbour on the same core makes a round longer by the time that it runs itself. The kernel counts
that for every thread (the run queue's delay), and where a round has a single thread it can be taken
off: beside two noisy processes on two cores, the 99 % interval of a computing benchmark over 32
pairs of processes went from 13 % to 1 % either way. With several threads their delays overlap, and
the wall stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.timed import standings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.race.record import Row


def blocks(row: Row) -> dict[tuple[int, int], list[float]]:
    """Give walls in nanoseconds by launch and block, of the rounds that are times."""
    walls: dict[tuple[int, int], list[float]] = {}
    for one, standing in zip(row.rounds, standings(row.rounds), strict=True):
        if standing == "timed":
            walls.setdefault((one["launch"], one["block"]), []).append(wall_ns(one))
    return walls


def wall_ns(one: Mapping[str, Any]) -> float:
    """Give the wall of one round without its delay, where that is known and its own."""
    delay_ns = one["delay_ns"] if one["single"] else None
    whole_ns = float(one["wall_ns"])
    # A delay as long as the round is a slip of the counters; nothing can be said with it.
    return whole_ns - delay_ns if delay_ns and delay_ns < whole_ns else whole_ns
