from __future__ import annotations

import gzip
import socket
import threading
import zlib
from time import monotonic_ns, sleep
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.target import Target, raw
from waitbench_server.body import content

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.processes


def durations(timing: str) -> dict[str, float]:
    """Split a Server-Timing header as its standard says."""
    return {
        name: float(duration.removeprefix("dur="))
        for name, duration in (entry.strip().split(";") for entry in timing.split(","))
    }


def test_an_answer_takes_what_was_asked_and_says_so(target: Target) -> None:
    before_ns = monotonic_ns()
    reply = target.ask("/?latency=30ms")
    after_ns = monotonic_ns()
    timing = durations(reply.headers["server-timing"])
    assert reply.status == 200
    assert timing["asked"] == 30
    assert timing["hold"] >= 30
    assert timing["queue"] == 0
    received_ns, sent_ns = int(reply.headers["x-received-ns"]), int(reply.headers["x-sent-ns"])
    assert before_ns < received_ns <= sent_ns - 30_000_000 < sent_ns < after_ns


@pytest.mark.parametrize("size", ["0", "1", "128", "10k", "40k", "100000", "1M"])
@pytest.mark.parametrize("compressible", [False, True])
def test_a_body_is_the_same_for_the_same_size(
    target: Target, size: str, *, compressible: bool
) -> None:
    reply = target.ask(f"/?size={size}&compressible={int(compressible)}")
    length = (
        int(size.replace("k", "")) * 1024 if "k" in size else int(size.replace("1M", "1048576"))
    )
    expected = content(length, compressible=compressible)
    assert int(reply.headers["content-length"]) == len(reply.body) == length
    assert zlib.crc32(reply.body) == zlib.crc32(expected)


def test_only_the_compressible_body_compresses(target: Target) -> None:
    noise = target.ask("/?size=200k").body
    text = target.ask("/?size=200k&compressible=1").body
    assert len(gzip.compress(noise)) > 0.99 * len(noise)
    assert len(gzip.compress(text)) < 0.02 * len(text)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
@pytest.mark.parametrize("size", [0, 128, 200_000])
def test_a_compressed_body_unpacks_to_the_same_bytes(
    target: Target, size: int, encoding: str
) -> None:
    unpack = pytest.importorskip("brotli").decompress if encoding == "br" else gzip.decompress
    path = f"/?size={size}&compressible=1&encoding={encoding}"
    reply, again = target.ask(path), target.ask(path)
    assert reply.headers["content-encoding"] == encoding
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.body == again.body
    assert unpack(reply.body) == content(size, compressible=True)
    assert "content-encoding" not in target.ask(f"/?size={size}").headers


def test_the_same_draw_gives_the_same_latency_in_any_order_and_process(target: Target) -> None:
    path = "/?latency=uniform(0,5ms)&draw={}"
    asked = [target.ask(path.format(k)).headers["server-timing"].split(",")[0] for k in (3, 1, 3)]
    assert asked[0] == asked[2] != asked[1]
    with Target("--latency", "uniform(0,5ms)", "--seed", "7") as same:
        replies = [same.ask("/").headers["server-timing"].split(",")[0] for _ in range(4)]
        assert replies[3] == asked[0]
        assert replies[1] == asked[1]
    with Target("--seed", "8") as other:
        assert other.ask(path.format(3)).headers["server-timing"].split(",")[0] != asked[0]


def test_a_new_period_counts_its_draws_from_0() -> None:
    with Target("--latency", "uniform(0,1ms)") as target:
        rounds = []
        for label in "ab":
            target.reset(label)
            rounds.append([target.ask("/").headers["server-timing"][:18] for _ in range(5)])
        assert rounds[0] == rounds[1]


def test_draw_may_stand_anywhere_and_any_method_is_answered(target: Target) -> None:
    for path in ("/?draw=5&latency=1ms", "/?latency=1ms&draw=5", "/?draw=5", "/", "/?"):
        assert target.ask(path).status == 200
    head = target.ask("/?size=300", "HEAD")
    assert (head.status, head.headers["content-length"], head.body) == (200, "300", b"")
    assert len(target.ask("/?size=300", "POST").body) == 300


def test_one_connection_serves_many_requests_and_keepalive_0_ends_it(target: Target) -> None:
    connection = target.connect()
    for _ in range(3):
        assert target.ask("/?latency=1ms", connection=connection).status == 200
    sock = connection.sock
    reply = target.ask("/?keepalive=0", connection=connection)
    assert reply.headers["connection"] == "close"
    assert connection.sock is None or connection.sock is not sock
    connection.close()


def test_http_1_0_is_answered_and_closed(target: Target) -> None:
    answer = raw(target, b"GET /?size=5 HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(content(5))


def test_pipelined_requests_are_answered_in_order(target: Target) -> None:
    request = b"GET /?latency=20ms&size=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /?size=2&keepalive=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = raw(target, request + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b"Content-Length: 1\r\n") < answer.index(b"Content-Length: 2\r\n")


def test_a_status_mix_follows_its_weights_and_its_draws(target: Target) -> None:
    connection = target.connect()
    statuses = [
        target.ask(f"/?status=200:70,503:30&draw={k}", connection=connection).status
        for k in range(300)
    ]
    again = [target.ask(f"/?status=200:70,503:30&draw={k}").status for k in range(20)]
    connection.close()
    assert set(statuses) == {200, 503}
    assert 60 <= statuses.count(503) <= 125  # 90 expected, 4 standard deviations either way
    assert statuses[:20] == again


def test_all_answers_may_be_errors(target: Target) -> None:
    assert [target.ask(f"/?errors=1&draw={k}").status for k in range(5)] == [500] * 5
    assert [target.ask(f"/?errors=0&draw={k}").status for k in range(5)] == [200] * 5


def test_burnt_cpu_comes_before_the_latency_and_shows_in_the_statistics(target: Target) -> None:
    target.reset()
    for _ in range(5):
        reply = target.ask("/?cpu=10ms&latency=5ms")
        timing = durations(reply.headers["server-timing"])
        received_ns, sent_ns = (int(reply.headers[f"x-{name}-ns"]) for name in ("received", "sent"))
        assert sent_ns - received_ns >= 15_000_000
        assert timing["queue"] + timing["hold"] <= (sent_ns - received_ns) / 1e6 - 9.999
    assert target.stats()["cpu_ns"] >= 50_000_000


def test_a_frozen_service_answers_when_it_moves_again() -> None:
    with Target("--latency", "0, frozen 100ms every 200ms") as target:
        connection = target.connect()
        target.reset()
        holds = []
        for _ in range(12):
            reply = target.ask("/", connection=connection)
            timing = durations(reply.headers["server-timing"])
            assert timing["hold"] >= timing["asked"]
            holds.append(timing["asked"])
            sleep(0.037)
        connection.close()
        assert max(holds) <= 100
        assert min(holds) == 0
        assert max(holds) > 0


def test_a_slow_body_comes_at_its_rate(target: Target) -> None:
    begun_ns = monotonic_ns()
    reply = target.ask("/?size=1000&rate=5000")
    assert monotonic_ns() - begun_ns >= 140_000_000  # the last of five pieces leaves after 150 ms
    assert reply.body == content(1000)


def test_a_client_that_does_not_read_holds_up_nobody(target: Target) -> None:
    with socket.create_connection(target.address, timeout=20) as lazy:
        lazy.sendall(b"GET /?size=16M HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sleep(0.1)
        assert target.ask("/?latency=1ms").status == 200


def test_periods_are_counted_apart(target: Target) -> None:
    target.reset("first")
    for path in ("/?latency=2ms", "/?latency=2ms", "/?status=404", "/health", "/?latency=x"):
        target.ask(path)
    ended = target.reset("second")
    assert ended["label"] == "first"
    assert ended["requests"] == 3
    assert ended["responses"] == {"200": 2, "404": 1}
    assert ended["injection_error_ns"]["count"] == 3
    assert ended["injection_error_ns"]["early"] == 0
    assert ended["asked_ns"]["mean"] == round(4_000_000 / 3)
    assert ended["in_flight"] == {"now": 0, "max": 1}
    assert ended["connections"]["opened"] == 6
    assert ended["wall_ns"] > 4_000_000
    assert sum(count for _, _, count in ended["histogram"]["injection_error"]) == 3
    now = target.stats()
    assert (now["label"], now["requests"], now["responses"]) == ("second", 0, {})


def test_in_flight_and_connections_are_seen_while_they_last(target: Target) -> None:
    target.reset()
    threads = [threading.Thread(target=target.ask, args=("/?latency=400ms",)) for _ in range(5)]
    for thread in threads:
        thread.start()
    now: dict[str, Any] = {}
    while now.get("max") != 5:
        now = target.stats()["in_flight"]
    for thread in threads:
        thread.join()
    stats = target.stats()
    assert stats["in_flight"]["now"] == 0
    assert stats["asked_ns"] == {"p50": 400_000_000, "p99": 400_000_000, "mean": 400_000_000}
    assert stats["connections"]["max"] >= 5


def test_an_empirical_latency_comes_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "values.txt"
    path.write_text("2ms\n2ms\n")
    with Target("--latency", f"file:{path}") as target:
        assert durations(target.ask("/").headers["server-timing"])["asked"] == 2
        assert target.ready["latency"] == f"file:{path}"


@pytest.mark.parametrize("timer", ["fallback", "sleep"])
def test_other_timers_say_their_resolution(timer: str) -> None:
    with Target("--timer", timer) as target:
        assert target.ready["timer"] == timer
        assert target.ready["timer_resolution_ns"] >= 1_000
        assert target.ask("/?latency=3ms").status == 200
        stats = target.stats()
        assert stats["timer"] == timer
        if timer == "fallback":
            assert stats["injection_error_ns"]["early"] == 0
