"""The report on a terminal: the answers first, then a table per scenario; 80 columns will do."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bench.report import _grid, _methods, _parts, _prose, _remarks, _tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison import Comparison, Methods, Summary
    from bench.findings import Finding
    from bench.report._tables import Column

DECISIONS = {
    "supported": "green",
    "refuted": "red",
    "conditional": "yellow",
    "undecided": "yellow",
}
INDENT = 2
WIDE = 100
"""From so many columns on there is room to say where the time went."""
ASCII = str.maketrans(
    {**dict.fromkeys((*_grid.MARKS.values(), _grid.CROSS), "*"), "─": "-", "µ": "u", "█": "#"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What of the tables this terminal has room for.

    Attributes:
        tables: the columns of each scenario, by its name.
        widths: of those that are shown, by scenario and head.
        went: the columns that say where the time went, by scenario; empty without room for them.
        hidden: what has no room, beyond columns.
    """

    tables: Mapping[str, Sequence[Column]]
    widths: Mapping[str, Mapping[str, int]]
    went: Mapping[str, Sequence[Column]]
    hidden: Sequence[str]


def render(
    summary: Summary, findings: Sequence[Finding], *, width: int = 80, color: bool = False
) -> str:
    """Write the report as text, `width` columns wide, with ANSI colours only if asked."""
    file = StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="truecolor" if color else None,
        legacy_windows=False,
        _environ={},
    )
    show(summary, findings, console)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def show(summary: Summary, findings: Sequence[Finding], console: Console) -> None:
    """Print the report: findings, tables by suite, how to read them, methods, environment."""
    alerts = _prose.alerts(summary)
    for alert in alerts:
        _line(console, Text.assemble(("! ", "bold yellow"), alert), hang=2)
    if alerts:
        console.print()
    overall, unmeasured = _prose.overall(findings)
    if overall or unmeasured:
        _heading(console, "Findings")
    for finding in overall:
        _finding(console, finding)
    if unmeasured:
        _line(console, Text(unmeasured))
        console.print()
    said = {finding.scenario: finding for finding in findings if finding.scenario is not None}
    layout = _laid_out(summary, console.width)
    for suite, scenarios in summary.suites.items():
        _heading(console, _prose.suite(suite))
        for one in scenarios:
            _scenario(console, one, said.get(one.name), layout, summary.methods)
    _ending(console, summary, layout)


def _scenario(
    console: Console, scenario: Comparison, finding: Finding | None, layout: Layout, done: Methods
) -> None:
    head = Text.assemble((scenario.name, "bold"), "  ", (_tables.title(scenario), "dim"))
    _line(console, head, hang=INDENT)
    if finding:
        _line(console, Text(finding.sentence), indent=INDENT)
    _table(console, layout.tables[scenario.name], layout.widths[scenario.name])
    for remark in _remarks.remarks(scenario, done):
        _line(console, Text(remark, style="dim"), indent=INDENT, hang=2)
    if (brief := _parts.line(scenario)) and not layout.went:
        _line(console, Text(brief, style="dim"), indent=INDENT, hang=2)
    if went := layout.went.get(scenario.name):
        console.print()
        _line(console, Text(_parts.WHERE, style="dim"), indent=INDENT)
        _table(console, went, _grid.fitting([went], console.width))
    console.print()


def _table(console: Console, columns: Sequence[Column], widths: Mapping[str, int]) -> None:
    table = _grid.drawn(columns, widths, lambda text: _safe(console, text))
    console.print(Padding(table, (0, 0, 0, INDENT), expand=False))


def _laid_out(summary: Summary, width: int) -> Layout:
    room = width - INDENT
    tables = {
        one.name: _grid.barred(one, _tables.columns(one), summary) for one in summary.scenarios
    }
    went = {one.name: columns for one in summary.scenarios if (columns := _parts.columns(one))}
    fits = width >= WIDE and all(
        _grid.whole(_grid.fitting([columns], width * 9)) <= room for columns in went.values()
    )
    return Layout(
        tables=tables,
        widths=_grid.layouts(tables, room),
        went=went if fits else {},
        hidden=() if fits or not went else (f"{_parts.WHERE} with every model",),
    )


def _finding(console: Console, finding: Finding) -> None:
    style = f"bold {DECISIONS[finding.verdict]}"
    head = Text.assemble((f"{finding.verdict:<12}", style), (finding.claim, "dim"))
    _line(console, head)
    _line(console, Text(finding.sentence), indent=INDENT)
    console.print()


def _ending(console: Console, summary: Summary, layout: Layout) -> None:
    _heading(console, "How to read it")
    heads = dict.fromkeys(column.head for table in layout.tables.values() for column in table)
    shown = {head for widths in layout.widths.values() for head in widths}
    shown |= {_parts.WHERE} if layout.went or layout.hidden else set()
    hidden = [head for head in heads if head not in {*shown, _grid.SPEED}] + [*layout.hidden]
    for name, text in _prose.reading(summary, shown):
        _line(console, Text.assemble((name, "bold"), f": {text}"), hang=2)
    if hidden:
        _line(console, Text(f"A wider terminal or Markdown also shows: {', '.join(hidden)}."))
    console.print()
    _heading(console, "Methods and environment")
    _line(console, Text(_methods.methods(summary)))
    console.print()
    table = Table.grid(padding=(0, _grid.GAP, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in _methods.environment(summary):
        table.add_row(Text(name, style="bold"), _safe(console, Text(value)))
    console.print(table)
    console.print()
    _line(console, Text.assemble("Again: ", (_methods.command(summary), "bold")))


def _heading(console: Console, text: str) -> None:
    line = "─" if console.encoding.startswith("utf") else "-"
    console.print(Rule(Text(text, style="bold"), align="left", characters=line, style="dim"))


def _line(console: Console, text: Text, *, indent: int = 0, hang: int = 0) -> None:
    """Print a paragraph; lines after the first stand in by `hang` more."""
    room = max(console.width - indent - hang, 20)
    first, *rest = _safe(console, text).wrap(console, room + hang if not hang else room)
    for line, space in ((first, indent), *((line, indent + hang) for line in rest)):
        line.rstrip()
        console.print(Text.assemble(" " * space, line))


def _safe(console: Console, text: Text) -> Text:
    """Leave out what could steer the terminal, and write what its encoding lacks in ASCII."""
    unsteered = "".join(sign if sign.isprintable() else " " for sign in text.plain)
    if not console.encoding.startswith("utf"):
        unsteered = unsteered.translate(ASCII).encode("ascii", "replace").decode()
    if unsteered == text.plain:
        return text
    return Text(unsteered, style=text.style)
