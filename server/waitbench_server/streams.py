"""What follows the headers of an answer in pieces: its stream, made from the request's number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import hdrs
from aiohttp.http import HttpVersion10

from waitbench_server import draws, schedule
from waitbench_server.completions import Chunks
from waitbench_server.pieces import CHUNKED, SHAPES
from waitbench_server.streaming import Streaming

if TYPE_CHECKING:
    from aiohttp import web

    from waitbench_server.exchange import Exchange
    from waitbench_server.ledger import Ledger
    from waitbench_server.pieces import Shape
    from waitbench_server.timer import Deadlines

_WHOLE: Final = b"Content-Type: application/json\r\nContent-Length: %d\r\n"
_IN_CHUNKS: Final = b"Transfer-Encoding: chunked\r\n"


class Streams:
    """Makes the streams of one worker.

    Args:
        seed: what all draws depend on.
        ledger: where the pieces are counted.
        deadlines: what keeps their moments; None keeps them with the loop's own timer.
    """

    def __init__(self, seed: int, ledger: Ledger, deadlines: Deadlines | None) -> None:
        self._pieces = draws.stream(seed, draws.PIECES)
        self._breaks = draws.stream(seed, draws.BREAKS)
        self._ledger = ledger
        self._deadlines = deadlines

    def follow(self, request: web.BaseRequest, exchange: Exchange, number: int) -> Streaming | None:
        """Announce a stream in the headers, and return it; None where all of it is a body."""
        plan, chat = exchange.answer.plan, exchange.chat
        wanted = plan.stream if chat is None else chat.stream
        if wanted is None:
            return None
        broken = plan.midstream.pick(draws.uniform(self._breaks, number))
        begun_ns = exchange.begun_ns + exchange.asked_ns - self._ledger.begun_ns
        start = draws.stream(self._pieces, number)
        moments = schedule.moments(wanted, broken, start, begun_ns)
        if chat is not None and not chat.streamed:
            *_, last_ns = moments
            exchange.asked_ns += last_ns
            exchange.body = Chunks(chat, number).whole()
            exchange.announce(_WHOLE % len(exchange.body))
            return None
        shape: Shape = (
            SHAPES[plan.format](number, wanted.size) if chat is None else Chunks(chat, number)
        )
        chunked = plan.framing == CHUNKED and request.version != HttpVersion10
        exchange.keep = exchange.keep and chunked
        exchange.announce(shape.content_type + _IN_CHUNKS * chunked)
        if request.method == hdrs.METH_HEAD:
            return None
        exchange.streams = True
        return Streaming(
            request=request,
            exchange=exchange,
            shape=shape,
            number=number,
            count=wanted.count,
            moments=moments,
            broken=broken,
            chunked=chunked,
            deadlines=self._deadlines,
            ledger=self._ledger,
        )
