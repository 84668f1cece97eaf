"""When the pieces of a stream are due: drawn by its number, each moment counted from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench_server import draws
from waitbench_server.distributions import Stalled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench_server.distributions import Distribution
    from waitbench_server.stream import Break, Stream


def moments(stream: Stream, broken: Break, start: int, begun_ns: int) -> Iterator[int]:
    """Give the moment of each piece in nanoseconds from the stream's start.

    An error of the clock that rings at one of them can not move the others: all are sums of drawn
    gaps and of nothing that was measured.

    Args:
        stream: how the time to the first piece and the gaps are spread.
        broken: a stall moves all that follows, a burst holds pieces back.
        start: of this stream's own draws.
        begun_ns: when the stream starts, counted from the start of the period, on which
            distributions depend that stand still now and then.
    """
    at_ns = 0
    held = 0  # pieces that a burst has held back so far
    for piece in range(stream.count):
        spread = stream.gap if piece else stream.first
        at_ns += _drawn_ns(spread, draws.uniform(start, piece), begun_ns + at_ns)
        if broken.kind == "stall" and piece == broken.at:
            at_ns += broken.for_ns
        if broken.kind == "burst" and broken.at <= piece < broken.last:
            held += 1
            continue
        for _ in range(held + 1):
            yield at_ns
        held = 0
    for _ in range(held):  # a burst that the stream ends before
        yield at_ns


def _drawn_ns(spread: Distribution, u: float, begun_ns: int) -> int:
    drawn_ns = spread.quantile_ns(u)
    if isinstance(spread, Stalled):
        drawn_ns += spread.stall_ns(begun_ns, drawn_ns)
    return drawn_ns
