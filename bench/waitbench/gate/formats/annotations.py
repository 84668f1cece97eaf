"""A gate's outcome as GitHub's workflow commands: an error for what is slower, a warning or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.gate import sentences

if TYPE_CHECKING:
    from waitbench.gate.outcome import Outcome, Result

LEVELS = {
    "slower": "error",
    "dearer": "error",
    "failed": "error",
    "undecided": "warning",
    "vanished": "warning",
}
MOST = 10
"""GitHub shows ten annotations of a level for each step."""


def render(outcome: Outcome) -> str:
    """Return a line for each benchmark that somebody should look at, and one for the whole."""
    lines = []
    many = dict.fromkeys(LEVELS.values(), 0)
    for result in sentences.arranged(outcome):
        level = LEVELS.get(result.verdict)
        if level and many[level] < MOST - 1:
            many[level] += 1
            place = f"file={_property(result.file)},line={result.line}," if result.file else ""
            title = f"title={_property(result.name)}"
            lines.append(f"::{level} {place}{title}::{_data(_said(result))}")
    lines.append(f"::notice title=waitbench gate::{_data(sentences.headline(outcome))}")
    return "\n".join(lines) + "\n"


def _said(result: Result) -> str:
    head = f"{sentences.verdict(result)} {sentences.deciding(result)}".strip()
    return "\n".join((head, *sentences.lines(result)))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
