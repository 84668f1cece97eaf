"""Whether the machine is too busy to measure on just now, and which programs keep it so."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from waitbench.formatting import percent
from waitbench.results.foreign_text import plain
from waitbench.system import machine

TOO_BUSY = 0.5
"""Share of the cores in use from which close calls stay undecided."""
WATCHED_S = 0.4
NAMED = 3
LEAST_CORES = 0.1
"""A program that takes less of a core is not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What keeps the cores from us.

    Attributes:
        share: of all cores' time that is in use, 0 to 1.
        programs: names and how many cores each takes, the most first.
    """

    share: float
    programs: tuple[tuple[str, float], ...]

    @property
    def sentence(self) -> str:
        """What is the matter, in a line."""
        share = percent(self.share)
        return f"this machine is {share} busy{self.by}: close calls will stay undecided"

    @property
    def by(self) -> str:
        """Which programs take how many cores, in brackets; empty where none can be named."""
        taking = ", ".join(f"{name} {cores:.1f}" for name, cores in self.programs)
        return f" (cores: {taking})" if taking else ""


def look(over_s: float = WATCHED_S) -> Busy | None:
    """Watch the machine for a moment; return what keeps it busy, None where it is free enough.

    Args:
        over_s: how long to watch, in seconds.
    """
    before, began_s = _seconds(), time.monotonic()
    moment = machine.busy(over_s=over_s)
    if moment is None or moment["busy"] < TOO_BUSY:
        return None
    passed_s = time.monotonic() - began_s
    cores: dict[str, float] = defaultdict(float)
    for (number, name), after_s in _seconds().items():
        cores[name] += (after_s - before.get((number, name), after_s)) / passed_s
    most = sorted(cores.items(), key=lambda taken: taken[1], reverse=True)[:NAMED]
    programs = [(name, many) for name, many in most if many > LEAST_CORES]
    return Busy(share=moment["busy"], programs=tuple(programs))


def _seconds() -> dict[tuple[int, str], float]:
    """Return the CPU seconds of every process that can be seen, by number and name."""
    import psutil

    seconds = {}
    for process in psutil.process_iter():
        try:
            times = process.cpu_times()
            seconds[process.pid, plain(process.name())] = times.user + times.system
        except (psutil.Error, OSError):
            continue
    return seconds
