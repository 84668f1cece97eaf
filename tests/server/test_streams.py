"""Answers in pieces, of every loop and engine alike: content, moments, framing, what goes wrong."""

from __future__ import annotations

import json
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise
from time import monotonic_ns, sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zlib import crc32

import pytest

from tests.server.target import Target, raw
from waitbench_server import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.processes

MS = 1_000_000
FIVE = "tokens(first=2ms, gap='uniform(1ms,3ms)', count=5, size=12)"
TEXTS = [pieces.text(7, piece, 12) for piece in range(5)]


def path(stream: str = FIVE, **given: object) -> str:
    return f"/?{urlencode({'stream': stream, 'draw': 7, **given})}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A stream of server-sent events, read to its end."""

    texts: list[str]
    ids: list[str]
    sent_ns: list[int]
    late_ns: list[int]
    end: Mapping[str, Any]


def events(body: bytes) -> Told:
    texts: list[str] = []
    ids: list[str] = []
    sent_ns: list[int] = []
    late_ns: list[int] = []
    end: dict[str, Any] = {}
    for block in body.decode(errors="replace").split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        match fields.get("event"):
            case "sent":
                table = json.loads(fields["data"])
                assert table["from"] == len(sent_ns)
                sent_ns += table["sent_ns"]
                late_ns += table["late_ns"]
            case "end":
                end = json.loads(fields["data"])
            case _:
                texts.append(fields["data"])
                ids.append(fields["id"])
    return Told(texts=texts, ids=ids, sent_ns=sent_ns, late_ns=late_ns, end=end)


def cut_off(target: Target, request_path: str) -> tuple[bytes, bool]:
    """Read what comes until the connection ends; say whether it was reset."""
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(f"GET {request_path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        came = b""
        while True:
            try:
                chunk = sock.recv(65_536)
            except ConnectionResetError:
                return came, True
            if not chunk:
                return came, False
            came += chunk


def test_events_carry_ids_and_end_with_what_was_sent_when(target: Target) -> None:
    before_ns = monotonic_ns()
    reply = target.ask(path(format="sse"))
    assert reply.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert reply.headers["transfer-encoding"] == "chunked"
    told = events(reply.body)
    assert (told.texts, told.ids) == (TEXTS, ["0", "1", "2", "3", "4"])
    assert told.end["crc32"] == crc32("".join(TEXTS).encode())
    assert (told.end["stream"], told.end["pieces"]) == (7, 5)
    assert before_ns < told.end["received_ns"] < monotonic_ns()
    assert told.sent_ns == sorted(told.sent_ns)
    assert all(late_ns >= 0 for late_ns in told.late_ns)
    due_ns = [sent - late for sent, late in zip(told.sent_ns, told.late_ns, strict=True)]
    assert due_ns[0] == 2 * MS
    assert all(MS <= after - at <= 3 * MS for at, after in pairwise(due_ns))
    # The same number has the same moments, in another format and framing, too.
    again = target.ask(path(format="ndjson", framing="close"))
    lines = [json.loads(line) for line in again.body.splitlines()]
    assert [line["text"] for line in lines[:5]] == TEXTS
    assert [line["id"] for line in lines[:5]] == [0, 1, 2, 3, 4]
    table = lines[5]["sent"]
    assert due_ns == [
        sent - late for sent, late in zip(table["sent_ns"], table["late_ns"], strict=True)
    ]
    assert lines[6]["end"]["crc32"] == told.end["crc32"]
    assert "transfer-encoding" not in again.headers
    assert again.headers["connection"] == "close"
    assert events(target.ask(path(format="sse", draw=8)).body).texts != TEXTS


def test_a_plain_stream_is_one_chunk_for_each_piece_and_says_the_rest_in_trailers(
    target: Target,
) -> None:
    came = raw(
        target,
        f"GET {path(keepalive=0)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
    )
    head, _, body = came.partition(b"\r\n\r\n")
    assert b"Trailer: X-Stream-End" in head
    chunks = "".join(f"c\r\n{text}\r\n" for text in TEXTS)
    chunked, _, trailers = body.partition(b"0\r\nX-Stream-End: ")
    assert chunked.decode() == chunks
    assert json.loads(trailers.splitlines()[0])["pieces"] == 5
    assert trailers.splitlines()[1].startswith(b"X-Stream-Sent-Ns: ")
    assert trailers.endswith(b"\r\n\r\n")
    assert target.ask(path(framing="close")).body == "".join(TEXTS).encode()


def test_one_event_is_one_write(target: Target) -> None:
    # Whatever reads late may find two of them as one, but never half of one; three times, nobody.
    tries = [_received(target) for _ in range(3)]
    for received in chain.from_iterable(tries):
        assert received.endswith((b"\n\n\r\n", b"\r\n\r\n"))
    assert max(map(len, tries)) > 1


def _received(target: Target) -> list[bytes]:
    """Return what each reading of a stream of three events gives."""
    request = path("tokens(first=20ms, gap=200ms, count=3)", format="sse")
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(f"GET {request} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        came: list[bytes] = []
        while not came or not came[-1].endswith(b"0\r\n\r\n"):
            came.append(sock.recv(65_536))
    return came


def test_a_connection_outlives_a_chunked_stream(target: Target) -> None:
    with socket.create_connection(target.address, timeout=20) as sock:
        for _ in range(2):
            sock.sendall(f"GET {path()} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            came = b""
            while b"X-Stream-Late-Ns" not in came or not came.endswith(b"\r\n\r\n"):
                received = sock.recv(65_536)
                assert received
                came += received


def test_old_clients_and_head_requests_get_no_chunks(target: Target) -> None:
    old = raw(target, f"GET {path()} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = old.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body == "".join(TEXTS).encode()
    reply = target.ask(path(format="sse"), "HEAD")
    assert (reply.headers["content-type"], reply.body) == (
        "text/event-stream; charset=utf-8",
        b"",
    )


def test_what_goes_wrong_in_mid_stream(target: Target) -> None:
    target.reset()
    for framing in ("chunked", "close"):
        whole = cut_off(target, path(format="sse", framing="close"))[0]
        came, reset = cut_off(
            target, path(format="sse", framing=framing, midstream="cut(at=3)", keepalive=0)
        )
        assert not reset
        assert came.count(b"\n\n") == 3
        assert b"event: end" in whole
        assert b"event: end" not in came
        assert not came.endswith(b"0\r\n\r\n")
        came, reset = cut_off(target, path(format="sse", framing=framing, midstream="reset(at=3)"))
        assert reset
        assert came.count(b"\n\n") <= 3
    malformed = target.ask(path(format="ndjson", midstream="malformed(at=1)")).body.splitlines()
    with pytest.raises(json.JSONDecodeError):
        json.loads(malformed[1])
    assert json.loads(malformed[2])["id"] == 2
    twice = events(target.ask(path(format="sse", midstream="duplicate(at=2)")).body)
    assert twice.ids == ["0", "1", "2", "2", "3", "4"]
    assert twice.end["pieces"] == 5
    stalled = events(target.ask(path(format="sse", midstream="stall(at=2,for=80ms)")).body)
    assert stalled.sent_ns[2] - stalled.sent_ns[1] > 70 * MS
    burst = events(target.ask(path(format="sse", midstream="burst(at=1,count=3)")).body)
    due_ns = [sent - late for sent, late in zip(burst.sent_ns, burst.late_ns, strict=True)]
    assert due_ns[1] == due_ns[2] == due_ns[3]
    assert burst.texts == TEXTS
    streams = target.stats()["streams"]
    assert streams["broken"] == {
        "cut": 2,
        "reset": 2,
        "malformed": 1,
        "duplicate": 1,
        "stall": 1,
        "burst": 1,
    }
    assert (streams["begun"], streams["whole"], streams["lost"]) == (10, 6, 0)
    assert target.stats()["responses"] == {"200": 6, "close": 2, "reset": 2}


def test_breaks_are_drawn_by_the_requests_number(target: Target) -> None:
    request = {"format": "ndjson", "midstream": "none:1,duplicate(at=0):1"}
    counts = [
        len(target.ask(path("tokens(0,0,2)", draw=draw, **request)).body.splitlines())
        for draw in [*range(12)] * 2
    ]
    assert set(counts) == {4, 5}
    assert counts[:12] == counts[12:]


def test_pieces_have_a_histogram_of_their_own_and_do_not_drift(target: Target) -> None:
    target.reset()
    told = events(target.ask(path("tokens(0, 200us, 2000)", format="sse")).body)
    stats = target.stats()
    errors = stats["streams"]["piece_error_ns"]
    assert errors["count"] == told.end["pieces"] == len(told.texts) == 2_000
    assert errors["early"] == 0
    assert sum(count for _, _, count in stats["histogram"]["piece_error"]) == 2_000
    assert stats["injection_error_ns"]["count"] == stats["requests"] == 1
    assert stats["asked_ns"]["mean"] == 1_999 * MS // 5  # to the last piece
    due_ns = [sent - late for sent, late in zip(told.sent_ns, told.late_ns, strict=True)]
    assert due_ns == [piece * MS // 5 for piece in range(2_000)]
    # Were each gap late by 5 us and the errors added up, the last would all be 9 ms late.
    assert min(told.late_ns[-200:]) < 9 * MS


def test_a_client_that_does_not_read_is_not_taken_for_a_late_target(target: Target) -> None:
    target.reset()
    with socket.create_connection(target.address, timeout=20) as sock:
        request = path("tokens(0, 100us, 400, 64k)", format="sse")
        sock.sendall(f"GET {request} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        sleep(0.2)
        came = b""
        while not came.endswith(b"0\r\n\r\n"):
            received = sock.recv(1 << 20)
            assert received
            came = came[-8_000:] + received
    streams = target.stats()["streams"]
    assert streams["unread"] > 0
    assert streams["unread"] + streams["piece_error_ns"]["count"] == 400
    assert f'"unread": {streams["unread"]}'.encode() in came
    assert (streams["whole"], streams["lost"]) == (1, 0)


def test_a_client_that_leaves_ends_its_stream(target: Target) -> None:
    target.reset()
    with socket.create_connection(target.address, timeout=20) as sock:
        request = path("tokens(0, 10ms, 10000)")
        sock.sendall(f"GET {request} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert sock.recv(65_536)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for _ in range(1_000):
        stats = target.stats()
        if not stats["in_flight"]["now"]:
            break
        sleep(0.01)
    assert stats["streams"]["lost"] == 1
    assert stats["responses"] == {"lost": 1}


def test_many_streams_at_once_are_all_whole(target: Target) -> None:
    target.reset()

    def read(draw: int) -> tuple[list[str], int]:
        stream = "tokens(uniform(0,10ms), exponential(1ms), 50, 8)"
        told = events(target.ask(path(stream, format="sse", draw=draw)).body)
        return told.texts, told.end["crc32"]

    with ThreadPoolExecutor(20) as threads:
        for draw, (texts, crc) in enumerate(threads.map(read, range(60))):
            assert texts == [pieces.text(draw, piece, 8) for piece in range(50)]
            assert crc == crc32("".join(texts).encode())
    assert target.stats()["streams"]["whole"] == 60


def test_another_status_is_answered_without_a_stream(target: Target) -> None:
    reply = target.ask(path(status=503))
    assert (reply.status, len(reply.body)) == (503, 128)
    assert reply.headers["content-length"] == "128"
    target.reset()
    assert cut_off(target, path(fault="reset"))[1]
    assert target.stats()["streams"]["begun"] == 0


def test_wrong_streams_are_refused_by_their_part(target: Target) -> None:
    reply = target.ask(path("tokens(gap=x)"))
    assert reply.status == 400
    assert reply.json["parameter"] == "stream"
    assert "gap: 'x'" in reply.json["detail"]
    assert "tokens(first=" in reply.json["allowed"]
    assert target.ask("/plan?stream=tokens(first=1ms,count=3,gap=2ms)").json["stream_ns"] == 5 * MS


@pytest.mark.parametrize("timer", ["sleep", "fallback"])
def test_other_timers_stream_as_well(timer: str) -> None:
    with Target("--timer", timer, "--stream", FIVE, "--format", "sse") as target:
        assert events(target.ask("/?draw=7").body).texts == TEXTS
        assert target.ask("/?stream=none").headers["content-length"] == "128"
