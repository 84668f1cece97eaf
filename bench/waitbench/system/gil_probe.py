"""How much of the time the GIL is held: sampled by a thread that asks for it at random moments."""

from __future__ import annotations

import random
import sys
import threading
import time
from statistics import median
from typing import Self

from waitbench.system.procfs import read_proc

MEAN_NS = 4_000_000
"""Between two samples, on average: about a hundredth of the time goes into them."""
SETTLING_S = 0.12
"""So long the samples before the round meet a lock that nobody holds."""
LEAST_NS = 100_000
MARGIN = 2.5
"""A timer wakes up late by less than this, or by so many times its median; longer is the lock."""
MOST_ALONE = 40
"""Of so many first samples, while all sleep, the timer's lateness is taken."""
_LINUX = sys.platform == "linux"


class GilProbe:
    """A thread that wants the GIL at moments drawn beforehand, and notes how late it got it.

    Moments are of a Poisson process, so the share of them that find the lock held is the share of
    the time in which it is held (Wolff 1982). A moment that falls into an earlier sample's wait
    finds it held too. Who stood in the run queue himself cannot tell how it was when he came; he
    is counted apart, so that other busy processes are not taken for holders.
    """

    def __init__(self) -> None:
        self.limit_ns = LEAST_NS
        self.queued_share = 0.0
        self._counts = _no_counts()
        self._late_ns: list[int] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gil-probe", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        time.sleep(SETTLING_S)  # nobody holds the lock: this is how late a timer is here
        alone = sorted(self._late_ns)
        if len(alone) > 1:
            self.limit_ns = max(LEAST_NS, round(MARGIN * median(alone)))
        self.queued_share = self._counts["queued"] / max(1, sum(self._counts.values()))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def native_id(self) -> int:
        """Of the sampling thread, so that its own CPU can be left out."""
        return self._thread.native_id or 0

    def start(self) -> None:
        """Begin to count."""
        self._counts = _no_counts()

    def stop(self) -> dict[str, float]:
        """Count the moments since `start` at which the lock was held, free, or nobody knows.

        `watched_knocks_idle_share` is the share of those that nobody knows of while all sleep.
        """
        counts = self._counts
        return {
            "watched_knocks_held": counts["held"],
            "watched_knocks_free": counts["free"],
            "watched_knocks_queued": counts["queued"],
            "watched_knocks_idle_share": self.queued_share,
            "watched_knocks_limit_ns": self.limit_ns,
        }

    def _run(self) -> None:
        draw = random.Random(0)
        next_ns = time.perf_counter_ns()
        queued_ns = _queued_ns()
        while not self._over.is_set():
            next_ns += round(draw.expovariate(1 / MEAN_NS))
            ahead_ns = next_ns - time.perf_counter_ns()
            if ahead_ns <= 0:
                self._counts["held"] += 1  # it fell into the wait of the one before it
                continue
            time.sleep(ahead_ns / 1e9)
            late_ns = time.perf_counter_ns() - next_ns
            now_ns = _queued_ns()
            state = self._note(late_ns, now_ns - queued_ns)
            queued_ns = now_ns
            if state != "held":  # what passed meanwhile passed without anybody's lock
                next_ns = time.perf_counter_ns()

    def _note(self, late_ns: int, queued_ns: int) -> str:
        state = "queued" if queued_ns > self.limit_ns else "free"
        if late_ns - queued_ns > self.limit_ns:
            state = "held"
        self._counts[state] += 1
        if len(self._late_ns) < MOST_ALONE:
            self._late_ns.append(late_ns - queued_ns)
        return state


def _no_counts() -> dict[str, int]:
    return {"held": 0, "free": 0, "queued": 0}


def _queued_ns() -> int:
    """Nanoseconds that this thread has stood ready without a core; 0 where nothing tells."""
    if not _LINUX:
        return 0
    try:
        return int(read_proc(f"/proc/self/task/{threading.get_native_id()}/schedstat").split()[1])
    except OSError:
        return 0
