"""The suite of streams as findings see it: who kept up with the pieces, and how late they were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting, units
from waitbench.findings._gains import sound
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.measured import Metric

SUITE = "streaming"
THREADS, ASYNCIO = "threads", "asyncio"
FEW_ROUNDS = 3
"""Fewer rounds than this tell nothing."""
HALF = 0.5
"""Of the gap: who sees a piece later than that after it was sent is about to miss the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario of the suite.

    Attributes:
        scenario: what was raced.
        gap_ns: between two pieces of a stream.
        blocks: whether it is there for what one task's call does to the others.
    """

    scenario: Comparison
    gap_ns: int
    blocks: bool

    @property
    def at_once(self) -> int:
        """How many streams there were at once."""
        return min(self.scenario.concurrency, self.scenario.tasks)

    @property
    def gap(self) -> str:
        """The gap in words: 20 ms."""
        return formatting.duration(self.gap_ns)

    def seen(self, model: str, figure: str) -> Metric | None:
        """Return a figure of a model's rounds, if there are enough of them."""
        row = sound(self.scenario, model)
        seen = row.measured.metrics.get(figure) if row else None
        return seen if seen and seen.rounds >= FEW_ROUNDS else None

    def keeps_up(self, model: str) -> bool | None:
        """Return whether a model was there for its pieces; None where that is open.

        It was where 99 of 100 pieces are seen within half a gap after they were sent, in half of
        the rounds; it was not where even the best round is worse.
        """
        behind = self.seen(model, "behind_p99_ns")
        if behind is None:
            return None
        limit_ns = HALF * self.gap_ns
        return True if behind.median <= limit_ns else False if behind.least > limit_ns else None

    def evidence(self, model: str) -> str:
        """Return the row of a model, as evidence names it."""
        return f"{self.scenario.name}/{model}"


def cases(summary: Summary) -> list[Case]:
    """Return the suite's scenarios, in the order of the file; none whose gap is no duration."""
    rows = []
    for scenario in summary.suites.get(SUITE, []):
        try:
            gap_ns = units.duration_ns(scenario.params.get("gap", "20ms"))
        except BenchError:
            continue
        rows.append(Case(scenario=scenario, gap_ns=gap_ns, blocks="block" in scenario.params))
    return rows
