"""How late loops were, and what was seen meanwhile: probes, looks, and who kept the GIL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from waitbench.doctor.gil_holders import Holder
    from waitbench.doctor.ready_queue import Waiting
    from waitbench.doctor.source_lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """A time in which another thread than the loop's kept the GIL, so that nobody could look."""

    began_ns: int
    wall_ns: int
    holder: Holder


class LagLook(NamedTuple):
    """One look at a loop that was late: what it ran, how many steps were in line, and whose.

    At a `gil_wait` it wanted the GIL, which the `holder` had had, if anybody stood out.
    """

    lines: tuple[Line, ...]
    ready: int
    waiting: list[Waiting]
    gil_wait: bool
    holder: Holder | None


@dataclass(slots=True, kw_only=True)
class LagProbe:
    """A callback that a loop was asked for, when it should have come, and how it was then.

    `queued_ns` and `watchdog_ns` are waits for a core until then, of the loop's thread and of ours.
    """

    due_ns: int
    number: int
    queued_ns: int
    watchdog_ns: int = 0
    looks: list[LagLook] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A probe that a loop was late to answer.

    Attributes:
        steps: that the loop took meanwhile.
        queued_ns: what its thread waited for a core meanwhile; `watchdog_ns`: what ours did.
    """

    began_ns: int
    wall_ns: int
    steps: int
    queued_ns: int
    watchdog_ns: int = 0
    looks: tuple[LagLook, ...]
