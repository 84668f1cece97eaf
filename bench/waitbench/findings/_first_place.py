"""Who came first in a scenario, who chases it, and who was held back: a verdict, a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.row import compare
from waitbench.findings._verdicts import above, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.bounds import HeldBack
    from waitbench.analysis.comparison import Comparison
    from waitbench.analysis.row import Row
    from waitbench.findings import ClaimVerdict, Reason
    from waitbench.stats.estimates import Estimate
    from waitbench.stats.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """One contestant behind the first: how many times as long it took, and what that allows."""

    row: Row
    ratio: Estimate | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A scenario with its first, who chases it, and of whom it is not known how fast they are.

    Attributes:
        scenario: which.
        first: the row with the least time of those whose time counts.
        chases: the others whose time counts.
        held: rows that the target held back, ahead of the first or perhaps.
        absent: models without a time that counts, not even as a bound.
    """

    scenario: Comparison
    first: Row
    chases: tuple[Chase, ...]
    held: HeldBack
    absent: tuple[str, ...]

    @property
    def verdict(self) -> ClaimVerdict:
        """Refuted where another is surely within the margin, open where one may be ahead."""
        words = {chase.verdict.verdict for chase in self.chases}
        if self.held.rows or self.absent:
            return "undecided"
        if words <= {"faster"}:
            return "supported"
        return "refuted" if "same" in words else "undecided"

    @property
    def reason(self) -> Reason | None:
        """Why it is undecided; None where that is for being too unsure."""
        if self.held.rows:
            return "held back"
        return "partly measured" if self.absent else None


def sentence_of(field: Field) -> str:
    """Return who won, who came first or tied, or that nobody won for somebody was held back."""
    return _ahead(field) if field.held.ahead else _first(field)


def _ahead(field: Field) -> str:
    """Return who was ahead of all whose time counts, each by what is known of it: a bound."""
    first = field.first
    assert first.wall is not None
    sure = [row for row in field.held.ahead if above(compare(row, first), 1.0)]
    unsure = [row for row in field.held.ahead if row not in sure]
    took = f"{first.model} in {formatting.duration(first.wall.value)}"
    if not sure:
        leads = _leads(unsure, first)
        return f"Nobody won: {took} may have been outrun by {leads}, {bounds.WHY}."
    sentence = f"Nobody won: {took} was outrun by {_leads(sure, first)}"
    if unsure:
        sentence += f", and perhaps by {_leads(unsure, first)}"
    return f"{sentence}, {bounds.WHY}."


def _leads(rows: Sequence[Row], first: Row) -> str:
    return formatting.listing([f"{row.model} at least {_lead(row, first)} times" for row in rows])


def _lead(row: Row, behind: Row) -> str:
    assert row.wall is not None
    assert behind.wall is not None
    pair = compare(row, behind)
    return formatting.times(pair.value if pair else behind.wall.value / row.wall.value)


def _first(field: Field) -> str:
    scenario, first, chases = field.scenario, field.first, field.chases
    level = [chase for chase in chases if chase.verdict.verdict == "same"]
    assert first.wall is not None
    leads = [f"in {formatting.duration(first.wall.value)}"]
    if first.ratio and first.verdict and first.verdict.verdict == "faster":
        leads.append(f"{with_interval(first.ratio)} times as fast as {scenario.baseline}")
    doubts = _doubts(field)
    if level:
        margin = formatting.percent(level[0].verdict.margin)
        names = formatting.listing([first.model, *(chase.row.model for chase in level)])
        sentence = f"{names} tied within {margin}, {', '.join(leads)}"
        return f"{'; '.join([sentence, *doubts])}."
    if doubts:
        came = "led those whose time counts" if field.absent else "came first"
        return f"{first.model} {came} {', '.join(leads)}, but {', and '.join(doubts)}."
    return f"{first.model} won {_and_next(scenario, leads, chases[0])}."


def _doubts(field: Field) -> list[str]:
    """Return who may be as fast for all that is known, and why that is not known better."""
    open_ = [chase for chase in field.chases if chase.verdict.verdict == "undecided"]
    doubts = [f"{_names(open_)} may be as fast ({_doubt(open_[0])})"] if open_ else []
    if held := field.held.maybe:
        names = formatting.listing([row.model for row in held])
        doubts.append(f"{names} may be as fast ({bounds.WHY})")
    if field.absent:
        has = "has" if len(field.absent) == 1 else "have"
        doubts.append(f"{formatting.listing(field.absent)} {has} no time that counts")
    return doubts


def _names(chases: Sequence[Chase]) -> str:
    return formatting.listing([chase.row.model for chase in chases])


def _and_next(scenario: Comparison, leads: Sequence[str], chase: Chase) -> str:
    assert chase.ratio is not None
    behind = chase.row.model
    if len(leads) > 1 and behind == scenario.baseline:
        return f"{', '.join(leads)}, the next"
    ratio = f"{with_interval(chase.ratio)} times as fast as {behind}, the next"
    return f"{', '.join(leads)}{' and ' if len(leads) > 1 else ', '}{ratio}"


def _doubt(chase: Chase) -> str:
    """Return what would settle the nearest of them, which wants most."""
    if chase.ratio is None:
        return "they share no block"
    if chase.ratio.low is None:
        return "one block cannot tell"
    if chase.verdict.more is None:
        return "too close to tell"
    return f"{formatting.more(chase.verdict.more, chase.verdict.over)} would tell"
