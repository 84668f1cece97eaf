"""One step of load on a server: a point of its curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """What a server did at one rate, for a moment.

    Attributes:
        rate_per_s: requests per second that were due.
        goodput_per_s: answers within the level, per second of sending.
        mean_ns: mean time from when a request was due to its whole answer; None without answers.
        p50_ns: median of that time, in nanoseconds.
        p99_ns: what one in a hundred exceeded.
        service_p50_ns: median time from when a request was really sent.
        service_p99_ns: what one in a hundred exceeded of that.
        lag_p50_ns: median of how late requests were sent.
        lag_p99_ns: what one in a hundred exceeded of that.
        planned: requests that were due.
        answered: of them, rightly.
        refused: connections refused or reset, and answers 503.
        failed: otherwise not answered rightly.
        unsent: not sent, because too many were under way.
        generator_cpu_share: of one core, that the generator used while it sent.
        generator_limited: whether the generator was the limit.
        sustained: whether all were answered, p99 within the level, and no queue grew.
        level_ns: the service level for p99.
        ideal_ns: what the work of one request takes by itself.
        senders: of several generators, each one's machine, planned and sent requests, lateness of
            sending and of its start, and share of a core.
        skew_ns: how far apart the first and the last of them began, at most.
    """

    rate_per_s: float
    goodput_per_s: float
    mean_ns: float | None = None
    p50_ns: float
    p99_ns: float
    service_p50_ns: float | None = None
    service_p99_ns: float
    lag_p50_ns: float | None = None
    lag_p99_ns: float | None = None
    planned: int
    answered: int
    refused: int
    failed: int
    unsent: int
    generator_cpu_share: float | None = None
    generator_limited: bool
    sustained: bool
    level_ns: float
    ideal_ns: float
    senders: Sequence[Mapping[str, Any]] = ()
    skew_ns: int = 0
