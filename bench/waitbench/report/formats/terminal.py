"""The report on a terminal: the answers first, then a table per scenario; 80 columns will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from waitbench import formatting
from waitbench.presentation import grid, terminal
from waitbench.presentation.terminal import INDENT, heading, line
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
    winner_map,
)
from waitbench.report.answers import of_run
from waitbench.report.formats._layout import laid_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from waitbench.analysis.comparison import Comparison, Methods, Summary
    from waitbench.findings import Finding
    from waitbench.report.formats._layout import Layout
    from waitbench.report.load_tables import LoadTable

SUFFIX = "txt"
NARROW = " Where the intervals have no room, a wider terminal, Markdown or the page has them."


def render(
    summary: Summary,
    findings: Sequence[Finding],
    *,
    only: Sequence[str] = (),
    width: int = 80,
    color: bool = False,
) -> str:
    """Write the report as text, `width` columns wide, with ANSI colours only if asked.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    return terminal.written(
        lambda console: show(summary, findings, console, only=only), width=width, color=color
    )


def show(
    summary: Summary,
    findings: Sequence[Finding],
    console: Console,
    *,
    only: Sequence[str] = (),
    brief: bool = False,
) -> None:
    """Print the report: findings, tables by suite, how to read them, methods, environment.

    Of the suites in `only` it is just the tables and how to read them; where it is to be `brief`,
    it ends with the tables.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    arranged = suites.arranged(summary, only)
    front, behind = arranged.front, arranged.behind
    if not only:
        _opening(console, summary, findings, full=bool(behind))
    sentences = prose.by_place(findings)
    layout = laid_out(front, console.width)
    for suite, scenarios in front.suites.items():
        heading(console, suites.title(suite))
        if asked := suites.question(suite):
            line(console, Text(asked))
            console.print()
        for scenario in scenarios:
            sentence = sentences.get(bars.place(scenario), "")
            _scenario(console, scenario, sentence, layout, summary.methods)
    if behind:
        _behind(console, summary, behind)
    notes = prose.left_out(summary, only)
    for note in notes:
        line(console, Text(note), hang=INDENT)
    if notes:
        console.print()
    if brief:
        return
    _reading(console, front, layout)
    if not only:
        _ending(console, summary)


def _opening(
    console: Console, summary: Summary, findings: Sequence[Finding], *, full: bool
) -> None:
    """Print what must be known first, the answers, and the map where one was measured."""
    alerts = prose.alerts(summary)
    for alert in alerts:
        line(console, Text.assemble(("! ", "bold yellow"), alert), hang=INDENT)
    if alerts:
        console.print()
    answered = of_run(summary, findings)
    if findings and full:
        heading(console, "Claims")
        claims_table.show(console, answered)
    elif findings:
        heading(console, "Findings")
        claims_table.show_in_full(console, answered, prose.overall(findings))
        if rest := claims_table.unmeasured_in_brief(answered, main=suites.has_main(summary)):
            line(console, Text(rest), hang=INDENT)
            console.print()
    _blocks(console, load_tables.HEADING, load_tables.tables(summary))
    _blocks(console, machine_tables.HEADING, machine_tables.tables(summary))
    _builds(console, summary)
    if drawn := winner_map.terminal(summary):
        heading(console, suites.MAP)
        console.print(drawn)
        console.print()


def _blocks(console: Console, head: str, blocks: Sequence[LoadTable]) -> None:
    """Print tables of one kind under their heading, each with what opens and what explains it."""
    for number, block in enumerate(blocks):
        if not number:
            heading(console, head)
        line(console, Text(block.opening))
        room = console.width - INDENT
        terminal.table(console, block.columns, grid.fitting([block.columns], room))
        line(console, Text(block.aid, style="dim"))
        console.print()


def _builds(console: Console, summary: Summary) -> None:
    """Print a table for each scenario of the suites in front: models down, interpreters across."""
    shown = build_tables.front(summary, suites.arranged(summary).front.suites)
    if not shown:
        return
    heading(console, build_tables.HEADING)
    for text in build_tables.legend(summary):
        line(console, Text(text), hang=INDENT)
    console.print()
    for table in shown:
        line(console, Text(build_tables.title(table), style="bold"))
        columns = table.columns
        if grid.whole(grid.fitting([columns], 9 * console.width)) > console.width - INDENT:
            columns = build_tables.narrow(table)
        terminal.table(console, columns, grid.fitting([columns], console.width - INDENT))
        line(console, Text(table.first, style="dim"), indent=INDENT)
        console.print()
    line(console, Text(build_tables.reading(summary) + NARROW, style="dim"))
    console.print()


def _scenario(
    console: Console, scenario: Comparison, sentence: str, layout: Layout, done: Methods
) -> None:
    place = bars.place(scenario)
    head = Text.assemble((scenario.name, "bold"), "  ", (tables.title(scenario), "dim"))
    line(console, head, hang=INDENT)
    if sentence:
        line(console, Text(sentence), indent=INDENT)
    terminal.table(console, layout.tables[place], layout.widths[place])
    for remark in remarks.remarks(scenario, done):
        style = "yellow" if remark.startswith("! ") else "dim"
        line(console, Text(remark, style=style), indent=INDENT, hang=2)
    if (brief := phases.line(scenario)) and not layout.went:
        line(console, Text(brief, style="dim"), indent=INDENT, hang=2)
    if went := layout.went.get(place):
        console.print()
        line(console, Text(phases.WHERE, style="dim"), indent=INDENT)
        terminal.table(console, went, grid.fitting([went], console.width))
    console.print()


def _behind(console: Console, summary: Summary, behind: Mapping[str, Sequence[Comparison]]) -> None:
    """Name the suites that have no room here, what each asks, and what shows its tables."""
    heading(console, suites.QUESTIONS)
    file = suites.file(summary)
    line(
        console,
        Text.assemble(
            "`", (f"waitbench report {file} --suite NAME", "bold"), "` shows the tables of:"
        ),
    )
    table = Table.grid(padding=(0, grid.GAP, 0, 0))
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for name, scenarios in behind.items():
        many = formatting.count(len(scenarios), "scenario")
        texts = (Text(name, style="bold"), Text(many), Text(suites.question(name), style="dim"))
        table.add_row(*(terminal.safe(console, text) for text in texts))
    console.print(table)
    console.print()


def _reading(console: Console, front: Summary, layout: Layout) -> None:
    heading(console, "How to read it")
    for name, text in prose.reading(front, layout.shown):
        line(console, Text.assemble((name, "bold"), f": {text}"), hang=2)
    if wanting := layout.wanting:
        line(console, Text(f"A wider terminal or Markdown also shows: {', '.join(wanting)}."))


def _ending(console: Console, summary: Summary) -> None:
    console.print()
    heading(console, "Methods and environment")
    line(console, Text(methods.methods(summary)))
    console.print()
    table = Table.grid(padding=(0, grid.GAP, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in environment.environment(summary):
        table.add_row(Text(name, style="bold"), terminal.safe(console, Text(value)))
    console.print(table)
    console.print()
    line(console, Text.assemble("The same run again: ", (rerun_command.command(summary), "bold")))
