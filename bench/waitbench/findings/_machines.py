"""A finding on which machines disagree holds on a condition: which machine it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import machine_names
from waitbench.stats.machines import DISAGREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.row import Row
    from waitbench.findings import Finding

DECIDED = ("supported", "refuted")


def on_machines(finding: Finding, summary: Summary) -> Finding:
    """Return the finding; conditional, with what each machine says, where they say otherwise.

    That is where a row which it leans on has ratios that machines which agree would not have
    (`DISAGREE`, shared out over all rows), by more than the margin and so that one of them gains
    what another does not.
    """
    if finding.verdict not in DECIDED or not (summary.run and summary.run.machines):
        return finding
    titles = machine_names.titles(summary.run.machines)
    level = DISAGREE / max(1, summary.methods.comparisons)
    sentences = [
        f"{row.model} in {name} {_each(row, titles, summary.methods.margin)}"
        for name, row in _rows(finding, summary)
        if row.disagree < level and _differ(row, summary.methods.margin)
    ]
    if not sentences:
        return finding
    return replace(
        finding,
        verdict="conditional",
        sentence=f"It depends on the machine: {'; '.join(sentences)}. {finding.sentence}",
        brief=f"machines disagree on {len(sentences)} of the rows that it leans on",
        conditions=(*finding.conditions, *sentences),
    )


def _rows(finding: Finding, summary: Summary) -> Iterator[tuple[str, Row]]:
    for scenario in summary.scenarios:
        if finding.suite in {None, scenario.suite}:
            for row in scenario.rows:
                if f"{scenario.name}/{row.model}" in finding.evidence:
                    yield scenario.name, row


def _differ(row: Row, margin: float) -> bool:
    """Whether machines say different things of a row: that it gains, loses, or does neither."""
    values = [ratio.value for ratio in row.by_machine.values()]
    apart = max(values) / min(values) > 1 + margin
    return apart and len({_word(value, margin) for value in values}) > 1


def _word(value: float, margin: float) -> str:
    return "gains" if value > 1 + margin else "loses" if value < 1 / (1 + margin) else "neither"


def _each(row: Row, titles: dict[str, str], margin: float) -> str:
    parts = []
    for name, ratio in row.by_machine.items():
        word = _word(ratio.value, margin)
        gain = (
            "gains nothing"
            if word == "neither"
            else f"is {formatting.times(ratio.value)} times as fast as its baseline"
        )
        parts.append(f"{gain} on {titles.get(name, name)}")
    return ", ".join(parts)
