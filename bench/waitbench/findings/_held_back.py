"""Findings in, the same out, with what the target held back said, and no support where it may lie.

A claim leaves rows out that the target held back. Which of them would have spoken is what the same
claim leans on where they are taken for sound ones.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.stats.verdicts import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.analysis.row import Row
    from waitbench.findings import Finding

NAMED = 3
"""So many rows are named; the rest is counted."""


def told(find: Callable[[Summary], Finding], summary: Summary) -> Finding:
    """Return a claim's finding; a supported one is open where a row of its own was held back."""
    finding = find(summary)
    held = {
        f"{scenario.name}/{row.model}": f"{bounds.speed(row, scenario)} in {scenario.name}"
        for scenario in summary.scenarios
        for row in bounds.held_back(scenario)
    }
    if not held:
        return finding
    missing = set(find(_as_if_sound(summary)).evidence) - set(finding.evidence)
    names = [text for label, text in held.items() if label in missing]
    if not names:
        return finding
    sentence = f"{finding.sentence} {_open(names)}"
    if finding.verdict != "supported":
        return replace(finding, sentence=sentence)
    return replace(
        finding,
        verdict="undecided",
        reason="held back",
        sentence=sentence,
        brief=formatting.shortened(f"{names[0]}; the rest supports it", NARROW),
    )


NARROW = 99
"""Signs of a line in the table of claims."""


def _open(names: Iterable[str]) -> str:
    shown = formatting.listing(formatting.shortlist(list(names), NAMED))
    return f"Left open: {shown}, {bounds.WHY}."


def _as_if_sound(summary: Summary) -> Summary:
    return replace(
        summary,
        scenarios=tuple(_freed(scenario, summary.methods) for scenario in summary.scenarios),
    )


def _freed(scenario: Comparison, methods: Methods) -> Comparison:
    rows = tuple(_free(row, methods) if row.held_back else row for row in scenario.rows)
    return replace(scenario, rows=rows)


def _free(row: Row, methods: Methods) -> Row:
    verdict = row.verdict
    if row.ratio:
        verdict = judge([row.ratio], confidence=methods.confidence, margin=methods.margin)[0]
    return replace(row, measured=replace(row.measured, bound=None), verdict=verdict)
