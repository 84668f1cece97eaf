"""Streams of the target, read by a client that does nothing with them; how late one piece was."""

from __future__ import annotations

import json
import selectors
import socket
from statistics import median
from time import monotonic
from urllib.parse import urlencode, urlsplit

from waitbench.scenario import BenchError

PATIENCE_S = 30.0
LAST_EVENT = b"event: end\n"
KEPT_BYTES = 512
DRIFT_PIECES, DRIFT_GAP_US = 10_000, 200
_THOUSAND = 1_000


def read_all(url: str, streams: int, gap_ms: int, count: int) -> int:
    """Read so many streams at once, each of `count` pieces; return how many were not whole.

    They begin together, each within one gap of its own, so that pieces come at random moments.
    """
    stream = f"tokens(first=uniform({gap_ms}ms,{2 * gap_ms}ms),gap={gap_ms}ms,count={count})"
    whole = 0
    with selectors.DefaultSelector() as selector:
        ends: dict[socket.socket, bytes] = {}
        try:
            for number in range(streams):
                sock = _asked(url, stream, number)
                sock.setblocking(False)  # noqa: FBT003 - its only argument
                selector.register(sock, selectors.EVENT_READ, sock)
                ends[sock] = b""
            until = monotonic() + gap_ms * (count + 2) / 1000 + PATIENCE_S
            while ends and monotonic() < until:
                for key, _ in selector.select(1.0):
                    sock = key.data
                    received = sock.recv(65_536)
                    if received:
                        ends[sock] = (ends[sock] + received)[-KEPT_BYTES:]
                        continue
                    whole += LAST_EVENT in ends.pop(sock)
                    selector.unregister(sock)
                    sock.close()
        finally:
            for sock in ends:
                sock.close()
    return streams - whole


def drift_ns(url: str) -> tuple[int, int]:
    """Read one stream of 10,000 pieces; return how late its first and its last thousand were.

    Both are medians: an error that added up from piece to piece would part them.

    Raises:
        BenchError: the stream did not come to its end.
    """
    stream = f"tokens(first=1ms,gap={DRIFT_GAP_US}us,count={DRIFT_PIECES})"
    with _asked(url, stream, 0) as sock:
        sock.settimeout(PATIENCE_S)
        came = bytearray()
        while received := sock.recv(65_536):
            came += received
    events = bytes(came).split(b"event: sent\ndata: ")[1:]
    late_ns = [ns for event in events for ns in json.loads(event.split(b"\n")[0])["late_ns"]]
    if len(late_ns) != DRIFT_PIECES:
        raise BenchError(f"a stream of {DRIFT_PIECES} pieces told of {len(late_ns)}")
    return round(median(late_ns[:_THOUSAND])), round(median(late_ns[-_THOUSAND:]))


def _asked(url: str, stream: str, number: int) -> socket.socket:
    split = urlsplit(url)
    query = urlencode({"stream": stream, "format": "sse", "framing": "close", "draw": number})
    sock = socket.create_connection((split.hostname or "127.0.0.1", split.port or 80))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(f"GET /?{query} HTTP/1.1\r\nHost: {split.netloc}\r\n\r\n".encode())
    return sock
