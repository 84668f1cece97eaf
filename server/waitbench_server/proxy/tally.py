"""What a link counts in a period, and the members of `/stats` that it comes to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from waitbench_server.histogram import bucket, quantiles
from waitbench_server.period import Member, buckets, error_member

_SIDES: Final = ("up", "down")


def _histogram() -> defaultdict[int, int]:
    return defaultdict(int)


@dataclass(slots=True)
class Errors:
    """How much later than due pieces were sent on, by bucket."""

    sum_ns: int = 0
    late: defaultdict[int, int] = field(default_factory=_histogram)
    early: defaultdict[int, int] = field(default_factory=_histogram)

    def add(self, error_ns: int) -> None:
        """Count a piece."""
        self.sum_ns += error_ns
        if error_ns < 0:
            self.early[bucket(-error_ns)] += 1
        else:
            self.late[bucket(error_ns)] += 1

    def member(self) -> Member:
        """Return quantiles and mean."""
        return error_member(self.late, self.early, self.sum_ns)

    def histogram(self) -> list[list[int]]:
        """Return the buckets that hold something."""
        return buckets(self.late, self.early)


@dataclass(slots=True)
class Tally:
    """Counts of one link, written on every piece that passes: short and without checks."""

    connections: int = 0
    connections_max: int = 0
    opened: int = 0
    turned_away: int = 0
    """Connections that were closed because there are too many."""
    absent: int = 0
    """Connections that the upstream did not take."""
    client_resets: int = 0
    upstream_resets: int = 0
    pieces: list[int] = field(default_factory=lambda: [0, 0])
    """What was read and sent on at once: of clients, of the upstream."""
    passed: list[int] = field(default_factory=lambda: [0, 0])
    """Bytes of clients, and of the upstream."""
    faults: dict[str, int] = field(default_factory=dict)
    errors: list[Errors] = field(default_factory=lambda: [Errors(), Errors()])
    """How much later than due what clients sent went on, and what the upstream sent."""
    responses: defaultdict[int, int] = field(default_factory=_histogram)
    """How long the upstream took by itself: from a client's last byte sent to its first."""

    def connected(self) -> None:
        """Count a connection in."""
        self.opened += 1
        self.connections += 1
        self.connections_max = max(self.connections_max, self.connections)

    def read(self, side: int, count: int) -> None:
        """Count bytes that one side sent."""
        self.pieces[side] += 1
        self.passed[side] += count

    def response(self, response_ns: int) -> None:
        """Count how long the upstream took by itself."""
        self.responses[bucket(response_ns)] += 1

    def fault(self, name: str) -> None:
        """Count a fault that was done on purpose."""
        self.faults[name] = self.faults.get(name, 0) + 1

    def next(self) -> Tally:
        """Return the tally of the period that begins now: connections stay."""
        return Tally(connections=self.connections, connections_max=self.connections)

    def member(self) -> Member:
        """Return it as a member of the statistics."""
        response_ns = quantiles(self.responses, (0.5, 0.9, 0.99, 1))
        return {
            "connections": {
                "now": self.connections,
                "max": self.connections_max,
                "opened": self.opened,
                "refused": self.turned_away,
            },
            "upstream": {"absent": self.absent, "resets": self.upstream_resets},
            "client_resets": self.client_resets,
            "faults": dict(self.faults),
            **{
                name: {
                    "pieces": self.pieces[side],
                    "bytes": self.passed[side],
                    "error_ns": self.errors[side].member(),
                }
                for side, name in enumerate(_SIDES)
            },
            "response_ns": {
                "count": sum(self.responses.values()),
                **dict(zip(("p50", "p90", "p99", "max"), response_ns, strict=True)),
            },
            "histogram": {
                "unit": "ns",
                **{name: self.errors[side].histogram() for side, name in enumerate(_SIDES)},
            },
        }
