"""The report as GitHub's Markdown: for a pull request, a job summary or an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.report import _methods, _parts, _prose, _remarks, _tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.comparison import Comparison, Methods, Summary
    from bench.findings import Finding
    from bench.report._tables import Column

SIGNS = re.compile(r"([\\`*_{}\[\]<>|~#])")
COMMAND = re.compile(r"\\`(waitbench [a-z0-9 -]+)\\`")
"""A command of ours in a sentence of ours: the one thing that may be marked up."""
LINKS = re.compile(r"(?i)\b(https?|www)(:|\.)")


def render(summary: Summary, findings: Sequence[Finding]) -> str:
    """Write the report; text of the results file is escaped, so that it can only be text."""
    said = {finding.scenario: finding for finding in findings if finding.scenario is not None}
    parts = ["# Which concurrency model?"]
    alerts = [f"> - {_text(alert)}" for alert in _prose.alerts(summary)]
    parts.append("\n".join(["> [!WARNING]", *alerts]) if alerts else "")
    overall, unmeasured = _prose.overall(findings)
    if overall or unmeasured:
        parts += ["## Findings", "\n".join(map(_finding, overall)), _text(unmeasured)]
    for suite, scenarios in summary.suites.items():
        parts.append(f"## {_text(_prose.suite(suite))}")
        for scenario in scenarios:
            parts += _scenario(scenario, said.get(scenario.name), summary.methods)
    parts += _ending(summary)
    return "\n\n".join(filter(None, parts)) + "\n"


def _finding(finding: Finding) -> str:
    return f"- **{finding.verdict}** ({_text(finding.claim)}): {_text(finding.sentence)}"


def _scenario(scenario: Comparison, finding: Finding | None, done: Methods) -> list[str]:
    parts = [f"### {_text(scenario.name)}"]
    if finding:
        parts.append(_text(finding.sentence))
    parts += [f"{_text(_tables.title(scenario))}.", _table(_tables.columns(scenario))]
    remarks = _remarks.remarks(scenario, done)
    parts += ["\n".join(f"- {_text(remark)}" for remark in remarks)] if remarks else []
    if went := _parts.columns(scenario):
        parts += [f"{_parts.WHERE.capitalize()}:", _table(went)]
    return parts


def _table(columns: Sequence[Column]) -> str:
    heads = [", ".join(filter(None, (column.head, column.unit))) for column in columns]
    lines = [
        _row(map(_text, heads)),
        _row(("---" if column.left else "---:") for column in columns),
    ]
    for number in range(len(columns[0].cells)):
        cells = [" ".join(column.cells[number].split()) for column in columns]
        lines.append(_row(map(_text, cells)))
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _ending(summary: Summary) -> list[str]:
    tables = [(_tables.columns(one), _parts.columns(one)) for one in summary.scenarios]
    heads = {column.head for columns, _ in tables for column in columns}
    shown = heads | ({_parts.WHERE} if any(went for _, went in tables) else set())
    aid = _prose.reading(summary, shown)
    reading = [f"- **{_text(word)}**: {_text(text)}" for word, text in aid]
    facts = [f"| {_text(name)} | {_text(value)} |" for name, value in _methods.environment(summary)]
    return [
        "## How to read it",
        "\n".join(reading),
        "## Methods and environment",
        _text(_methods.methods(summary)),
        "\n".join(["| | |", "| --- | --- |", *facts]),
        f"Again:\n\n```sh\n{_code(_methods.command(summary))}\n```",
    ]


def _text(text: str) -> str:
    """Escape whatever Markdown, HTML or GitHub would make more than text of."""
    line = " ".join(text.split())
    escaped = SIGNS.sub(_escape, line).replace("@", "@\u200b")
    return COMMAND.sub(r"`\1`", LINKS.sub("\\1\u200b\\2", escaped))


def _escape(match: re.Match[str]) -> str:
    """Escape a sign, but for those that are plain text where they stand, as in [1.2, 1.4]."""
    sign, line = match[0], match.string
    before, after = line[: match.start()][-1:], line[match.end() :][:1]
    if sign == "<":
        return "&lt;"
    harmless = {
        "_": before.isalnum() and after.isalnum(),
        "[": after.isdigit(),
        "]": before.isdigit() or before == "%",
    }
    return sign if harmless.get(sign) and after not in {"(", "[", ":"} else f"\\{sign}"


def _code(text: str) -> str:
    return text.replace("```", "'''")
