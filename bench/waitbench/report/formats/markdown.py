"""The report as GitHub's Markdown: for a pull request, a job summary or an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation import markdown
from waitbench.report import (
    bars,
    build_tables,
    claims_table,
    environment,
    load_tables,
    machine_tables,
    methods,
    phases,
    prose,
    remarks,
    rerun_command,
    suites,
    tables,
    title,
    winner_map,
)
from waitbench.report.answers import because, of_run
from waitbench.report.formats import _fitted
from waitbench.report.formats._fitted import Piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture

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
    arranged = suites.arranged(summary, only)
    front, behind = arranged.front, arranged.behind
    pieces = _fitted.fixed([_head(summary)])
    if not only:
        pieces += _opening(summary, findings, full=bool(behind))
    pieces += [_picture(picture) for picture in shown]
    for suite, scenarios in front.suites.items():
        pieces += _fitted.fixed(
            [f"## {markdown.text(suites.title(suite))}", markdown.text(suites.question(suite))]
        )
        pieces += _scenarios(scenarios, findings, summary.methods)
    if behind:
        pieces += _fitted.fixed([f"## {suites.QUESTIONS}"])
    for suite, scenarios in behind.items():
        many = formatting.count(len(scenarios), "scenario")
        head = ": ".join(filter(None, (suites.title(suite), suites.question(suite))))
        inner = [piece.text for piece in _scenarios(scenarios, findings, summary.methods)]
        folded = "\n\n".join(filter(None, markdown.folded(f"{head} ({many})", inner)))
        name = markdown.text(suite)
        pieces.append(_fitted.Piece(text=folded, rank=4, kind="tables of suites", name=name))
    pieces += _fitted.fixed([markdown.bullets(prose.left_out(summary, only))])
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


def _head(summary: Summary) -> str:
    """Write the answer, the question, and what was measured where, by what and when."""
    heading = title.answer(summary)
    question = "" if heading == title.QUESTION else title.QUESTION
    parts = [
        f"# {markdown.text(heading)}",
        markdown.text(question),
        markdown.text(title.measured(summary)),
    ]
    return "\n\n".join(filter(None, parts))


def _picture(picture: Picture) -> _fitted.Piece:
    name = markdown.text(picture.title)
    text = f"![{name}]({picture.name}.svg)\n\n*{name}.* {markdown.text(picture.caption)}"
    return _fitted.Piece(text=text, rank=1, kind="pictures", name=markdown.text(picture.name))


def _opening(summary: Summary, findings: Sequence[Finding], *, full: bool) -> list[Piece]:
    alerts = [f"> - {markdown.text(alert)}" for alert in prose.alerts(summary)]
    parts = ["\n".join(["> [!WARNING]", *alerts]) if alerts else ""]
    in_full: list[Piece] = []
    answered = of_run(summary, findings)
    asks = {answer.claim.id: answer.claim.asks for answer in answered}
    whole = "\n".join(
        _finding(finding, asks.get(finding.claim, "")) for finding in prose.overall(findings)
    )
    if findings and full:
        parts += ["## Claims", *claims_table.markdown(answered)]
        folded = "\n\n".join(markdown.folded("The findings in full", [whole])) if whole else ""
        in_full = [Piece(text=folded, rank=2, kind="the findings in full")]
    elif findings:
        lines = claims_table.unmeasured(answered, main=suites.has_main(summary))
        parts += ["## Findings", whole, *map(markdown.text, lines[:1]), markdown.bullets(lines[1:])]
    pieces, builds = [*_fitted.fixed(parts), *in_full], list[Piece]()
    if held := load_tables.tables(summary):
        parts = [f"## {load_tables.HEADING}"]
        for block in held:
            parts += [markdown.text(block.opening), markdown.table(block.columns)]
            parts.append(markdown.text(block.aid))
        pieces.append(_whole(parts, rank=1, kind="the table of rising load"))
    for block in machine_tables.tables(summary):
        parts = [f"## {machine_tables.HEADING}", markdown.text(block.opening)]
        parts += [markdown.table(block.columns), markdown.text(block.aid)]
        pieces.append(_whole(parts, rank=1, kind="the table of machines"))
    for table in build_tables.front(summary, suites.arranged(summary).front.suites):
        head = build_tables.title(table)
        parts = [f"### {markdown.text(head)}", markdown.table(table.columns)]
        parts.append(markdown.text(table.first))
        if not builds:
            parts = [f"## {build_tables.HEADING}", *_interpreters(summary), *parts]
        builds.append(_whole(parts, rank=1, kind="tables of interpreters"))
    pieces += builds
    if drawn := winner_map.markdown(summary):
        pieces.append(_whole([f"## {suites.MAP}", drawn], rank=1, kind="the map"))
    return pieces


def _interpreters(summary: Summary) -> list[str]:
    return [
        markdown.bullets(build_tables.legend(summary)),
        markdown.text(build_tables.reading(summary)),
    ]


def _whole(parts: Sequence[str], *, rank: int, kind: str) -> Piece:
    return Piece(text="\n\n".join(filter(None, parts)), rank=rank, kind=kind)


def _finding(finding: Finding, asks: str) -> str:
    claim = f"*{markdown.text(asks)}* " if asks else ""
    line = f"{markdown.text(finding.sentence)} ({markdown.text(finding.claim)})"
    return f"- **{finding.verdict}**{because(finding)}: {claim}{line}"


def _scenarios(
    scenarios: Iterable[Comparison], findings: Sequence[Finding], done: Methods
) -> list[Piece]:
    sentences, pieces = prose.by_place(findings), []
    for scenario in scenarios:
        name = markdown.text(scenario.name)
        sentence = sentences.get(bars.place(scenario), "")
        table = "\n\n".join(_scenario(scenario, sentence, done))
        pieces.append(Piece(text=table, rank=2, kind="tables of scenarios", name=name))
        if went := phases.columns(scenario):
            text = f"{phases.WHERE.capitalize()}:\n\n{markdown.table(went)}"
            kind = f"tables of {phases.WHERE}"
            pieces.append(Piece(text=text, rank=3, kind=kind, name=name))
    return pieces


def _scenario(scenario: Comparison, sentence: str, done: Methods) -> list[str]:
    parts = [f"### {markdown.text(scenario.name)}", markdown.text(sentence)]
    what = f"{markdown.text(tables.title(scenario))}."
    parts += [what, markdown.table(tables.columns(scenario))]
    parts.append(markdown.bullets(remarks.remarks(scenario, done)))
    return list(filter(None, parts))


def _reading(shown: Summary) -> list[str]:
    aid = prose.whole_reading(shown)
    reading = [f"- **{markdown.text(word)}**: {markdown.text(text)}" for word, text in aid]
    return ["## How to read it", "\n".join(reading)]


def _ending(summary: Summary) -> list[str]:
    facts = [
        f"| {markdown.text(name)} | {markdown.text(value)} |"
        for name, value in environment.environment(summary)
    ]
    again = rerun_command.command(summary).replace("```", "'''")
    return [
        "## Methods and environment",
        markdown.text(methods.methods(summary)),
        "\n".join(["| | |", "| --- | --- |", *facts]),
        f"The same run again:\n\n```sh\n{again}\n```",
    ]
