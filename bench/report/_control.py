"""The control in words: a model raced against itself, between whose runs there is no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording

if TYPE_CHECKING:
    from bench.comparison import Comparison, Summary
    from bench.row import Row


def alarm(summary: Summary) -> str:
    """Say that the harness saw a difference where there is none; empty where it did not."""
    said = [
        f"{_race(one, row)} came out {_ratio(row)}"
        for one, row in _raced(summary)
        if row.verdict and row.verdict.word in {"faster", "slower"}
    ]
    if not said:
        return ""
    return (
        f"The harness saw a difference where there is none: {wording.listing(said)}. Do not trust "
        "close calls in this run; measure again on a quieter machine."
    )


def line(summary: Summary) -> str:
    """Say in one sentence how the control went; empty where none was raced."""
    return " ".join(
        f"Control: {_race(one, row)}: {_ratio(row)}, {row.verdict.word}."
        if row.verdict
        else f"Control: {_race(one, row)} gave nothing to compare."
        for one, row in _raced(summary)
    )


def _raced(summary: Summary) -> list[tuple[Comparison, Row]]:
    return [
        (one, row)
        for one in summary.controls
        for row in one.rows
        if row.model != (one.baseline or one.rows[0].model)
    ]


def _race(scenario: Comparison, row: Row) -> str:
    return f"{row.kind} against itself ({scenario.name})"


def _ratio(row: Row) -> str:
    if row.ratio is None:
        return "no common block"
    if row.ratio.low is None or row.ratio.high is None:
        return f"{wording.times(row.ratio.value)} times as fast"
    ends = wording.between(row.ratio.low, row.ratio.high)
    return f"{wording.times(row.ratio.value)} {ends} times as fast"
