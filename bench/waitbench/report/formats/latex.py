"""The report as one LaTeX document: booktabs tables, captions, labels; `pdflatex` twice sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.charts import pictures
from waitbench.presentation import tex
from waitbench.presentation.columns import Column
from waitbench.report import (
    claims_table,
    environment,
    evidence,
    load_tables,
    machine_tables,
    methods,
    prose,
    remarks,
    rerun_command,
    suites,
    tables,
)
from waitbench.report.answers import of_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.findings import Finding
    from waitbench.presentation.picture import Picture

SUFFIX = "tex"
TITLE = "Which concurrency model does this work need?"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the document; text of the results file is escaped, so that it can only be text.

    Its pictures are shown where they lie beside it, or in `figures`, as PDF. Of the suites in
    `only` it is just the tables.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    arranged = suites.arranged(summary, only)
    parts = [tex.PREAMBLE, rf"\title{{{TITLE}}}", rf"\author{{}}\date{{{_source(summary)}}}"]
    parts += [r"\begin{document}", r"\maketitle"]
    if not only:
        parts += _opening(summary, findings)
        parts += [*map(_figure, pictures(summary)), r"\clearpage"]  # none drifts into the tables
    for suite, scenarios in (arranged.front.suites | arranged.behind).items():
        parts += _suite(suite, scenarios, summary.methods)
    parts.append(tex.bullets(prose.left_out(summary, only)))
    parts += _reading(summary)
    if not only:
        parts += _ending(summary)
    return "\n\n".join(filter(None, [*parts, r"\end{document}"])) + "\n"


def _source(summary: Summary) -> str:
    return tex.text(f"Measured by waitbench; made from {summary.path.name}")


def _opening(summary: Summary, findings: Sequence[Finding]) -> list[str]:
    parts = [tex.bullets(prose.alerts(summary))]
    if findings:
        answered = of_run(summary, findings)
        parts.append(_section("Claims"))
        every = [("", len(answered))]
        table = claims_table.columns(answered, sentences=False)  # a page has no room for them
        parts.append(_small(tex.table(table, every, ("The claims, decided.", "claims"))))
        parts.append(tex.bullets(claims_table.legend(answered)))
    for number, block in enumerate(load_tables.tables(summary), 1):
        parts += [_section(load_tables.HEADING)] if number == 1 else []
        every = [("", len(block.columns[0].cells))]
        parts += _tables_of(block.columns, every, (block.opening, f"serving-{number}"))
        parts.append(tex.text(block.aid))
    for block in machine_tables.tables(summary):
        every = [("", len(block.columns[0].cells))]
        parts += [_section(machine_tables.HEADING)]
        parts += _tables_of(block.columns, every, (block.opening, "machines"))
        parts.append(tex.text(block.aid))
    return parts


def _figure(picture: Picture) -> str:
    """Show a picture if its file is there: the document is whole without it."""
    name, label = picture.name, tex.label(picture.name)
    says = f"{tex.text(picture.caption)} {tex.text(picture.reading)}"
    return "\n".join(
        [
            rf"\IfFileExists{{{name}.pdf}}{{\begin{{figure}}[htbp]\centering",
            rf"\includegraphics[width=\linewidth,height=0.7\textheight,keepaspectratio]{{{name}.pdf}}",
            rf"\caption{{\textbf{{{tex.text(picture.title)}.}} {says}}}\label{{fig:{label}}}",
            r"\end{figure}}{}",
        ]
    )


def _suite(suite: str, scenarios: Sequence[Comparison], done: Methods) -> list[str]:
    """Set all scenarios of a suite in one table over pages, and its tasks' metrics in others."""
    pairs = [(scenario, row) for scenario in scenarios for row in scenario.rows]
    rows = [row for _, row in pairs]
    groups = [
        (f"{scenario.name}: {tables.title(scenario)}", len(scenario.rows)) for scenario in scenarios
    ]
    model, wall, faster, *more = evidence.times(pairs)
    verdict = Column(head="verdict", unit="", cells=tuple(map(tables.verdict, rows)), left=True)
    title, label = suites.title(suite), tex.label(suite)
    parts = [_section(title), tex.text(suites.question(suite))]
    says = (f"{title}: wall of a round, ratio to the baseline and what bound it.", label)
    parts.append(_small(tex.table([model, wall, faster, verdict, *more], groups, says)))
    counted = [model, *tables.metrics(rows)]
    parts += _tables_of(counted, groups, (f"{title}: {prose.METRICS}.", f"{label}-metrics"))
    return [*parts, tex.bullets(_remarks_on(scenarios, done))]


def _tables_of(
    columns: Sequence[Column], groups: Sequence[tuple[str, int]], says: tuple[str, str]
) -> list[str]:
    """Set columns in as many tables, below each other, as the width of a page asks for."""
    caption, label = says
    return [
        _small(tex.table(*tex.filled(piece, groups), (caption, f"{label}-{number}")))
        for number, piece in enumerate(tex.pieces(columns), 1)
    ]


def _remarks_on(scenarios: Sequence[Comparison], done: Methods) -> list[str]:
    """Return the remarks on a suite, each once with all scenarios that it holds for."""
    where: dict[str, list[str]] = {}
    for scenario in scenarios:
        for remark in remarks.remarks(scenario, done):
            where.setdefault(remark, []).append(scenario.name)
    return [f"{', '.join(names)}: {remark}" for remark, names in where.items()]


def _reading(summary: Summary) -> list[str]:
    heads = {"bound by", "CPU", "memory", "faster than "}
    heads |= {
        column.head for scenario in summary.scenarios for column in tables.metrics(scenario.rows)
    }
    lines = [f"{word}: {text}" for word, text in prose.reading(summary, heads)]
    return [_section("How to read it"), tex.bullets(lines)]


def _ending(summary: Summary) -> list[str]:
    facts = environment.environment(summary)
    columns = [
        Column(head="what", unit="", cells=tuple(name for name, _ in facts), left=True),
        Column(head="is", unit="", cells=tuple(value for _, value in facts), left=True, wraps=True),
    ]
    says = ("The machine and the software.", "environment")
    return [
        _section("Methods and environment"),
        tex.text(methods.methods(summary)),
        _small(tex.table(columns, [("", len(facts))], says)) if facts else "",
        tex.text("The same run again:")
        + rf"\\ \texttt{{{tex.text(rerun_command.command(summary))}}}",
    ]


def _section(title: str) -> str:
    return rf"\section{{{tex.text(title)}}}\label{{sec:{tex.label(title)}}}"


def _small(table: str) -> str:
    return f"{{\\footnotesize\n{table}\n}}"
