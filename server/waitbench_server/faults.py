"""Answers that go wrong on purpose, and those sent slowly: each ends within bounds of its own."""

from __future__ import annotations

import asyncio
import socket
import struct
from time import monotonic_ns
from typing import TYPE_CHECKING, Final

from waitbench_server.outcomes import CLOSE
from waitbench_server.units import S

if TYPE_CHECKING:
    from aiohttp import web

    from waitbench_server.exchange import Exchange

HANG_S: Final = 60.0
"""A request that hangs is dropped after this time."""
_PATIENCE_S: Final = 60.0  # a client that takes none of its answer for so long is dropped
_PIECE_BYTES: Final = 64 * 1024
_PIECES_PER_S: Final = 20


def reset(transport: asyncio.Transport) -> None:
    """End the connection with RST, so that the client sees it reset rather than closed."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def hang() -> None:
    """Wait for as long as a client may be left hanging."""
    await asyncio.sleep(HANG_S)


async def drained(request: web.BaseRequest) -> None:
    """Wait until the client has taken enough of what was sent.

    Raises:
        ConnectionError: it went away, or took nothing for a minute and was dropped.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await request.writer.drain()
    except TimeoutError:
        transport = request.transport
        if transport is not None:
            transport.abort()
        raise ConnectionResetError("the client does not read") from None


async def send_rest(request: web.BaseRequest, exchange: Exchange) -> None:
    """Send the body after its headers: slowly if the plan says so, cut short if it is to fail.

    Raises:
        ConnectionError: the client went away or does not read.
    """
    body, rate = exchange.body, exchange.answer.plan.rate
    fails = exchange.fault == CLOSE
    length = len(body) // 2 if fails else len(body)
    piece = _PIECE_BYTES if rate is None else max(min(rate // _PIECES_PER_S, _PIECE_BYTES), 1)
    begun_ns = monotonic_ns()
    for start in range(0, length, piece):
        if rate is not None:
            due_ns = begun_ns + start * S // rate
            await asyncio.sleep(max(due_ns - monotonic_ns(), 0) / S)
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client went away")
        transport.write(body[start : min(start + piece, length)])
        await drained(request)
    if fails:
        exchange.keep = False
