"""One step of load, open or closed, with a health probe beside it; gives what it saw as a dict."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from bench.serving.arrivals import planned_ns
from bench.serving.pacer import Pacer
from bench.serving.tally import RefusedError, Tally

if TYPE_CHECKING:
    from bench.serving.arrivals import Arrivals

MOST_IN_FLIGHT = 2_000
"""Requests under way at most, so that no step can use up a machine; more are not sent."""
PROBE_EVERY_NS = 50_000_000
CALM_PROBES = 2
"""So many light requests in a row within the level, and a server has recovered."""
BUSY = 503
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted of one step.

    Attributes:
        port: where the server listens, on 127.0.0.1.
        path: what is asked for.
        expect: the right body; anything else is a failure. None takes every body.
        for_ns: how long requests are sent.
        level_ns: the service level.
        patience_ns: how long after that to wait for the last answers; the rest is cancelled.
        rate: of an open load, requests per second.
        arrivals: of an open load.
        seed: of random arrivals.
        users: of a closed load: each asks again when it is answered.
        probe: whether a light request every 50 ms goes beside it, and on until it is answered
            within the level again.
        give_up_ns: an open load ends early when a request has waited so long; 0 for never.
    """

    port: int
    path: str
    expect: str | None = None
    for_ns: int
    level_ns: int
    patience_ns: int = 10_000_000_000
    rate: float = 0.0
    arrivals: Arrivals = "constant"
    seed: str = ""
    users: int = 0
    probe: bool = False
    give_up_ns: int = 0


class _Client:
    """Asks one server, and books what it says."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self._url = f"http://127.0.0.1:{order.port}"
        self._expect = None if order.expect is None else order.expect.encode()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=False),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._session.close()

    async def ask(self, path: str, expect: bytes | None) -> None:
        """Ask once, and read the whole answer.

        Raises:
            RefusedError: the answer is that the server is too busy.
            ValueError: the answer is wrong.
        """
        async with self._session.get(self._url + path) as response:
            body = await response.read()
            if response.status == BUSY:
                raise RefusedError
            if response.status != OK or (expect is not None and body != expect):
                raise ValueError(f"status {response.status}, {body[:60]!r}")

    async def book(self, tally: Tally, planned: int, start_ns: int) -> None:
        """Ask for the work, due `planned` nanoseconds after `start_ns`, and book it."""
        sent_ns = perf_counter_ns() - start_ns
        tally.lags_ns.append(max(0, sent_ns - planned))
        try:
            await self.ask(self.order.path, self._expect)
        except (aiohttp.ClientError, OSError, ValueError, RefusedError) as error:
            tally.lost(error)
        except asyncio.CancelledError as error:
            tally.lost(error)
            raise
        else:
            now_ns = perf_counter_ns() - start_ns
            tally.answered(planned_ns=planned, sent_ns=sent_ns, now_ns=now_ns)


class Open:
    """Requests that are sent when they are due, whatever became of those before."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._plan = planned_ns(order.arrivals, order.rate, order.for_ns, order.seed)
        self._tally = Tally()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._unsent = self._come = 0
        self._gave_up = asyncio.Event()

    async def run(self) -> dict[str, Any]:
        """Send for the ordered time, wait for the last answers, and sum up."""
        order = self._order
        async with _Client(order) as client:
            self._client = client
            self._start_ns = perf_counter_ns()
            cpu_ns = time.process_time_ns()
            loop = asyncio.get_running_loop()
            pacer = Pacer(loop, self._start_ns, self._plan, self._send)
            probe = Probe(order, client, self._start_ns)
            watching = asyncio.create_task(probe.run()) if order.probe else None
            pacer.start()
            with suppress(TimeoutError):
                async with asyncio.timeout(order.for_ns / 1e9):
                    await self._gave_up.wait()
            pacer.stop()
            sent_ns = perf_counter_ns() - self._start_ns
            cpu_ns = time.process_time_ns() - cpu_ns
            await asyncio.sleep(0)  # calls that the pacer made last
            await self._drain()
            health: dict[str, Any] = {}
            if watching:
                probe.load_is_over(sent_ns)
                await watching
                health = probe.facts()
                late_ns = self._tally.last_late_ns(order.level_ns) - sent_ns
                health["recovery_ns"] = max(health["recovery_ns"], late_ns)
        return {
            **self._tally.facts(order.level_ns),
            **health,
            "planned": len(self._plan),
            "unsent": self._unsent,
            "gave_up": self._gave_up.is_set(),
            "sent_for_ns": sent_ns,
            "cpu_ns": cpu_ns,
            "wall_ns": perf_counter_ns() - self._start_ns,
        }

    def _send(self, number: int) -> None:
        if self._gave_up.is_set():
            return
        planned = self._plan[number]
        if len(self._under_way) >= MOST_IN_FLIGHT:
            self._unsent += 1
            return
        oldest = next(iter(self._under_way), number)
        waited_ns = perf_counter_ns() - self._start_ns - self._plan[oldest]
        if self._order.give_up_ns and waited_ns > self._order.give_up_ns:
            self._gave_up.set()
            return
        task = asyncio.ensure_future(self._client.book(self._tally, planned, self._start_ns))
        self._under_way[number] = task
        task.add_done_callback(lambda _: self._under_way.pop(number, None))

    async def _drain(self) -> None:
        tasks = list(self._under_way.values())
        if tasks and not self._gave_up.is_set():
            await asyncio.wait(tasks, timeout=self._order.patience_ns / 1e9)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Closed:
    """So many users, each of whom asks again as soon as it is answered."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._tally = Tally()

    async def run(self) -> dict[str, Any]:
        """Ask for the ordered time, wait for what is under way, and sum up."""
        order = self._order
        async with _Client(order) as client:
            start_ns, cpu_ns = perf_counter_ns(), time.process_time_ns()
            probe = Probe(order, client, start_ns)
            watching = asyncio.create_task(probe.run()) if order.probe else None
            users = [asyncio.create_task(self._user(client, start_ns)) for _ in range(order.users)]
            _, late = await asyncio.wait(users, timeout=(order.for_ns + order.patience_ns) / 1e9)
            for user in late:
                user.cancel()
            await asyncio.gather(*users, return_exceptions=True)
            wall_ns = perf_counter_ns() - start_ns
            cpu_ns = time.process_time_ns() - cpu_ns
            health: dict[str, Any] = {}
            if watching:
                probe.load_is_over(wall_ns)
                await watching
                health = probe.facts()
        facts = self._tally.facts(order.level_ns)
        return {
            **facts,
            **health,
            "planned": facts["answered"],
            "unsent": 0,
            "gave_up": False,
            "sent_for_ns": wall_ns,
            "cpu_ns": cpu_ns,
            "wall_ns": wall_ns,
        }

    async def _user(self, client: _Client, start_ns: int) -> None:
        while (now_ns := perf_counter_ns() - start_ns) < self._order.for_ns:
            await client.book(self._tally, now_ns, start_ns)


class Probe:
    """A light request every 50 ms: what somebody suffers who wants next to nothing."""

    def __init__(self, order: Order, client: _Client, start_ns: int) -> None:
        self._order, self._client, self._start_ns = order, client, start_ns
        self._seen: list[tuple[int, int | None]] = []
        self._over_ns: int | None = None
        self._refused = 0

    def load_is_over(self, at_ns: int) -> None:
        """Tell it when the last heavy request was sent: from there recovery counts."""
        self._over_ns = at_ns

    async def run(self) -> None:
        """Ask on and on, until all is calm after the load; no longer than its patience."""
        due_ns = 0
        asked: list[asyncio.Task[None]] = []
        while not self._done():
            await asyncio.sleep(max(0, due_ns - self._now_ns()) / 1e9)
            asked.append(asyncio.create_task(self._ask(due_ns)))
            due_ns += PROBE_EVERY_NS
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

    def facts(self) -> dict[str, Any]:
        """Give its times while the load was on, and how long recovery took."""
        over_ns = self._over_ns or 0
        during = sorted(took for due, took in self._seen if due <= over_ns and took is not None)
        bad = [due for due, took in self._seen if took is None or took > self._order.level_ns]
        first_calm = max((due for due in bad), default=-PROBE_EVERY_NS) + PROBE_EVERY_NS
        return {
            "health_p50_ns": during[len(during) // 2] if during else None,
            "health_max_ns": during[-1] if during else None,
            "recovery_ns": max(0, first_calm - over_ns) if bad else 0,
            "probes": len(self._seen),
        }

    async def _ask(self, due_ns: int) -> None:
        try:
            await self._client.ask("/health", None)
        except aiohttp.ClientConnectorError:
            self._refused += 1
            self._seen.append((due_ns, None))
        except (aiohttp.ClientError, OSError, ValueError, RefusedError, asyncio.CancelledError):
            self._seen.append((due_ns, None))
        else:
            self._seen.append((due_ns, self._now_ns() - due_ns))

    def _now_ns(self) -> int:
        return perf_counter_ns() - self._start_ns

    def _done(self) -> bool:
        if self._over_ns is None:
            return False
        late = self._now_ns() > self._over_ns + self._order.patience_ns
        if late or self._refused >= CALM_PROBES:  # who is gone will not recover
            return True
        after = [took for due, took in sorted(self._seen) if due >= self._over_ns][-CALM_PROBES:]
        return len(after) == CALM_PROBES and all(
            took is not None and took <= self._order.level_ns for took in after
        )
