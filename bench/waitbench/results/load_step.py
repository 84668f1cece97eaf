"""One step of load on a server as the results file keeps it: a point of its curve."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a server did at one rate, for a moment.

    Attributes:
        rate_per_s: requests per second that were due.
        goodput_per_s: answers within the level, per second of sending.
        p50_ns: median time from when a request was due to its whole answer, in nanoseconds.
        p99_ns: what one in a hundred exceeded.
        service_p99_ns: the same from when it was really sent.
        planned: requests that were due.
        answered: of them, rightly.
        refused: connections refused or reset, and answers 503.
        failed: otherwise not answered rightly.
        unsent: not sent, because too many were under way.
        held: whether all were answered, p99 within the level, and no queue grew.
        limited: whether the generator was the limit.
        level_ns: the service level for p99.
        ideal_ns: what the work of one request takes by itself.
    """

    rate_per_s: float
    goodput_per_s: float
    p50_ns: float
    p99_ns: float
    service_p99_ns: float
    planned: int
    answered: int
    refused: int
    failed: int
    unsent: int
    held: bool
    limited: bool
    level_ns: float
    ideal_ns: float

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Read a step out of a round's record.

        Raises:
            KeyError: the record is not whole.
        """
        return cls(**{field.name: kept[field.name] for field in fields(cls)})
