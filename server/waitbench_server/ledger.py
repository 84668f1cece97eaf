"""What the workers count, in memory they share: each writes its own cells, any of them adds up.

Counters only ever grow, so that nobody has to stop a writer: a period is the difference between
two copies. Highest values can not be subtracted; each worker starts its own anew when it sees
that a new period has begun.
"""

from __future__ import annotations

import mmap
from contextlib import nullcontext
from itertools import pairwise
from multiprocessing import get_context
from time import monotonic_ns, process_time_ns
from typing import TYPE_CHECKING, Final

from waitbench_server.histogram import SIZE, bucket
from waitbench_server.outcomes import LOST
from waitbench_server.stream import BREAKS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CELL_BYTES: Final = 8
_LABEL_BYTES: Final = 512
_STRETCH: Final = 256
"""Cells that are looked at together for any that changed."""
_WAYS: Final = {kind: number for number, kind in enumerate(BREAKS)}

# Cells of one worker: counters first, which grow; then states and highest values of the period.
REQUESTS, ASKED_SUM, ERROR_SUM, OPENED, GC_COUNT, GC_PAUSE, CPU, FOREIGN, TURNED_AWAY, SLOW = range(
    10
)
STREAMS, STREAMS_WHOLE, STREAMS_LOST, PIECE_ERROR_SUM, UNREAD = range(10, 15)
OUTCOMES: Final = (
    16  # status 200 is counted in cell OUTCOMES + 200, see waitbench_server.faults for below 100
)
LATE: Final = OUTCOMES + 600
EARLY: Final = LATE + SIZE
ASKED: Final = EARLY + SIZE
QUEUE: Final = ASKED + SIZE
LAG: Final = QUEUE + SIZE
PIECE_LATE: Final = LAG + SIZE
PIECE_EARLY: Final = PIECE_LATE + SIZE
BROKEN: Final = PIECE_EARLY + SIZE  # a cell for each way in which a stream goes wrong
GROWING: Final = BROKEN + len(BREAKS)
EPOCH, IN_FLIGHT, IN_FLIGHT_MAX, CONNECTIONS, CONNECTIONS_MAX, GC_PAUSE_MAX = range(
    GROWING, GROWING + 6
)
CELLS: Final = GROWING + 8
AREAS: Final = (
    REQUESTS, OUTCOMES, LATE, EARLY, ASKED, QUEUE, LAG, PIECE_LATE, PIECE_EARLY, BROKEN, GROWING
)  # fmt: skip
"""Where the counters begin, what is counted by outcome, each histogram, and the states."""

Totals = dict[int, dict[int, int]]
"""One worker's cells that are not 0, by the area that they are in and their place in it."""


class Book:
    """The shared pages: made before the workers are forked, read and written by all of them."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        pages = mmap.mmap(-1, _CELL_BYTES * (2 + 2 * workers * CELLS) + _LABEL_BYTES)
        cut = len(pages) - _LABEL_BYTES
        cells = memoryview(pages)[:cut].cast("q")
        self._label = memoryview(pages)[cut:]
        self.period = cells[:2]
        """Number of the period, and when it began in monotonic nanoseconds."""
        columns = [cells[2 + n * CELLS :][:CELLS] for n in range(2 * workers)]
        self._cells = columns[:workers]
        self._now = [column.cast("B") for column in columns[:workers]]
        self._before = [column.cast("B") for column in columns[workers:]]
        # Alone it needs none; for several the system keeps one in its /dev/shm, which may be full.
        self._lock = get_context("fork").Lock() if workers > 1 else nullcontext()
        self.begin("")

    def cells(self, worker: int) -> memoryview[int]:
        """Return the cells that this worker alone writes."""
        return self._cells[worker]

    @property
    def label(self) -> str:
        """What the present period was called."""
        return bytes(self._label).rstrip(b"\0").decode(errors="replace")

    def totals(self) -> list[Totals]:
        """Return each worker's cells, the growing ones counted from the period's start."""
        return [_difference(*pair) for pair in zip(self._now, self._before, strict=True)]

    def begin(self, label: str) -> list[Totals]:
        """Begin a period; return the totals of the one that ends."""
        with self._lock:
            ended = [
                _difference(*pair, turn=True) for pair in zip(self._now, self._before, strict=True)
            ]
            self._label[:] = label.encode()[:_LABEL_BYTES].ljust(_LABEL_BYTES, b"\0")
            self.period[1] = monotonic_ns()
            self.period[0] += 1
        return ended


def _difference(now: memoryview[int], before: memoryview[int], *, turn: bool = False) -> Totals:
    """Subtract the growing cells, of which hardly any change in a short period.

    Args:
        now: a worker's cells, byte by byte.
        before: those that the period began with.
        turn: whether the next period begins with these.
    """
    totals: Totals = {area: {} for area in AREAS}
    for start, end in pairwise(AREAS):
        for first in range(start, end, _STRETCH):
            stretch = slice(_CELL_BYTES * first, _CELL_BYTES * min(first + _STRETCH, end))
            # One copy serves as this period's end and the next one's start: nothing falls between.
            present, past = bytes(now[stretch]), bytes(before[stretch])
            if present != past:
                cells = zip(memoryview(present).cast("q"), memoryview(past).cast("q"), strict=True)
                totals[start] |= {
                    place: count - counted
                    for place, (count, counted) in enumerate(cells, first - start)
                    if count != counted
                }
                if turn:
                    before[stretch] = present
    states = memoryview(bytes(now[_CELL_BYTES * GROWING :])).cast("q")
    totals[GROWING] = dict(enumerate(states))
    return totals


class Ledger:
    """One worker's own columns in the book, written on every request: short and without checks."""

    def __init__(self, book: Book, worker: int) -> None:
        self.book = book
        self.worker = worker
        self.draw = 0
        """How many draws this worker has made in this period."""
        self._period = book.period
        self._cells = book.cells(worker)

    @property
    def begun_ns(self) -> int:
        """When the present period began, in monotonic nanoseconds."""
        return self._period[1]

    @property
    def in_flight(self) -> int:
        """How many requests this worker has in service or queued."""
        return self._cells[IN_FLIGHT]

    @property
    def connections(self) -> int:
        """How many connections this worker has."""
        return self._cells[CONNECTIONS]

    @property
    def requests(self) -> int:
        """How many requests this worker has seen since it started."""
        return self._cells[REQUESTS]

    def turn(self) -> None:
        """Start the highest values anew if a period has begun since."""
        cells = self._cells
        if cells[EPOCH] != self._period[0]:
            cells[IN_FLIGHT_MAX] = cells[IN_FLIGHT]
            cells[CONNECTIONS_MAX] = cells[CONNECTIONS]
            cells[GC_PAUSE_MAX] = 0
            cells[EPOCH] = self._period[0]
            self.draw = 0

    def arrive(self) -> None:
        """Count a request in."""
        cells = self._cells
        if cells[EPOCH] != self._period[0]:
            self.turn()
        cells[REQUESTS] += 1
        present = cells[IN_FLIGHT] + 1
        cells[IN_FLIGHT] = present
        cells[IN_FLIGHT_MAX] = max(cells[IN_FLIGHT_MAX], present)

    def leave(self) -> None:
        """Count a request out, however it ended."""
        self._cells[IN_FLIGHT] -= 1

    def lost(self) -> None:
        """Count a request out whose client went away before the answer."""
        self.outcome(LOST)
        self.leave()

    def outcome(self, outcome: int) -> None:
        """Count how a request ended: a status, or one of the faults below 100."""
        self._cells[OUTCOMES + outcome] += 1

    def answered(self, outcome: int, asked_ns: int, error_ns: int, queue_ns: int) -> None:
        """Count an answer that kept the client waiting as it was asked to."""
        cells = self._cells
        cells[OUTCOMES + outcome] += 1
        cells[ASKED_SUM] += asked_ns
        cells[ERROR_SUM] += error_ns
        cells[ASKED + bucket(asked_ns)] += 1
        if error_ns < 0:
            cells[EARLY + bucket(-error_ns)] += 1
        else:
            cells[LATE + bucket(error_ns)] += 1
        cells[QUEUE + (queue_ns and bucket(queue_ns))] += 1

    def answered_at_once(self, outcome: int, error_ns: int) -> None:
        """Count a request in and out again that asked for no delay and did not queue."""
        cells = self._cells
        if cells[EPOCH] != self._period[0]:
            self.turn()
        cells[REQUESTS] += 1
        present = cells[IN_FLIGHT] + 1
        cells[IN_FLIGHT_MAX] = max(cells[IN_FLIGHT_MAX], present)
        cells[OUTCOMES + outcome] += 1
        cells[ERROR_SUM] += error_ns
        cells[ASKED] += 1
        cells[LATE + bucket(error_ns)] += 1
        cells[QUEUE] += 1

    def stream(self, kind: str) -> None:
        """Count a stream that begins, and what will go wrong in it."""
        self._cells[STREAMS] += 1
        self._cells[BROKEN + _WAYS[kind]] += 1

    def stream_end(self, *, whole: bool) -> None:
        """Count a stream that was sent to its end, or whose client went away."""
        self._cells[STREAMS_WHOLE if whole else STREAMS_LOST] += 1

    def piece(self, error_ns: int) -> None:
        """Count a piece of a stream, and how late it was."""
        cells = self._cells
        cells[PIECE_ERROR_SUM] += error_ns
        if error_ns < 0:
            cells[PIECE_EARLY + bucket(-error_ns)] += 1
        else:
            cells[PIECE_LATE + bucket(error_ns)] += 1

    def unread(self) -> None:
        """Count a piece that waited for a client which did not read."""
        self._cells[UNREAD] += 1

    def connected(self) -> None:
        """Count a connection in."""
        self.turn()
        cells = self._cells
        cells[OPENED] += 1
        cells[CONNECTIONS] += 1
        cells[CONNECTIONS_MAX] = max(cells[CONNECTIONS_MAX], cells[CONNECTIONS])

    def disconnected(self) -> None:
        """Count a connection out."""
        self._cells[CONNECTIONS] -= 1

    def refused(self) -> None:
        """Count a request of somebody who may not ask here."""
        self._cells[FOREIGN] += 1

    def turned_away(self) -> None:
        """Count a connection that was closed because there are too many."""
        self._cells[TURNED_AWAY] += 1

    def too_slow(self) -> None:
        """Count a connection that was closed because a request's head took too long to come."""
        self._cells[SLOW] += 1

    def lagged(self, lag_ns: int) -> None:
        """Count how late the loop came to a chore, and note the CPU time used so far."""
        self._cells[LAG + bucket(lag_ns)] += 1
        self._cells[CPU] = process_time_ns()

    def collected(self, pause_ns: int) -> None:
        """Count a pause of the garbage collector."""
        self.turn()
        cells = self._cells
        cells[GC_COUNT] += 1
        cells[GC_PAUSE] += pause_ns
        cells[GC_PAUSE_MAX] = max(cells[GC_PAUSE_MAX], pause_ns)

    def note_cpu(self) -> None:
        """Note the CPU time used so far."""
        self._cells[CPU] = process_time_ns()


def added(columns: Sequence[Totals], area: int) -> dict[int, int]:
    """Add up an area over all workers; one alone is the sum."""
    first, *others = (column[area] for column in columns)
    total = dict(first)
    for column in others:
        for place, count in column.items():
            total[place] = total.get(place, 0) + count
    return total
