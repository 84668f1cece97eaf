"""The claim that one after another takes the sum of the waits, and together about the longest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.comparison import MAIN
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._article import SUITE, growth, slopes, split
from waitbench.findings._gains import compared, overlap, took, waiting
from waitbench.findings._verdicts import above, below, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 20
CLAIM = "sequential-vs-concurrent"
ASKS = (
    "Fetching K URLs one after another takes the sum of their waits, all at once about the "
    "longest of them, and the gap grows with K."
)
SUITES = ("io_bound", "article")
NO_GROWTH = 1.1
"""A gap that surely widens by less than a tenth does not grow."""
DRAMATIC = 2.0
"""A gap that is called dramatic is certainly wider than this."""
FEW = 2 * DRAMATIC
"""As many at once or fewer can show no dramatic gap: nobody beats the sum by more than that."""

GROWS = {
    False: "the gap does not grow everywhere with more at once",
    True: "the gap grows with more at once",
    None: "whether the gap grows with more at once is too unsure to call",
}
"""Answers by what outweighs what: what speaks against the claim comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One scenario: how far its best and worst concurrent contestants are ahead of sync."""

    scenario: Comparison
    best: Row
    ratio: Estimate
    worst: Estimate


def find(summary: Summary) -> Finding:
    """Weigh the gap in every scenario that waits, and whether it grows with the work at once.

    The gap is the ratio of the rounds' walls, of sync to each contestant that has several tasks
    under way. It is dramatic where it is surely above 2, and grows where it is surely wider with
    the most at once than with the fewest of the same wait. Of the article's own suite come its
    slope in K, a line through the ratios, and its split: what asyncio gains over sync while both
    keep their connections, and what sync gains by keeping its own.
    """
    scenarios = waiting(summary, (*MAIN, SUITE))
    gaps = [gap for scenario in scenarios if overlap(scenario) > FEW and (gap := _gap(scenario))]
    if not gaps:
        why = (
            "Waiting one after another and waiting at once were not both measured in a way that "
            "counts"
        )
        return Finding.undecided(CLAIM, why, ())
    widest = max(gaps, key=lambda gap: gap.ratio.value)
    ends = _ends(gaps)
    sentences = [_sentence(widest), _growing(ends), growth(slopes(summary)), split(summary)]
    return Finding(
        claim=CLAIM,
        verdict=_decide(gaps, ends),
        reason=None if ends else "partly measured",
        sentence=" ".join(filter(None, sentences)),
        brief=_brief(ends),
        effect=widest.ratio.value,
        effect_of=f"{min(widest.scenario.tasks, widest.scenario.concurrency)} at once",
        interval=widest.ratio.interval,
        evidence=tuple(f"{gap.scenario.name}/{gap.best.model}" for gap in gaps),
        conditions=tuple(gap.scenario.name for gap in gaps),
    )


def _gap(scenario: Comparison) -> Gap | None:
    rows = {row.model: row.ratio for row in compared(scenario) if row.width > 1 and row.ratio}
    if not rows:
        return None
    best = max(rows, key=lambda model: rows[model].value)
    row = scenario.row(best)
    assert row is not None
    worst = min(rows.values(), key=lambda ratio: ratio.value)
    return Gap(scenario=scenario, best=row, ratio=rows[best], worst=worst)


def _decide(gaps: Sequence[Gap], ends: Sequence[tuple[Gap, Gap]]) -> ClaimVerdict:
    if all(above(gap.worst, DRAMATIC) for gap in gaps):
        # Both parts have to be seen: that the gap is wide, and that it grows.
        growth = [_grows(*pair) for pair in ends]
        if False in growth:
            return "conditional"
        return "supported" if True in growth else "undecided"
    if all(below(gap.ratio, DRAMATIC) for gap in gaps):
        return "refuted"
    # Wide for some models or scenarios, surely not for others: it depends.
    wide = any(above(gap.ratio, DRAMATIC) for gap in gaps)
    narrow = any(below(gap.worst, DRAMATIC) for gap in gaps)
    return "conditional" if wide and narrow else "undecided"


def _ends(gaps: Sequence[Gap]) -> list[tuple[Gap, Gap]]:
    """Return the fewest and the most at once, wherever the same wait was measured with both."""
    alike: dict[tuple[str, float], list[Gap]] = {}
    for gap in gaps:
        alike.setdefault((gap.scenario.workload, gap.scenario.waits_ns), []).append(gap)
    by_number = [sorted(group, key=lambda gap: overlap(gap.scenario)) for group in alike.values()]
    pairs = [(group[0], group[-1]) for group in by_number]
    return [pair for pair in pairs if overlap(pair[1].scenario) > overlap(pair[0].scenario)]


def _grows(least: Gap, most: Gap) -> bool | None:
    """Return whether the gap surely widens; surely not by over a tenth; or None: it is open."""
    fewest, widest = least.ratio.interval, most.ratio.interval
    if fewest is None or widest is None:
        return None
    if widest[0] > fewest[1]:
        return True
    return False if widest[1] < NO_GROWTH * fewest[0] else None


def _sentence(gap: Gap) -> str:
    scenario = gap.scenario
    work = formatting.work(scenario.workload, scenario.tasks, scenario.waits_ns)
    total = formatting.duration(scenario.tasks * scenario.waits_ns)
    turns = -(-scenario.tasks // scenario.concurrency)
    return (
        f"{work} took {took(scenario.row(scenario.baseline or ''))} one after another (the waits "
        f"add up to {total}) and {took(gap.best)} at once with {gap.best.model} (no less than "
        f"{formatting.duration(turns * scenario.waits_ns)} is possible): "
        f"{with_interval(gap.ratio)} times as fast."
    )


def _brief(ends: Sequence[tuple[Gap, Gap]]) -> str:
    """Return whether the gap grows, in a line."""
    if not ends:
        return "whether the gap grows with more at once was not measured"
    answers = {_grows(*pair) for pair in ends}
    return next(text for answer, text in GROWS.items() if answer in answers)


def _growing(ends: Sequence[tuple[Gap, Gap]]) -> str:
    if not ends:
        return "Only one number at once was measured, so whether the gap grows is open."
    # What speaks against the claim comes first, then what speaks for it.
    by_answer = {_grows(*pair): pair for pair in reversed(ends)}
    answer = next((answer for answer in (False, True) if answer in by_answer), None)
    figures = " and ".join(
        f"{formatting.times(gap.ratio.value)} with "
        f"{min(gap.scenario.tasks, gap.scenario.concurrency)} at once"
        for gap in by_answer[answer]
    )
    return {
        True: f"The gap grows: {figures}.",
        False: f"The gap does not grow everywhere: {figures}.",
        None: f"Whether the gap grows is too unsure to call: {figures}.",
    }[answer]
