"""Scenarios in which coroutines make calls that block, and what each way does to the loop."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from waitbench import formatting
from waitbench.findings._gains import sound

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.measured import Metric
    from waitbench.analysis.row import Row

SUITE = "blocking"
DIRECT, NATIVE, NOTHING = "direct", "native", "nothing"

NAMES = {
    "sleep": "time.sleep",
    "requests": "requests.get",
    "sqlite": "a sqlite3 query",
    "cpu": "pure Python",
}
"""The calls as people know them."""

STOOD = 0.5
"""A loop that stands still for at least this share of the calls' time, even in the best round,
is held up by them: what else runs on the machine only adds to some rounds."""
FREE = 0.25
"""One that does so for at most this share in half of the rounds is not."""
FEW_ROUNDS = 3
"""Fewer rounds than this tell nothing."""

LoopState = Literal["still", "free", "unclear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One scenario.

    Attributes:
        scenario: what was raced.
        call: `sleep`, `requests`, `sqlite`, `cpu` or `nothing`.
        calls: how many a round makes.
    """

    scenario: Comparison
    call: str
    calls: int

    def row(self, way: str) -> Row | None:
        """Return the row of a way, if it has a time that counts."""
        return sound(self.scenario, way)

    def seen(self, way: str, figure: str) -> Metric | None:
        """Return a figure of a way's rounds, if there are enough of them."""
        row = self.row(way)
        seen = row.measured.metrics.get(figure) if row else None
        return seen if seen and seen.rounds >= FEW_ROUNDS else None

    def state(self, way: str) -> LoopState | None:
        """Return whether the loop stood still under this way; None where it was not measured."""
        share = self.seen(way, "stood_share")
        if share is None:
            return None
        if share.least >= STOOD:
            return "still"
        return "free" if share.median <= FREE else "unclear"

    def median(self, way: str, figure: str) -> float:
        """Return the median of a figure of a way's rounds; 0 where nothing is known."""
        seen = self.seen(way, figure)
        return seen.median if seen else 0.0

    def standstill(self, way: str) -> str:
        """Return for how long at once the loop stood still, in words: 20 ms."""
        return formatting.duration(self.median(way, "standstill_ns"))

    def stood(self, way: str) -> str:
        """Return how much of the calls' time the loop stood still, as a condition of a claim."""
        share = formatting.percent(self.median(way, "stood_share"))
        who = f"{NAMES[self.call]} by {self.calls} of {self.scenario.tasks} tasks"
        return f"{who}: the loop stood still for {share} of its time"

    def evidence(self, way: str) -> str:
        """Return the row of a way, as evidence names it."""
        return f"{self.scenario.name}/{way}"


def cases(summary: Summary) -> list[Case]:
    """Return the suite's scenarios as cases, in the order of the file."""
    return [
        Case(
            scenario=scenario,
            call=scenario.params.get("call", "requests"),
            calls=max(1, int(Fraction(scenario.params.get("share", "1")) * scenario.tasks)),
        )
        for scenario in summary.suites.get(SUITE, [])
    ]


def restless(cases: list[Case]) -> float | None:
    """Return for how much of the time the machine itself held up a loop without blocking calls.

    Returns:
        The worst share, where it is too high to blame the calls for anything; else None.
    """
    shares = [case.median(NATIVE, "stood_share") for case in cases]
    worst = max(shares, default=0.0)
    return worst if worst > FREE else None
