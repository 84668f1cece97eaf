from __future__ import annotations

import asyncio
import http.client
import socket
from time import sleep
from typing import TYPE_CHECKING

import pytest

from tests.server.target import Target
from waitbench_server import faults, outcomes
from waitbench_server.capacity import Capacity

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.processes


def until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        sleep(0.025)
    raise AssertionError("it did not happen within 10 s")


def test_a_reset_connection_is_reset(target: Target) -> None:
    target.reset()
    with pytest.raises(ConnectionResetError):
        target.ask("/?fault=reset&latency=2ms")
    assert target.stats()["responses"] == {"reset": 1}


def test_a_connection_closed_in_mid_body_leaves_the_body_short(target: Target) -> None:
    target.reset()
    with pytest.raises(http.client.IncompleteRead) as caught:
        target.ask("/?fault=close&size=1000")
    assert len(caught.value.partial) == 500
    assert target.stats()["responses"] == {"close": 1}


def test_a_client_that_leaves_a_hanging_request_frees_it(target: Target) -> None:
    target.reset()
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(b"GET /?fault=hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        assert target.stats()["in_flight"]["now"] == 1
    until(lambda: target.stats()["in_flight"]["now"] == 0)


def test_a_client_that_leaves_before_its_answer_is_counted_as_lost(target: Target) -> None:
    target.reset()
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(b"GET /?latency=30s HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: target.stats()["in_flight"]["now"] == 1)
    until(lambda: target.stats()["responses"] == {"lost": 1})


def test_faults_may_be_mixed(target: Target) -> None:
    target.reset()
    for k in range(40):
        try:
            target.ask(f"/?fault=none:1,reset:1&draw={k}")
        except ConnectionResetError:
            continue
    counts = target.stats()["responses"]
    assert counts["200"] + counts["reset"] == 40
    assert min(counts.values()) >= 8  # 20 expected, nearly 4 standard deviations below


def test_hanging_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "HANG_S", 0.01)
    asyncio.run(asyncio.wait_for(faults.hang(), timeout=20))


def test_outcomes_have_names() -> None:
    names = [outcomes.outcome_name(n) for n in (1, 2, 3, 4, 200, 503)]
    assert names == ["reset", "close", "hang", "lost", "200", "503"]


def test_k_servers_serve_k_at_once_and_the_rest_in_order() -> None:
    async def queue() -> list[int]:
        capacity = Capacity(2, None)
        assert [await capacity.enter(1), await capacity.enter(2)] == [1, 2]
        third, fourth = (asyncio.ensure_future(capacity.enter(k)) for k in (3, 4))
        await asyncio.sleep(0)
        capacity.leave(10)
        capacity.leave(20)
        return [await third, await fourth]

    assert asyncio.run(queue()) == [10, 20]


def test_who_gives_up_waiting_does_not_lose_a_server() -> None:
    async def give_up() -> int:
        capacity = Capacity(1, 3)
        await capacity.enter(1)
        second, third = (asyncio.ensure_future(capacity.enter(k)) for k in (2, 3))
        await asyncio.sleep(0)
        assert capacity.full
        capacity.leave(10)  # gives the server to the second, which is cancelled before it runs
        second.cancel()
        return await asyncio.wait_for(third, timeout=20)

    assert asyncio.run(give_up()) == 10


def test_queueing_is_measured_apart_from_the_latency() -> None:
    async def ask_three(address: tuple[str, int]) -> None:
        async def ask() -> None:
            reader, writer = await asyncio.open_connection(*address)
            writer.write(b"GET /?latency=40ms&keepalive=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(ask(), ask(), ask())

    with Target("--capacity", "1") as target:
        asyncio.run(ask_three(target.address))
        stats = target.stats()
        assert stats["queue_ns"]["max"] >= 60_000_000  # two before it, 40 ms each; 1 % for buckets
        assert stats["asked_ns"]["p99"] == 40_000_000
        assert stats["injection_error_ns"]["early"] == 0


def test_above_the_limit_the_answer_is_429() -> None:
    with Target("--limit", "1") as target:
        with socket.create_connection(target.address, timeout=20) as sock:
            sock.sendall(b"GET /?latency=30s HTTP/1.1\r\nHost: localhost\r\n\r\n")
            until(lambda: target.stats()["in_flight"]["now"] == 1)
            reply = target.ask("/")
        assert (reply.status, reply.json["status"]) == (429, 429)
        assert reply.headers["retry-after"] == "1"
        until(lambda: target.ask("/").status == 200)
