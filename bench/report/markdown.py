"""The report as GitHub's Markdown: for a pull request, a job summary or an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.findings import claims
from bench.findings._answers import answers
from bench.report import (
    _claims,
    _map,
    _markup,
    _methods,
    _parts,
    _prose,
    _remarks,
    _serving,
    _suites,
    _tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.comparison import Comparison, Methods, Summary
    from bench.findings import Finding

SUFFIX = "md"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the report; text of the results file is escaped, so that it can only be text.

    Of the suites in `only` it is just the tables and how to read them.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    arranged = _suites.arranged(summary, only)
    front, behind = arranged.front, arranged.behind
    parts = ["# Which concurrency model?"]
    if not only:
        parts += _opening(summary, findings, full=bool(behind))
    for suite, scenarios in front.suites.items():
        parts += [f"## {_markup.text(_suites.title(suite))}"]
        parts += [_markup.text(_suites.question(suite))]
        parts += _scenarios(scenarios, findings, summary.methods)
    if behind:
        parts.append(f"## {_suites.QUESTIONS}")
    for suite, scenarios in behind.items():
        many = wording.count(len(scenarios), "scenario")
        head = ": ".join(filter(None, (_suites.title(suite), _suites.question(suite))))
        inner = _scenarios(scenarios, findings, summary.methods)
        parts += _markup.folded(f"{head} ({many})", inner)
    parts.append(_markup.bullets(_prose.left_out(summary, only)))
    parts += _reading(summary if behind else front)
    if not only:
        parts += _ending(summary)
    return "\n\n".join(filter(None, parts)) + "\n"


def _opening(summary: Summary, findings: Sequence[Finding], *, full: bool) -> list[str]:
    alerts = [f"> - {_markup.text(alert)}" for alert in _prose.alerts(summary)]
    parts = ["\n".join(["> [!WARNING]", *alerts]) if alerts else ""]
    said = answers(claims(), findings, summary.methods.launches)
    whole = "\n".join(map(_finding, _prose.overall(findings)))
    if findings and full:
        parts += ["## Claims", *_claims.markdown(said)]
        parts += _markup.folded("The findings in full", [whole]) if whole else []
    elif findings:
        lines = _claims.unmeasured(said, main=_suites.has_main(summary))
        parts += ["## Findings", whole, *map(_markup.text, lines[:1]), _markup.bullets(lines[1:])]
    if held := _serving.blocks(summary):
        parts.append(f"## {_serving.HEADING}")
        for block in held:
            parts += [_markup.text(block.opening), _markup.table(block.columns)]
            parts.append(_markup.text(block.aid))
    if drawn := _map.markdown(summary):
        parts += [f"## {_suites.MAP}", drawn]
    return parts


def _finding(finding: Finding) -> str:
    said = f"({_markup.text(finding.claim)}): {_markup.text(finding.sentence)}"
    return f"- **{finding.verdict}** {said}"


def _scenarios(
    scenarios: Iterable[Comparison], findings: Sequence[Finding], done: Methods
) -> list[str]:
    said = {(one.suite, one.scenario): one for one in findings if one.scenario is not None}
    return [
        part for one in scenarios for part in _scenario(one, said.get((one.suite, one.name)), done)
    ]


def _scenario(scenario: Comparison, finding: Finding | None, done: Methods) -> list[str]:
    parts = [f"### {_markup.text(scenario.name)}"]
    if finding:
        parts.append(_markup.text(finding.sentence))
    title = f"{_markup.text(_tables.title(scenario))}."
    parts += [title, _markup.table(_tables.columns(scenario))]
    parts.append(_markup.bullets(_remarks.remarks(scenario, done)))
    if went := _parts.columns(scenario):
        parts += [f"{_parts.WHERE.capitalize()}:", _markup.table(went)]
    return list(filter(None, parts))


def _reading(shown: Summary) -> list[str]:
    tables = [(_tables.columns(one), _parts.columns(one)) for one in shown.scenarios]
    heads = {column.head for columns, _ in tables for column in columns}
    heads |= {_parts.WHERE} if any(went for _, went in tables) else set()
    aid = _prose.reading(shown, heads)
    reading = [f"- **{_markup.text(word)}**: {_markup.text(text)}" for word, text in aid]
    return ["## How to read it", "\n".join(reading)]


def _ending(summary: Summary) -> list[str]:
    facts = [
        f"| {_markup.text(name)} | {_markup.text(value)} |"
        for name, value in _methods.environment(summary)
    ]
    again = _methods.command(summary).replace("```", "'''")
    return [
        "## Methods and environment",
        _markup.text(_methods.methods(summary)),
        "\n".join(["| | |", "| --- | --- |", *facts]),
        f"Again:\n\n```sh\n{again}\n```",
    ]
