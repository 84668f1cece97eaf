"""The trial of the target, tried itself: on the real one it finds nothing, on bad ones it does."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tests.proof.target import malformed, soak
from tests.proof.target.mutants import mutant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.target import Target


def test_a_seed_repeats_its_mutants_and_every_way_comes_up() -> None:
    first, again = Random(7), Random(7)
    mutants = [mutant(first) for _ in range(300)]
    assert mutants == [mutant(again) for _ in range(300)]
    assert len({each.name for each in mutants}) == 9
    assert len({each.sent for each in mutants}) > 200


@pytest.mark.processes
@pytest.mark.parametrize(
    ("loop", "engine"), [("asyncio", "aiohttp"), ("uvloop", "aiohttp"), ("asyncio", "fast")]
)
def test_the_target_stands_spoilt_requests_many_at_once_and_a_load(loop: str, engine: str) -> None:
    pytest.importorskip(loop)
    attempts = list(malformed.attempts(Random(3), loop, 100, engine=engine))
    assert len(attempts) == 101
    attempts.append(soak.in_flight(loop, 200, held="2s", engine=engine))
    attempts.append(soak.soak(loop, minutes=0.03, rate=200, engine=engine))
    # So short a load says nothing of memory, but all else of it holds.
    faults = [fault for each in attempts for fault in each.faults if "memory" not in fault]
    assert faults == []
    assert "200 requests in service at once" in attempts[-2].title


@contextmanager
def answering(answer: bytes) -> Iterator[Target]:
    """A server that answers everybody with the same bytes, as the trial sees a target."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with listener.accept()[0] as sock:
                sock.sendall(answer)
                while sock.recv(1 << 16):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        process = SimpleNamespace(poll=lambda: None)
        yield cast("Target", SimpleNamespace(address=listener.getsockname(), process=process))
        thread.join()


@pytest.mark.processes
@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", None),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", None),
        (b"", None),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 500 Internal Server Error\r\n\r\n", "status 500"),
        (b"Traceback", "no answer of HTTP: b'Traceback'"),
    ],
)
def test_what_a_spoilt_request_must_not_bring_is_a_fault(answer: bytes, fault: str | None) -> None:
    with answering(answer) as target:
        visit = malformed._Visit(target, Random(1))
        malformed._read_all([visit])
    assert visit.came == answer
    assert visit.faults() == ([fault] if fault else [])


def test_memory_that_grows_is_seen() -> None:
    memory = soak._Memory(pid=1, every_s=1)
    memory._bytes = [10, *[50] * 9] + [
        megabytes for megabytes in range(100, 190, 10) for _ in "x" * 10
    ]
    assert memory.figures() == (100, 180, 180)
