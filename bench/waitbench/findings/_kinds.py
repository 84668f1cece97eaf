"""What asyncio gains over sync on each kind of input and output, and where nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench.findings._gains import compared
from waitbench.findings._verdicts import LIMIT, below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

MODEL = "asyncio"
KINDS = {
    "network requests": ("io_bound", "http"),
    "PostgreSQL": ("storage", "postgres"),
    "SQLite": ("storage", "sqlite"),
    "files": ("storage", "file"),
}
"""What the claim names, with the suite and the workload that stand for it."""
POOLED = ("SQLite", "files")
"""Kinds without an async form of their own: their libraries hand every call to a thread."""

NEAR = frozenset({"", "0", "0ms"})
"""How a distance of nothing is written."""

KindState = Literal["gain", "mixed", "unclear", "unproven", "none", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One scenario: the best that asyncio did in it, in whichever of its forms.

    Attributes:
        scenario: which.
        row: the contestant.
        ratio: times faster than sync.
        gains: whether it surely gains; surely not by more than `LIMIT` allows; None if unclear.
        waits_ns: how long one task of sync waited, in nanoseconds: its wall less its CPU.
    """

    scenario: Comparison
    row: Row
    ratio: Estimate
    gains: bool | None
    waits_ns: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of work, with the scenarios that stand for it and have a time that counts."""

    name: str
    tries: tuple[Try, ...]

    @property
    def state(self) -> KindState:
        """Whether asyncio gains in all scenarios, in none, in some only, or that is not known.

        Where it surely gains nothing in some, and the others are unclear, a gain is `unproven`.
        """
        gains = {attempt.gains for attempt in self.tries}
        if not gains:
            return "missing"
        if {True, False} <= gains:
            return "mixed"
        if None in gains:
            return "unproven" if False in gains else "unclear"
        return "gain" if True in gains else "none"


def kinds(summary: Summary) -> list[Kind]:
    """Return every kind with its scenarios; a kind that was not measured has none."""
    return [Kind(name=name, tries=_tries(summary, *where)) for name, where in KINDS.items()]


def line_ns(tries: Iterable[Try]) -> tuple[float, float] | None:
    """Return the longest wait of a task without a gain and the shortest with one, in nanoseconds.

    None where these overlap: then it is not the wait that decides.
    """
    pairs = [(attempt.gains, attempt.waits_ns) for attempt in tries if attempt.waits_ns is not None]
    most = max((waits for gains, waits in pairs if gains is False), default=None)
    least = min((waits for gains, waits in pairs if gains), default=None)
    if most is None or least is None or most >= least:
        return None
    return most, least


def _tries(summary: Summary, suite: str, workload: str) -> tuple[Try, ...]:
    scenarios = [s for s in measured(summary, suite, workload) if is_near(s)]
    return tuple(attempt for scenario in scenarios if (attempt := attempt_of(scenario)))


def is_near(scenario: Comparison) -> bool:
    """Whether no proxy stands before what a scenario talks to."""
    return scenario.params.get("distance", "") in NEAR


def measured(summary: Summary, suite: str, workload: str) -> list[Comparison]:
    """Return the scenarios of a workload that say something of ways to wait."""
    return [
        scenario
        for scenario in summary.scenarios
        if (scenario.suite, scenario.workload) == (suite, workload)
        and scenario.concurrency > 1
        # A request that waits for nothing tells libraries apart, not ways to wait.
        and (workload != "http" or scenario.waits_ns)
    ]


def attempt_of(scenario: Comparison) -> Try | None:
    """Return what asyncio did in a scenario; None where it has no time that counts."""
    rows = [row for row in compared(scenario) if row.kind == MODEL]
    best = max(rows, key=lambda row: row.ratio.value if row.ratio else 0.0, default=None)
    if best is None or best.ratio is None:
        return None
    gains = None
    if best.verdict and best.verdict.verdict == "faster":
        gains = True
    elif all(below(row.ratio, LIMIT) for row in rows):
        gains = False
    return Try(
        scenario=scenario, row=best, ratio=best.ratio, gains=gains, waits_ns=_waits_ns(scenario)
    )


def _waits_ns(scenario: Comparison) -> float | None:
    sync = scenario.row(scenario.baseline or "")
    if sync is None or sync.wall is None or sync.cpu_ns is None:
        return None
    return max(0.0, sync.wall.value / scenario.tasks - sync.cpu_ns)
