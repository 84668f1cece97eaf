"""What was seen of one pool, and how large those are that nobody chose the size of."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from waitbench.doctor.findings import SourceLine


class Wait(NamedTuple):
    """One wait of a call for its turn.

    It was not `served` if it gave up: cancelled, timed out, or in line at the end.
    """

    since_ns: int
    wall_ns: int
    served: bool = True


@dataclass(slots=True, kw_only=True)
class Pool:
    """What was seen of one pool.

    Attributes:
        chosen: whether the program chose the limit itself; a default limit is met by surprise.
        place: the line whose call was the first to wait.
        busy: where its threads were as it was full.
        calls: that were handed in; 0 where only those are seen that wait.
        in_loop: whether its turns are given by a loop: while that is held, nobody gets one.
        waits: of calls for their turn.
    """

    name: str
    limit: int
    chosen: bool
    place: SourceLine | None = None
    busy: Counter[SourceLine] = field(default_factory=Counter)
    calls: int = 0
    in_loop: bool = False
    waits: list[Wait] = field(default_factory=list)
    in_line: dict[Any, int] = field(default_factory=dict)

    def waited(self, since_ns: int, *, served: bool) -> Wait:
        """Keep, and return, how long a call waited, and whether it got its turn."""
        wait = Wait(since_ns, time.perf_counter_ns() - since_ns, served)
        self.waits.append(wait)
        return wait


def cores() -> int:
    """Return the cores that pools are sized by, as `concurrent.futures` counts them."""
    cpus: int | None = getattr(os, "process_cpu_count", os.cpu_count)()  # the former since 3.13
    return cpus or 1


def default_threads() -> int:
    """Return the threads of a pool whose size nobody chose, as `concurrent.futures` has it."""
    return min(32, cores() + 4)
