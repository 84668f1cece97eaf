"""A gate's outcome in Markdown, for a job summary or a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.gate import sentences
from waitbench.presentation import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.outcome import Outcome, Result

SUFFIX = "md"
MOST_BYTES = 60_000
"""A comment on GitHub takes 64 KB; what does not fit is said to be left out."""
ALIKE = ("same", "same code")
MARKS = {"slower": "🔴", "dearer": "🔴", "failed": "🔴", "undecided": "🟡", "faster": "🟢"}


def render(outcome: Outcome) -> str:
    """Return a sentence, a table of what must be looked at, and behind a fold what is the same."""
    rows = sentences.arranged(outcome)
    same = [result for result in rows if result.verdict in ALIKE and not result.notes]
    shown = [result for result in rows if result not in same]
    parts = [
        f"### {markdown.text(sentences.headline(outcome))}",
        f"base `{_code(outcome.base)}`, head `{_code(outcome.head)}`",
    ]
    if shown:
        parts.append(_table(shown))
    notes = [f"{result.name}: {note}" for result in shown for note in sentences.lines(result)]
    parts.append(markdown.bullets([*notes, *(f"{note}." for note in outcome.notes)]))
    if same:
        parts += markdown.folded(sentences.alike(same), [_table(same)]) if shown else [_table(same)]
    parts.append(
        f"<sub>{markdown.text(f'{sentences.counts(outcome)}. {sentences.method(outcome)}')}</sub>"
    )
    return _fitting([part for part in parts if part])


def _table(rows: Sequence[Result]) -> str:
    counted = sentences.figures_of(rows)
    heads = ("benchmark", "base", "head", "change \\[99 %]", *counted, "pairs", "verdict")
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 2)} --- |"]
    for result in rows:
        verdict = " ".join(filter(None, (MARKS.get(result.verdict), sentences.verdict(result))))
        pairs = str(result.pairs) if result.pairs else ""
        figures = [sentences.figure(result, name) for name in counted]
        changes = (sentences.change(result), *figures)
        cells = (result.name, *sentences.walls(result), *changes, pairs, verdict)
        lines.append(f"| {' | '.join(map(markdown.text, cells))} |")
    return "\n".join(lines)


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", " ")


def _fitting(parts: list[str]) -> str:
    """Join the parts, without the last ones where the whole does not fit."""
    left_out = "*The rest does not fit into a comment; the JSON file has all of it.*"
    whole = "\n\n".join(parts) + "\n"
    while len(whole.encode()) > MOST_BYTES and len(parts) > 1:
        parts = parts[:-1]
        whole = "\n\n".join([*parts, left_out]) + "\n"
    return whole
