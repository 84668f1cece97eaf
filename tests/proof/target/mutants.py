"""Requests spoilt in a way that a seed repeats: each a name of what was done, and its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

END: Final = b"\r\n\r\n"
HEADS: Final = (
    b"GET /?latency=1ms&size=10 HTTP/1.1\r\nHost: localhost\r\nAccept: */*",
    b"POST /?size=10 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0",
    b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nConnection: keep-alive",
    b"GET http://localhost/?size=10 HTTP/1.1\r\nHost: localhost",
    b"GET /stats HTTP/1.1\r\nHost: localhost",
    b"GET /plan?latency=5ms:90,20ms:10 HTTP/1.0",
    b"POST /reset?label=mutant HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0",
)
"""What is spoilt: right requests of every kind."""
LINES: Final = (
    *(b"Content-Length: -1", b"Content-Length: 1e3", b"Content-Length: 99999999999999999999999"),
    *(
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 3\r\nTransfer-Encoding: chunked",
    ),
    *(b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip", b"Transfer-Encoding: \0"),
    *(
        b" folded: line",
        b"no colon",
        b": no name",
        b"Name : space",
        b"A\0B: c",
        b"A: b\0c",
        b"A: \xff",
    ),
    *(
        b"Host: a\r\nHost: b",
        b"Host: ",
        b"Host: [::1",
        b"Host: \xc3\xa9",
        b"Host: localhost:99999999",
    ),
    *(b"Expect: 100-continue", b"Expect: \xff", b"Upgrade: websocket\r\nConnection: Upgrade"),
    *(b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings", b"Connection: close, keep-alive"),
    *(b"Content-Encoding: gzip\r\nContent-Length: 3", b"Origin: \xff", b"Sec-Fetch-Site: \x1b[2J"),
    *(b"A: b\nC: d", b"A: b\rC: d", b"\r\n", b"A: " + b"x" * 9_000, b"B" * 9_000 + b": x"),
    b"\r\n".join(b"N%d: x" % number for number in range(300)),
)
"""Headers that are wrong, or that nobody expects."""
STARTS: Final = (
    *(
        b"GET  / HTTP/1.1",
        b"GET / HTTP/9.9",
        b"GET / HTTP/1.10",
        b"GET / http/1.1",
        b"GET /",
        b"GET",
    ),
    *(b"G\0T / HTTP/1.1", b"\xff\xfe / HTTP/1.1", b"get / HTTP/1.1", b"A" * 9_000 + b" / HTTP/1.1"),
    *(
        b"GET * HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"CONNECT localhost:80 HTTP/1.1",
        b"TRACE / HTTP/1.1",
    ),
    *(
        b"GET http:// HTTP/1.1",
        b"GET http:///x HTTP/1.1",
        b"GET http://[ HTTP/1.1",
        b"GET ? HTTP/1.1",
    ),
    *(b"GET //x HTTP/1.1", b"GET /../../etc/passwd HTTP/1.1", b"GET /%00%ff HTTP/1.1"),
    *(b"GET /" + b"x" * 9_000 + b" HTTP/1.1", b"GET /?" + b"&" * 9_000 + b" HTTP/1.1"),
    *(b"PRI * HTTP/2.0\r\n\r\nSM", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(64)),
    *(
        b"GET /\xc3\xa9?\xff=\xfe HTTP/1.1",
        b"GET /#x HTTP/1.1",
        b"GET /?draw=" + b"9" * 30 + b" HTTP/1.1",
    ),
)
"""Lines that no request should begin with."""
BODIES: Final = (
    *(
        b"Z\r\nabc\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"ffffffffffffffffff\r\nx",
        b"3\r\nabcd\r\n0\r\n\r\n",
    ),
    *(
        b"3;x=" + b"y" * 9_000 + b"\r\nabc\r\n0\r\n\r\n",
        b"0\r\nA: b\r\n\0\r\n\r\n",
        b"\r\n0\r\n\r\n",
        b"",
    ),
)
"""Bodies in chunks that are none."""
NAMES: Final = (b"latency", b"size", b"rate", b"cpu", b"draw", b"encoding", b"keepalive", b"x", b"")
VALUES: Final = (
    *(
        b"",
        b"-1",
        b"1e9",
        b"NaN",
        b"5ms",
        b"0",
        b"99999999999999999999",
        b"1ms,frozen 1ms every 2ms",
    ),
    *(b"lognormal(p50=1ms,p99=2ms)", b"uniform(2ms,1ms)", b"1ms:0", b"(((((", b"file:/etc/passwd"),
    *(b"\xff", b"\0", b"%", b"%zz", b"1ms:1," * 500, b"1" * 4_000, b"gzip", b"br", b"1k"),
)


class Mutant(NamedTuple):
    """A spoilt request."""

    name: str
    sent: bytes


def mutant(rng: Random) -> Mutant:
    """Return the next spoilt request."""
    spoil = rng.choice(_WAYS)
    return Mutant(spoil.__name__.strip("_").replace("_", " "), spoil(rng))


def _noise(rng: Random) -> bytes:
    return rng.randbytes(rng.randint(0, 2_000))


def _flipped(rng: Random) -> bytes:
    sent = bytearray(rng.choice(HEADS) + END)
    for _ in range(rng.randint(1, 8)):
        sent[rng.randrange(len(sent))] = rng.randrange(256)
    return bytes(sent)


def _cut(rng: Random) -> bytes:
    sent = rng.choice(HEADS) + END
    return sent[: rng.randrange(len(sent))]


def _piece_moved(rng: Random) -> bytes:
    sent = rng.choice(HEADS) + END
    first, last = sorted(rng.sample(range(len(sent)), 2))
    piece, rest = sent[first:last], sent[:first] + sent[last:]
    at = rng.randrange(len(rest))
    return rest[:at] + piece * rng.choice((0, 1, 2, 100)) + rest[at:]


def _wrong_header(rng: Random) -> bytes:
    lines = [rng.choice(LINES) for _ in range(rng.randint(1, 3))]
    return b"\r\n".join([rng.choice(HEADS), *lines]) + END + rng.choice((b"", b"abc", b"0\r\n\r\n"))


def _wrong_start(rng: Random) -> bytes:
    return rng.choice(STARTS) + b"\r\nHost: localhost" + END


def _wrong_chunks(rng: Random) -> bytes:
    head = b"POST /?size=1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked" + END
    return head + rng.choice(BODIES)


def _odd_parameters(rng: Random) -> bytes:
    pairs = (rng.choice(NAMES) + b"=" + rng.choice(VALUES) for _ in range(rng.randint(1, 4)))
    query = b"&".join(pairs)
    if rng.random() < 0.5:
        query = quote_from_bytes(query, safe="=&,:()").encode()
    return b"GET /?" + query.replace(b" ", b"%20") + b" HTTP/1.1\r\nHost: localhost" + END


def _one_after_the_other(rng: Random) -> bytes:
    return b"".join(rng.choice(HEADS) + END for _ in range(rng.randint(2, 40))) + _noise(rng)


_WAYS: Final[tuple[Callable[[Random], bytes], ...]] = (
    _noise,
    _flipped,
    _cut,
    _piece_moved,
    _wrong_header,
    _wrong_start,
    _wrong_chunks,
    _odd_parameters,
    _one_after_the_other,
)
