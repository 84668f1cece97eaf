"""Scenarios in which coroutines make calls that block, and what each way does to the loop."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from bench import wording

if TYPE_CHECKING:
    from bench.comparison import Comparison, Summary
    from bench.row import Row, Seen

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

State = Literal["still", "free", "unclear"]


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
        """Give the row of a way, if it has a time that counts."""
        row = self.scenario.row(way)
        return row if row is not None and row.sound else None

    def seen(self, way: str, figure: str) -> Seen | None:
        """Give what a way's rounds saw, if there are enough of them."""
        row = self.row(way)
        found = row.seen.get(figure) if row else None
        return found if found and found.rounds >= FEW_ROUNDS else None

    def state(self, way: str) -> State | None:
        """Say whether the loop stood still under this way; None where it was not measured."""
        share = self.seen(way, "stood_share")
        if share is None:
            return None
        if share.least >= STOOD:
            return "still"
        return "free" if share.median <= FREE else "unclear"

    def median(self, way: str, figure: str) -> float:
        """Give the median of what a way's rounds saw; 0 where nothing is known."""
        found = self.seen(way, figure)
        return found.median if found else 0.0

    def stood(self, way: str) -> str:
        """Say for how much of the calls' time the loop stood still, as a condition of a claim."""
        share = wording.percent(self.median(way, "stood_share"))
        who = f"{NAMES[self.call]} by {self.calls} of {self.scenario.tasks} tasks"
        return f"{who}: the loop stood still for {share} of its time"

    def evidence(self, way: str) -> str:
        """Name the row of a way."""
        return f"{self.scenario.name}/{way}"


def cases(summary: Summary) -> list[Case]:
    """Gather the suite's scenarios, in the order of the file."""
    return [
        Case(
            scenario=one,
            call=one.params.get("call", "requests"),
            calls=max(1, int(Fraction(one.params.get("share", "1")) * one.tasks)),
        )
        for one in summary.suites.get(SUITE, [])
    ]


def restless(found: list[Case]) -> float | None:
    """How much of the time the machine itself held up a loop on which nothing blocked, at worst.

    Returns:
        A share, where it is too high to blame the calls for anything; else None.
    """
    shares = [case.median(NATIVE, "stood_share") for case in found]
    worst = max(shares, default=0.0)
    return worst if worst > FREE else None
