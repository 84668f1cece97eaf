"""How late one timer was under one load, and the goals for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MS = 1_000_000
CONTROL, LIMIT, PROXY = "sleep", "thread", "proxy"
PIECES = "pieces"


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """One load: every request asks for the same delay, at random moments of a given rate."""

    latency_ms: int
    rate: int

    @property
    def in_flight(self) -> int:
        """How many requests are in service on average (Little's law)."""
        return self.rate * self.latency_ms // 1000

    @property
    def connections(self) -> int:
        """Enough that hardly any request finds all of them busy."""
        return round(self.in_flight * 1.2) + 100


LOADS = (Load(latency_ms=50, rate=2000), Load(latency_ms=2500, rate=2000))
NEAR = Load(latency_ms=1, rate=1000)
"""What a proxy is measured with: a service one millisecond away."""
STREAMS = Load(latency_ms=20, rate=10_000)
"""What streams are measured with: 200 at once, a piece every 20 ms in each; its rate is theirs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """How late the middle answer and one in a hundred may be, in the quietest block."""

    p50_ns: int
    p99_ns: int
    times_thread: float | None = None
    """How many times later than the bare thread one in a hundred may be."""


GOALS = {
    ("timerfd", LOADS[0]): Goal(p50_ns=40_000, p99_ns=150_000, times_thread=2.0),
    (PROXY, NEAR): Goal(p50_ns=100_000, p99_ns=400_000),
    (PIECES, STREAMS): Goal(p50_ns=100_000, p99_ns=500_000),
}


@dataclass(kw_only=True, slots=True)
class Precision:
    """Injection errors of one timer on one loop under one load, added up over the blocks."""

    timer: str
    loop: str
    load: Load
    counts: Counter[int] = field(default_factory=Counter)
    """Requests by error in nanoseconds, below zero if early; within 1 %."""
    seen_ns: list[int] = field(default_factory=list)
    """What the client saw beyond the delay it asked for: its own part is in it."""
    errors: int = 0
    blocks: list[tuple[int, int]] = field(default_factory=list)
    """The 99th percentile and the median of each block: the lowest is the quietest."""
    drift_ns: tuple[int, int] | None = None
    """How late the first and the last thousand of 10,000 pieces of a stream were, each a median."""

    @property
    def quietest(self) -> tuple[int, int]:
        """Median and 99th percentile of the quietest block, in nanoseconds."""
        p99_ns, p50_ns = min(self.blocks, default=(0, 0))
        return p50_ns, p99_ns

    @property
    def early(self) -> int:
        """Answers before their time."""
        return sum(count for error_ns, count in self.counts.items() if error_ns < 0)

    def quantile_ns(self, share: float, *, absolute: bool = False) -> int:
        """Return the error that a share of the answers does not exceed."""
        return quantile_ns(self.counts, share, absolute=absolute)

    def add(self, counts: Counter[int], seen_ns: list[int], errors: int) -> None:
        """Add one block."""
        self.counts += counts
        self.blocks.append((quantile_ns(counts, 0.99), quantile_ns(counts, 0.5)))
        self.seen_ns += seen_ns
        self.errors += errors


def quantile_ns(counts: Counter[int], share: float, *, absolute: bool = False) -> int:
    """Return the value that a share of what was counted does not exceed."""
    if absolute:
        folded: Counter[int] = Counter()
        for value, count in counts.items():
            folded[abs(value)] += count
        counts = folded
    rank = share * counts.total()
    below = 0
    for value in sorted(counts):
        below += counts[value]
        if below >= rank:
            return value
    return 0
