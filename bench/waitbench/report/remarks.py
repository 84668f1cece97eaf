"""What stands under a table because its cells cannot say it, shortest way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.report import prose
from waitbench.report.tables import HELD_BACK
from waitbench.results import foreign
from waitbench.results.record import SERIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Methods
    from waitbench.analysis.row import Row

NOTABLE = 0.2
"""Share of a table's rounds that were disturbed, from which that is said under it."""
LIBRARIES = {"http": "aiohttp", "mixed": "aiohttp"}
"""What the async form of a workload asks with."""


def remarks(scenario: Comparison, done: Methods) -> list[str]:
    """List failures, errors, controls, the target, disturbed rounds and what is undecided."""
    lines = [f"! {text.rstrip('.')}." for text in scenario.unfair]
    lines += [text for row in scenario.rows for text in _of(row)]
    lines += [_control(scenario, row) for row in scenario.rows if row.control]
    lines += _target(scenario)
    if late := [row.model for row in scenario.rows if row.measured.bound == "generator-bound"]:
        lines.append(
            f"{HELD_BACK.strip()} The load generator was the limit for {formatting.listing(late)}: "
            "there is no verdict on them, and no finding leans on them."
        )
    lines += [*_disturbed(scenario, done), *_undecided(scenario)]
    if not scenario.baseline and scenario.workload != foreign.SUITE:
        lines.append("No ratios: the baseline has no time here.")
    return lines


def _target(scenario: Comparison) -> list[str]:
    """Return what is sure of rows that the target held back, and who answered too soon."""
    lines = []
    if held := [row for row in scenario.rows if row.held_back]:
        words = [bounds.speed(row, scenario) for row in held]
        lines.append(
            f"{HELD_BACK.strip()} {formatting.listing(words)}, {bounds.WHY}: a bound, the true "
            "time can only be shorter. There is no verdict on it, and nobody behind it wins."
        )
    if early := [row.model for row in scenario.rows if row.wall and row.measured.early]:
        lines.append(
            f"{HELD_BACK.strip()} The target answered {formatting.listing(early)} sooner than it "
            "was asked to: there is no verdict on them, and no finding leans on them."
        )
    return lines


def _of(row: Row) -> list[str]:
    lines = []
    if row.measured.failure:
        kept = (
            f" (kept: {formatting.count(row.measured.rounds, 'round')})"
            if row.measured.rounds
            else ""
        )
        lines.append(f"{row.model} failed: {row.measured.failure.rstrip('.')}{kept}.")
    if row.measured.failed_rounds:
        first = f", first: {row.measured.error}" if row.measured.error else ""
        failed = formatting.count(row.measured.failed_rounds, "round")
        lines.append(f"{row.model}: {failed} with errors, not timed{first}.")
    return lines + [f"{row.model}: {note.rstrip('.')}." for note in row.measured.notes]


def _control(scenario: Comparison, row: Row) -> str:
    library = LIBRARIES.get(scenario.workload)
    alone = f"the client library alone: {library} one at a time" if library else "one at a time"
    what = f" ({alone})" if row.kind == SERIAL else ""
    return f"{row.model} is a control{what}: it cannot win."


def _disturbed(scenario: Comparison, done: Methods) -> list[str]:
    ran, disturbed, left_out = (
        sum(figures)
        for figures in zip(
            *(
                (row.measured.ran, row.measured.disturbed, row.measured.left_out)
                for row in scenario.rows
            ),
            strict=True,
        )
    )
    if prose.mostly_disturbed(done) or disturbed < max(NOTABLE * ran, 1):
        return []
    out = f"; {left_out} of them left out" if left_out else ""
    return [f"{disturbed} of {ran} rounds ran beside other work{out}."]


def _undecided(scenario: Comparison) -> list[str]:
    """Return one line on who is undecided, and what would decide it or why nothing can."""
    rows = [row for row in scenario.rows if row.verdict and row.verdict.verdict == "undecided"]
    wanting = [row for row in rows if row.verdict and row.verdict.detectable is not None]
    blind = [row for row in rows if row not in wanting and row.ratio]
    apart = [row for row in rows if row.ratio is None]
    groups = [
        f"{formatting.listing([row.model for row in group])} ({why})"
        for group, why in (
            (wanting, _wants(wanting)),
            (blind, "one block gives no interval"),
            (apart, f"no block shared with {scenario.baseline}"),
        )
        if group
    ]
    return [f"Undecided: {'; '.join(groups)}."] if groups else []


def _wants(rows: Sequence[Row]) -> str:
    """Return what would decide the nearest row, and what these rounds could have shown."""
    verdicts = [row.verdict for row in rows if row.verdict]
    near = min(
        (verdict for verdict in verdicts if verdict.more),
        key=lambda verdict: verdict.more or 0,
        default=None,
    )
    nearest = " the nearest" if len(rows) > 1 else ""
    if near and near.more:
        sentence = f"{formatting.more(near.more, near.over)} would decide{nearest}"
    else:
        sentence = "too close to tell here"
    shown = max((verdict.detectable or 0 for verdict in verdicts), default=0)
    if not 0 < shown <= 1:
        return sentence
    return f"{sentence}; a difference of {formatting.percent(shown)} would have shown"
