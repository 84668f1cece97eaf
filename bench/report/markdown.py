"""The report as GitHub's Markdown: for a pull request, a job summary or an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.findings import claims
from bench.findings._answers import answers
from bench.report import (
    _again,
    _claims,
    _environment,
    _fitted,
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
from bench.report._fitted import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.charts import Picture
    from bench.comparison import Comparison, Methods, Summary
    from bench.findings import Finding

SUFFIX = "md"
INSTEAD = (
    "`waitbench report FILE --suite NAME` shows the tables of a suite, `--format html` all of them."
)


def render(
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    shown: Sequence[Picture] = (),
) -> str:
    """Write the report; text of the results file is escaped, so that it can only be text.

    It always fits into a comment on GitHub: what has no room is left out, by name and count, tables
    of further questions first. Of the suites in `only` it is just the tables and how to read them.
    `shown` are pictures whose SVG files lie beside it.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    arranged = _suites.arranged(summary, only)
    front, behind = arranged.front, arranged.behind
    pieces = _fitted.fixed(["# Which concurrency model?"])
    if not only:
        pieces += _opening(summary, findings, full=bool(behind))
    pieces += [_picture(picture) for picture in shown]
    for suite, scenarios in front.suites.items():
        pieces += _fitted.fixed(
            [f"## {_markup.text(_suites.title(suite))}", _markup.text(_suites.question(suite))]
        )
        pieces += _scenarios(scenarios, findings, summary.methods)
    if behind:
        pieces += _fitted.fixed([f"## {_suites.QUESTIONS}"])
    for suite, scenarios in behind.items():
        many = wording.count(len(scenarios), "scenario")
        head = ": ".join(filter(None, (_suites.title(suite), _suites.question(suite))))
        inner = [piece.text for piece in _scenarios(scenarios, findings, summary.methods)]
        folded = "\n\n".join(filter(None, _markup.folded(f"{head} ({many})", inner)))
        name = _markup.text(suite)
        pieces.append(_fitted.Piece(text=folded, rank=4, kind="tables of suites", name=name))
    pieces += _fitted.fixed([_markup.bullets(_prose.left_out(summary, only))])
    pieces += _fitted.fixed(_reading(summary if behind else front))
    if not only:
        pieces += _fitted.fixed(_ending(summary))
    return _fitted.fitted(pieces, INSTEAD)


def files(
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    shown: Sequence[Picture] = (),
) -> Mapping[str, str]:
    """Write the report as a file that shows the pictures beside it.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    return {"report.md": render(summary, findings, only=only, shown=shown)}


def _picture(picture: Picture) -> _fitted.Piece:
    title = _markup.text(picture.title)
    text = f"![{title}]({picture.name}.svg)\n\n*{title}.* {_markup.text(picture.caption)}"
    return _fitted.Piece(text=text, rank=1, kind="pictures", name=_markup.text(picture.name))


def _opening(summary: Summary, findings: Sequence[Finding], *, full: bool) -> list[Piece]:
    alerts = [f"> - {_markup.text(alert)}" for alert in _prose.alerts(summary)]
    parts = ["\n".join(["> [!WARNING]", *alerts]) if alerts else ""]
    in_full: list[Piece] = []
    answered = answers(claims(), findings, summary.methods.launches)
    whole = "\n".join(map(_finding, _prose.overall(findings)))
    if findings and full:
        parts += ["## Claims", *_claims.markdown(answered)]
        folded = "\n\n".join(_markup.folded("The findings in full", [whole])) if whole else ""
        in_full = [Piece(text=folded, rank=2, kind="the findings in full")]
    elif findings:
        lines = _claims.unmeasured(answered, main=_suites.has_main(summary))
        parts += ["## Findings", whole, *map(_markup.text, lines[:1]), _markup.bullets(lines[1:])]
    pieces = [*_fitted.fixed(parts), *in_full]
    if held := _serving.tables(summary):
        parts = [f"## {_serving.HEADING}"]
        for block in held:
            parts += [_markup.text(block.opening), _markup.table(block.columns)]
            parts.append(_markup.text(block.aid))
        pieces.append(_whole(parts, rank=1, kind="the table of rising load"))
    if drawn := _map.markdown(summary):
        pieces.append(_whole([f"## {_suites.MAP}", drawn], rank=1, kind="the map"))
    return pieces


def _whole(parts: Sequence[str], *, rank: int, kind: str) -> Piece:
    return Piece(text="\n\n".join(filter(None, parts)), rank=rank, kind=kind)


def _finding(finding: Finding) -> str:
    text = f"({_markup.text(finding.claim)}): {_markup.text(finding.sentence)}"
    return f"- **{finding.verdict}** {text}"


def _scenarios(
    scenarios: Iterable[Comparison], findings: Sequence[Finding], done: Methods
) -> list[Piece]:
    by_scenario = {
        (finding.suite, finding.scenario): finding
        for finding in findings
        if finding.scenario is not None
    }
    pieces = []
    for scenario in scenarios:
        name = _markup.text(scenario.name)
        table = "\n\n".join(
            _scenario(scenario, by_scenario.get((scenario.suite, scenario.name)), done)
        )
        pieces.append(Piece(text=table, rank=2, kind="tables of scenarios", name=name))
        if went := _parts.columns(scenario):
            text = f"{_parts.WHERE.capitalize()}:\n\n{_markup.table(went)}"
            kind = f"tables of {_parts.WHERE}"
            pieces.append(Piece(text=text, rank=3, kind=kind, name=name))
    return pieces


def _scenario(scenario: Comparison, finding: Finding | None, done: Methods) -> list[str]:
    parts = [f"### {_markup.text(scenario.name)}"]
    if finding:
        parts.append(_markup.text(finding.sentence))
    title = f"{_markup.text(_tables.title(scenario))}."
    parts += [title, _markup.table(_tables.columns(scenario))]
    parts.append(_markup.bullets(_remarks.remarks(scenario, done)))
    return list(filter(None, parts))


def _reading(shown: Summary) -> list[str]:
    tables = [(_tables.columns(scenario), _parts.columns(scenario)) for scenario in shown.scenarios]
    heads = {column.head for columns, _ in tables for column in columns}
    heads |= {_parts.WHERE} if any(went for _, went in tables) else set()
    aid = _prose.reading(shown, heads)
    reading = [f"- **{_markup.text(word)}**: {_markup.text(text)}" for word, text in aid]
    return ["## How to read it", "\n".join(reading)]


def _ending(summary: Summary) -> list[str]:
    facts = [
        f"| {_markup.text(name)} | {_markup.text(value)} |"
        for name, value in _environment.environment(summary)
    ]
    again = _again.command(summary).replace("```", "'''")
    return [
        "## Methods and environment",
        _markup.text(_methods.methods(summary)),
        "\n".join(["| | |", "| --- | --- |", *facts]),
        f"Again:\n\n```sh\n{again}\n```",
    ]
