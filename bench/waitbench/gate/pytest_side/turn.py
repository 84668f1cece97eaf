"""One test under orders: from its call of `benchmark` until the race is over, then to its end."""

from __future__ import annotations

import base64
import os
import time
import zlib
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from .desk import Desk
    from .heap import Heap
    from .timed import Round, Timed

    Conversation = Generator[int, Round, Round]
    """Numbers of calls go out, what they took comes in; the last round is what the test gets."""

AT_LEAST_NS = 10_000_000
"""So long a handful of calls must take to tell what one takes."""
MOST_CALLS = 1_000_000
TRIAL_NS = 1_000_000_000
"""A trial that takes longer, with set-ups, is no longer drawn out."""


@dataclass
class Turn:
    """What becomes of a test that was ordered.

    Attributes:
        desk: where orders come from.
        heap: of the session.
        node: id of the test.
        trial: whether it is only tried.
        calls: in each round of a race.
        reached: whether the test has come to its benchmark.
        used: whether a call of it has ended well.
        opened: whether its opening was answered.
        tried: what the trial showed.
        walls_s: seconds of a call in each round.
        reports: of its phases, by pytest.
        given: whether the test was given our fixture.
        ended: how the test ended more than itself.
    """

    desk: Desk
    heap: Heap
    node: str
    trial: bool
    calls: int = 1
    reached: bool = False
    used: bool = False
    opened: bool = False
    tried: dict[str, Any] = field(default_factory=dict)
    walls_s: list[float] = field(default_factory=list)
    reports: list[Any] = field(default_factory=list)
    given: bool = False
    ended: str | None = None

    @property
    def unused(self) -> bool:
        """Whether a test that has the fixture by its name never got ours."""
        return not self.given and not self.reached

    def converse(self, timed: Timed) -> Conversation:
        """Warm up, then try it or race it, until the race is over."""
        began_ns = time.perf_counter_ns()
        self.reached = True
        first = yield from self._round(1)
        if first.error:
            return first
        for _ in range(timed.warm_ups):
            if time.perf_counter_ns() - began_ns > TRIAL_NS:
                break
            yield from self._round(1)
        self.used = True
        if self.trial:
            return (yield from self._try(timed, first))
        return (yield from self._race(first))

    def _round(self, calls: int) -> Conversation:
        """Have it called so often; a child that was forked in it and comes back ends here."""
        round_ = yield calls
        if self.desk.child_came_back():
            round_.error = ChildProcessError(
                "a child that it forks comes back out of the call, where it has to end by os._exit"
            )
        return round_

    def _try(self, timed: Timed, first: Round) -> Conversation:
        calls, took_ns, began_ns = 1, 0, time.perf_counter_ns()
        last = first
        if first.whole_ns > TRIAL_NS:
            took_ns = AT_LEAST_NS
        while took_ns < AT_LEAST_NS and calls < MOST_CALLS:
            last = yield from self._round(calls)
            if last.error:
                return last
            took_ns = last.wall_ns
            if time.perf_counter_ns() - began_ns > TRIAL_NS:
                break
            calls *= 4
        self.walls_s.append(last.wall_ns / last.calls / 1e9)
        self.tried = {
            "seconds": last.wall_ns / last.calls / 1e9,
            "between_s": (last.whole_ns - last.wall_ns) / last.calls / 1e9
            if timed.alternates
            else 0.0,
            "first_s": first.wall_ns / 1e9,
            "fresh": timed.alternates,
        }
        return last

    def _race(self, last: Round) -> Conversation:
        self.desk.answer(
            {"startup_ns": 0, "width": 1, "notes": [], "waits_ns": 0, "computes": True}
        )
        self.opened = True
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        try:
            while True:
                order = self.desk.order()
                if order["op"] != "run":
                    return last
                core = order.get("core")
                if core is not None:
                    os.sched_setaffinity(0, {core})
                self.heap.before_round()
                last = yield from self._round(self.calls)
                self.walls_s.append(last.wall_ns / last.calls / 1e9)
                self.desk.answer(self._answer(last, core))
        finally:
            if cores is not None:
                with suppress(OSError):
                    os.sched_setaffinity(0, cores)
            self.heap.after_test()

    def _answer(self, last: Round, core: int | None) -> dict[str, Any]:
        error = f"{type(last.error).__name__}: {last.error}" if last.error else None
        spans = array("q", [0, last.wall_ns])
        return {
            "wall_ns": last.wall_ns,
            "cpu_ns": last.cpu_ns,
            "delay_ns": last.delay_ns,
            "errors": int(error is not None),
            "error": error,
            "spans": base64.b64encode(zlib.compress(spans.tobytes())).decode("ascii"),
            "single": last.alone,
            "core": core,
        }
