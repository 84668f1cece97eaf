"""A target under a long load and under thousands of requests at once: memory, and every answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from statistics import median
from threading import Event, Thread
from time import monotonic
from typing import Final

import psutil

from tests.proof.target.attempt import Attempt
from tests.server.target import Target
from waitbench.calibration._drive import drive
from waitbench.calibration._load import Order
from waitbench.services.http_client import HttpClient, get
from waitbench_server.body import content

LOADS: Final = (("5ms", 5, 128), ("50ms", 50, 10_000), ("20ms", 20, 1_000), ("100ms", 100, 50_000))
"""Latency as it is asked for, in milliseconds, and bytes of the answer: one after the other."""
STRETCHES: Final = 10
"""Parts of the time, in each of which all of these have a turn."""
SAMPLES: Final = 40
"""Looks at the memory in each stretch."""
FLAT: Final = 0.05
"""Most that memory may grow, as a share."""
MS: Final = 1_000_000


def soak(loop: str, minutes: float, rate: float, *, engine: str = "aiohttp") -> Attempt:
    """Load a target for so long, and look whether it answers all and its memory stays as it is.

    Args:
        loop: event loop of the target.
        minutes: how long.
        rate: requests per second, at random moments.
        engine: of the target.
    """
    begun_s = monotonic()
    faults, sent, turn_s = [], 0, minutes * 60 / STRETCHES / len(LOADS)
    with Target("--loop", loop, "--engine", engine) as target:
        memory = _Memory(target.process.pid, every_s=minutes * 60 / STRETCHES / SAMPLES)
        with memory:
            turn = 0
            while monotonic() < begun_s + minutes * 60:
                latency, latency_ms, size = LOADS[turn % len(LOADS)]
                order = Order(
                    url=target.url,
                    latency=latency,
                    latency_ns=latency_ms * MS,
                    rate=rate,
                    connections=round(rate * latency_ms / 1000 * 2) + 1_000,  # none is missed
                    duration_ns=round(turn_s * 1e9),
                    seed=turn,
                    size=size,
                )
                result = drive(order, lambda: None)
                sent, turn = sent + result.sent, turn + 1
                if result.errors:
                    faults.append(f"{result.errors} wrong answers in turn {turn}")
        stats = target.stats()
    responses = stats["responses"]
    if responses != {"200": sent}:
        faults.append(f"{sent} requests were sent, and answered: {responses}")
    if stats["injection_error_ns"]["early"]:
        faults.append(f"{stats['injection_error_ns']['early']} answers were early")
    first, last, most = memory.figures()
    if most > first * (1 + FLAT):
        faults.append(f"memory grew from {first / 1e6:.1f} to {most / 1e6:.1f} MB")
    took_s = monotonic() - begun_s
    return Attempt(
        title=f"{loop}, {engine}, {sent} requests, {sent / turn / turn_s:.0f}/s for "
        f"{turn * turn_s:.0f} s, MB of memory: {first / 1e6:.1f} at first, "
        f"{last / 1e6:.1f} at last, {most / 1e6:.1f} max",
        faults=tuple(faults),
        took_s=took_s,
    )


class _Memory:
    """Watches the private memory of a process, from a thread."""

    def __init__(self, pid: int, every_s: float) -> None:
        self._process = psutil.Process(pid)
        self._every_s = every_s
        self._over = Event()
        self._thread = Thread(target=self._watch)
        self._bytes: list[int] = []

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            with suppress(psutil.Error):
                self._bytes.append(self._process.memory_full_info().uss)

    def figures(self) -> tuple[float, float, float]:
        """Return the bytes of the second stretch, of the last, and of the largest from there on.

        In the first one everything is grown once. Each figure is the median of its stretch.
        """
        length = len(self._bytes) // STRETCHES
        stretches = [
            median(self._bytes[start * length :][:length]) for start in range(1, STRETCHES)
        ]
        return stretches[0], stretches[-1], max(stretches)


def in_flight(loop: str, number: int, held: str = "30s", *, engine: str = "aiohttp") -> Attempt:
    """Ask so many questions at once, each of another size, and check every answer.

    Args:
        loop: event loop of the target.
        number: of requests; each is a connection, of which limits allow only so many.
        held: how long each is kept waiting, so that all are there at once.
        engine: of the target.
    """
    begun_s = monotonic()
    with Target("--loop", loop, "--engine", engine) as target:
        faults = asyncio.run(_ask_all(target, number, held))
        most = target.stats()["in_flight"]["max"]
    if most != number:
        faults.append(f"only {most} of {number} were there at once")
    return Attempt(
        title=f"{loop}, {engine}, {most} requests in service at once, each answer checked",
        faults=tuple(faults[:10]),
        took_s=monotonic() - begun_s,
    )


async def _ask_all(target: Target, number: int, held: str) -> list[str]:
    host, port = target.address
    async with HttpClient(port, host) as client:
        pending = []
        for size in range(number):
            pending.append(client.ask(get(f"/?latency={held}&size={size}")))
            if size % 100 == 0:
                await asyncio.sleep(0)  # lest all connect in the same moment
        answers = await asyncio.gather(*(each.answer for each in pending), return_exceptions=True)
    faults = []
    for size, answer in enumerate(answers):
        if isinstance(answer, BaseException):
            faults.append(f"size {size}: {answer!r}")
        elif answer.status != 200 or answer.body != content(size):
            faults.append(f"size {size}: status {answer.status}, {len(answer.body)} bytes")
    return faults
