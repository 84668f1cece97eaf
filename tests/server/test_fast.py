"""The fast engine beside aiohttp's: the same answers and counts, and what only it can get wrong."""

from __future__ import annotations

import socket
from random import Random
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.processes

GET = b"GET /?latency=%s&size=%d HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def fast(request: pytest.FixtureRequest) -> Iterator[Target]:
    pytest.importorskip(request.param)
    with Target("--engine", "fast", "--loop", request.param, "--seed", "7") as running:
        assert running.ready["engine"] == "fast"
        yield running


def answers(sock: socket.socket, number: int) -> bytes:
    """Read until so many answers are there whole, by the lengths that they tell."""
    came = b""
    while True:
        rest, whole = came, 0
        while b"\r\n\r\n" in rest:
            head, _, rest = rest.partition(b"\r\n\r\n")
            length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
            if len(rest) < length:
                break
            rest, whole = rest[length:], whole + 1
        if whole == number:
            return came
        received = sock.recv(65_536)
        assert received
        came += received


def asked_for(rng: Random) -> str:
    """One of the requests that both engines are to answer alike."""
    parameters = [
        f"latency={rng.choice(['0', '1ms', 'uniform(0,3ms)', 'lognormal(p50=1ms,p99=3ms)'])}",
        f"size={rng.choice([0, 1, 128, 30_000, 40_000])}",
        *rng.sample(["compressible=1", "status=200:70,503:30", "encoding=gzip", "errors=0.5"], 1),
        *[f"draw={rng.randrange(1_000)}"] * rng.choice((0, 1)),
    ]
    rng.shuffle(parameters)
    return f"/?{'&'.join(parameters)}"


def test_both_engines_answer_the_same_bytes_after_the_same_delays_and_count_alike() -> None:
    rng = Random(3)
    numbers = [*range(20), "1234567890123456789", "", "-1", "1&draw=2", "7&size=3"]
    paths = [asked_for(rng) for _ in range(150)] + ["/", "/?", "/?latency=x", "/?draw=-1", "/no"]
    paths += [f"/?latency=uniform(0,3ms)&draw={number}" for number in numbers]
    seen: dict[str, list[Any]] = {}
    for engine in ("aiohttp", "fast"):
        with Target("--engine", engine, "--seed", "7", "--latency", "1ms") as target:
            # A connection for each: one that has gone to aiohttp would stay there.
            connection, replies = target.connect(), []
            target.reset("compared")
            for path in paths:
                if connection.sock is None or rng.random() < 0.5:
                    connection.close()
                reply = target.ask(path, connection=connection)
                timing = reply.headers.pop("server-timing", "").partition(",")[0]
                for name in ("date", "x-received-ns", "x-sent-ns"):
                    reply.headers.pop(name, None)
                replies.append((reply.status, reply.headers, reply.body, timing))
            connection.close()
            stats = target.stats()
            counts = {
                name: stats[name] for name in ("requests", "responses", "asked_ns", "foreign")
            }
            assert stats["injection_error_ns"]["count"] == stats["requests"]
            assert stats["injection_error_ns"]["early"] == 0
            seen[engine] = [*replies, counts, stats["in_flight"]]
    assert seen["fast"] == seen["aiohttp"]
    assert len({reply[3] for reply in seen["fast"][:150]}) > 40


def test_what_comes_while_an_answer_is_under_way_is_answered_after_it(fast: Target) -> None:
    with socket.create_connection(fast.address, timeout=20) as sock:
        sock.sendall(GET % (b"100ms", 1))
        sleep(0.02)
        sock.sendall(GET % (b"0", 2))
        sleep(0.02)
        sock.sendall(GET % (b"1ms", 3) + b"HEAD /?size=4 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        came = answers(sock, 3)
    places = [came.index(b"Content-Length: %d\r\n" % size) for size in (1, 2, 3)]
    assert places == sorted(places)


def test_many_requests_at_once_are_all_answered_in_order(fast: Target) -> None:
    with socket.create_connection(fast.address, timeout=20) as sock:
        sock.sendall(GET % (b"50ms", 0))
        sleep(0.02)
        for size in range(1, 400):  # more than it keeps unread
            sock.sendall(GET % (b"0", size))
        came = answers(sock, 400)
    places = [came.index(b"Content-Length: %d\r\n" % size) for size in range(400)]
    assert places == sorted(places)


def test_a_request_in_pieces_is_served(fast: Target) -> None:
    request = GET % (b"1ms", 5)
    with socket.create_connection(fast.address, timeout=20) as sock:
        for cut in (1, 10, len(request) - 1):
            sock.sendall(request[:cut])
            sleep(0.02)
            sock.sendall(request[cut:])
            assert answers(sock, 1).startswith(b"HTTP/1.1 200 OK")


def test_a_client_that_leaves_before_its_answer_is_counted_lost(fast: Target) -> None:
    fast.reset()
    with socket.create_connection(fast.address, timeout=20) as sock:
        sock.sendall(GET % (b"30s", 0))
        while fast.stats()["in_flight"]["now"] != 1:
            sleep(0.01)
    until = monotonic() + 20
    while fast.stats()["in_flight"]["now"] and monotonic() < until:
        sleep(0.01)
    stats = fast.stats()
    assert (stats["requests"], stats["responses"]) == (1, {"lost": 1})


@pytest.mark.parametrize(
    "headers",
    [
        b"Host: evil.test",
        b"Host: localhost\r\nOrigin: http://evil.test",
        b"Host: localhost\r\nSec-Fetch-Site: cross-site",
        b"Host: localhost\r\nHOST: evil.test",
    ],
)
def test_foreign_pages_are_refused_here_too(fast: Target, headers: bytes) -> None:
    with socket.create_connection(fast.address, timeout=20) as sock:
        sock.sendall(GET % (b"0", 1))  # the same but for its headers
        assert answers(sock, 1).startswith(b"HTTP/1.1 200")
        sock.sendall((GET % (b"0", 1)).replace(b"Host: localhost", headers))
        status = sock.recv(65_536)[9:12]
    assert status in {b"403", b"400"}


def test_a_busy_connection_is_not_idle_and_an_idle_one_is_closed() -> None:
    with (
        Target("--engine", "fast", "--idle-timeout", "1") as target,
        socket.create_connection(target.address, timeout=20) as sock,
    ):
        for latency in (b"2s", b"0", b"700ms", b"700ms"):
            sock.sendall(GET % (latency, 1))
            assert answers(sock, 1).startswith(b"HTTP/1.1 200")
        assert sock.recv(1) == b""  # closed, and not by us


def test_what_is_not_simple_is_left_to_aiohttp_and_limits_hold() -> None:
    with (
        Target("--engine", "fast", "--limit", "1", "--capacity", "1") as target,
        socket.create_connection(target.address, timeout=20) as sock,
    ):
        sock.sendall(GET % (b"2s", 0))
        while target.stats()["in_flight"]["now"] != 1:
            sleep(0.01)
        assert target.ask("/").status == 429
        assert answers(sock, 1).startswith(b"HTTP/1.1 200")
