"""The statistics of a period as JSON members: from the workers' cells to quantiles and counts."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from waitbench_server import ledger as cell
from waitbench_server.histogram import bounds, quantiles
from waitbench_server.ledger import Book, Totals, added
from waitbench_server.outcomes import outcome_name
from waitbench_server.stream import BREAKS

if TYPE_CHECKING:
    from waitbench_server.histogram import Counts

Member = dict[str, object]


def summary(label: str, columns: list[Totals], *, begun_ns: int, epoch: int, timer: str) -> Member:
    """Return the statistics of one period.

    Args:
        label: what the period was called.
        columns: each worker's cells, as `Book.totals` gives them.
        begun_ns: when the period began.
        epoch: its number; highest values of a worker that has not seen it do not count.
        timer: name of the timer in use.
    """

    def total(index: int) -> int:
        return sum(_cell(column, index) for column in columns)

    def highest(index: int, present: int | None = None) -> int:
        # A sum of the workers' highest: exact for one worker, an upper bound for several.
        return sum(
            _cell(column, index)
            if _cell(column, cell.EPOCH) == epoch
            else _cell(column, present)
            if present
            else 0
            for column in columns
        )

    outcomes, broken = added(columns, cell.OUTCOMES), added(columns, cell.BROKEN)
    late, early = added(columns, cell.LATE), added(columns, cell.EARLY)
    asked, queue = added(columns, cell.ASKED), added(columns, cell.QUEUE)
    piece_late, piece_early = added(columns, cell.PIECE_LATE), added(columns, cell.PIECE_EARLY)
    ways = ((kind, broken.get(way, 0)) for way, kind in enumerate(BREAKS))
    pauses = [_cell(c, cell.GC_PAUSE_MAX) for c in columns if _cell(c, cell.EPOCH) == epoch]
    return {
        "label": label,
        "workers": len(columns),
        "wall_ns": monotonic_ns() - begun_ns,
        "requests": total(cell.REQUESTS),
        "responses": {outcome_name(n): outcomes[n] for n in sorted(outcomes)},
        "injection_error_ns": error_member(late, early, total(cell.ERROR_SUM)),
        "asked_ns": _asked(asked, total(cell.ASKED_SUM)),
        "queue_ns": _named(queue, {"p50": 0.5, "p99": 0.99, "max": 1}),
        "streams": {
            "begun": total(cell.STREAMS),
            "whole": total(cell.STREAMS_WHOLE),
            "lost": total(cell.STREAMS_LOST),
            "broken": {kind: count for kind, count in ways if count and kind != "none"},
            "unread": total(cell.UNREAD),
            "piece_error_ns": error_member(piece_late, piece_early, total(cell.PIECE_ERROR_SUM)),
        },
        "in_flight": {
            "now": total(cell.IN_FLIGHT),
            "max": highest(cell.IN_FLIGHT_MAX, cell.IN_FLIGHT),
        },
        "connections": {
            "now": total(cell.CONNECTIONS),
            "max": highest(cell.CONNECTIONS_MAX, cell.CONNECTIONS),
            "opened": total(cell.OPENED),
            "refused": total(cell.TURNED_AWAY),
            "slow": total(cell.SLOW),
        },
        "foreign": total(cell.FOREIGN),
        "cpu_ns": total(cell.CPU),
        "loop_lag_ns": _named(added(columns, cell.LAG), {"p50": 0.5, "p99": 0.99, "max": 1}),
        "gc": {
            "collections": total(cell.GC_COUNT),
            "pause_ns": total(cell.GC_PAUSE),
            "pause_max_ns": max(pauses, default=0),
        },
        "histogram": {
            "unit": "ns",
            "injection_error": buckets(late, early),
            "piece_error": buckets(piece_late, piece_early),
        },
        "timer": timer,
    }


def current(book: Book, timer: str) -> Member:
    """Return the statistics of the period that runs."""
    epoch, begun_ns = book.period
    return summary(book.label, book.totals(), begun_ns=begun_ns, epoch=epoch, timer=timer)


def end(book: Book, timer: str, next_label: str) -> Member:
    """Begin a new period; return the statistics of the one that ended."""
    (epoch, begun_ns), label = book.period, book.label
    columns = book.begin(next_label)
    return summary(label, columns, begun_ns=begun_ns, epoch=epoch, timer=timer)


def _cell(column: Totals, index: int) -> int:
    """Return a counter, or one of the states, which stand in an area of their own."""
    area = cell.GROWING if index >= cell.GROWING else cell.REQUESTS
    return column[area].get(index - area, 0)


def _mean(total: int, count: int) -> int:
    return round(total / count) if count else 0


def _named(counts: Counts, shares: dict[str, float]) -> Member:
    return dict(zip(shares, quantiles(counts, list(shares.values())), strict=True))


def _asked(counts: Counts, total: int) -> Member:
    """Summarise the delays asked for; exact where all were the same."""
    mean = _mean(total, sum(counts.values()))
    if len(counts) == 1:
        return {"p50": mean, "p99": mean, "mean": mean}
    return {**_named(counts, {"p50": 0.5, "p99": 0.99}), "mean": mean}


def error_member(late: Counts, early: Counts, total: int) -> Member:
    """Return quantiles and mean of errors that were counted by bucket, and how many were early."""
    names = ("min", "p50", "p90", "p99", "max")
    values = quantiles(late, (0, 0.5, 0.9, 0.99, 1), early)
    too_early = sum(early.values())
    count = sum(late.values()) + too_early
    return {
        "count": count,
        **dict(zip(names, values, strict=True)),
        "mean": _mean(total, count),
        "early": too_early,
    }


def buckets(late: Counts, early: Counts) -> list[list[int]]:
    """List the buckets that hold something as [lowest, highest, count], ascending."""
    below = [(*bounds(index), early[index]) for index in sorted(early, reverse=True)]
    above = [[*bounds(index), late[index]] for index in sorted(late)]
    return [*([-high, -low, count] for low, high, count in below), *above]
