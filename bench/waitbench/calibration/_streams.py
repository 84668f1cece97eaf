"""Streams of the target, read by a client that does nothing with them; how late one piece was."""

from __future__ import annotations

import json
import selectors
import socket
from collections import Counter
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN_S, BETWEEN_S = 0.5, 0.1
"""So long it takes until all are under way; so much longer the first of them goes on."""
PATIENCE_S = 30.0
LAST_EVENT = b"event: end\n"
KEPT_BYTES = 512
DRIFT_PIECES, DRIFT_GAP_US = 10_000, 200
_THOUSAND = 1_000


def read_all(
    url: str, streams: int, gap_ms: int, pieces: int, turn: Callable[[], Counter[int]]
) -> tuple[Counter[int], int]:
    """Read so many streams at once, begun one after the other over half a second.

    Args:
        url: of the target.
        streams: how many.
        gap_ms: between two pieces of each.
        pieces: how many come of each while all are under way.
        turn: begins a period of the target's statistics; returns the errors of the one that ends.

    Returns:
        The errors from the last one's begin to the first one's end, and how many were not whole.
    """
    count = pieces + round((BEGIN_S + BETWEEN_S) * 1000 / gap_ms)
    stream = f"tokens(first=uniform({gap_ms}ms,{2 * gap_ms}ms),gap={gap_ms}ms,count={count})"
    errors: Counter[int] | None = None
    whole = 0
    with selectors.DefaultSelector() as selector:
        ends: dict[socket.socket, bytes] = {}
        waiting = [_connected(url) for _ in range(streams)]
        begun = monotonic()
        until = begun + BEGIN_S + gap_ms * (count + 2) / 1000 + PATIENCE_S
        try:
            while (waiting or ends) and monotonic() < until:
                due = begun + BEGIN_S * (streams - len(waiting)) / streams
                if waiting and monotonic() >= due:
                    sock = waiting.pop()
                    _ask(sock, url, stream, len(waiting))
                    selector.register(sock, selectors.EVENT_READ, sock)
                    ends[sock] = b""
                    if not waiting:
                        turn()
                for key, _ in selector.select(max(due - monotonic(), 0) if waiting else 1.0):
                    sock = key.data
                    received = sock.recv(65_536)
                    if received:
                        ends[sock] = (ends[sock] + received)[-KEPT_BYTES:]
                        continue
                    errors = turn() if errors is None else errors
                    whole += LAST_EVENT in ends.pop(sock)
                    selector.unregister(sock)
                    sock.close()
        finally:
            for sock in (*waiting, *ends):
                sock.close()
    return errors or Counter(), streams - whole


def drift_ns(url: str) -> tuple[int, int]:
    """Read one stream of 10,000 pieces; return how late its first and its last thousand were.

    Both are medians: an error that added up from piece to piece would part them.

    Raises:
        BenchError: the stream did not come to its end.
    """
    stream = f"tokens(first=1ms,gap={DRIFT_GAP_US}us,count={DRIFT_PIECES})"
    with _connected(url) as sock:
        sock.settimeout(PATIENCE_S)
        _ask(sock, url, stream, 0)
        came = bytearray()
        while received := sock.recv(65_536):
            came += received
    events = bytes(came).split(b"event: sent\ndata: ")[1:]
    late_ns = [ns for event in events for ns in json.loads(event.split(b"\n")[0])["late_ns"]]
    if len(late_ns) != DRIFT_PIECES:
        raise BenchError(f"a stream of {DRIFT_PIECES} pieces told of {len(late_ns)}")
    return round(median(late_ns[:_THOUSAND])), round(median(late_ns[-_THOUSAND:]))


def _connected(url: str) -> socket.socket:
    split = urlsplit(url)
    sock = socket.create_connection((split.hostname or "127.0.0.1", split.port or 80))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _ask(sock: socket.socket, url: str, stream: str, number: int) -> None:
    query = urlencode({"stream": stream, "format": "sse", "framing": "close", "draw": number})
    sock.sendall(f"GET /?{query} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode())
