"""The report on a terminal: the answers first, then a table per scenario; 80 columns will do."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bench import wording
from bench.report import _prose, _tables
from bench.report._tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison import Comparison, Summary
    from bench.findings import Finding

# Halfway between the palette's light and dark hues: a terminal does not say what its ground is,
# and these keep a contrast of 3.5 or more on white and on near-black. Sync stays in its own ink.
HUES = {"threads": "#c4651c", "processes": "#1f8a55", "asyncio": "#4a7fe6"}
FIFTH = "#b0639f"
MARKS = {"sync": "■", "threads": "▲", "processes": "◆", "asyncio": "●"}
CROSS = "✚"
VERDICTS = {"faster": "green", "slower": "red", "undecided": "yellow"}
DECISIONS = {
    "supported": "green",
    "refuted": "red",
    "conditional": "yellow",
    "undecided": "yellow",
}
BAR, SPEED = 10, "speed"
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
GAP = 2
FEWEST = 2
"""Columns that stay however narrow the terminal: a model and a figure."""
INDENT = 2
LINE = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
"""A rule under the header and nothing else."""
ASCII = str.maketrans(
    {**dict.fromkeys((*MARKS.values(), CROSS), "*"), "─": "-", "µ": "u", "█": "#"}
)


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
    built = {one.name: _barred(one, _tables.columns(one), summary) for one in summary.scenarios}
    widths = _fitting(list(built.values()), console.width - INDENT)
    for suite, scenarios in summary.suites.items():
        _heading(console, _prose.suite(suite))
        for scenario in scenarios:
            shown = [column for column in built[scenario.name] if column.head in widths]
            _scenario(console, scenario, said.get(scenario.name), shown, widths)
    heads = dict.fromkeys(column.head for columns in built.values() for column in columns)
    _ending(console, summary, [head for head in heads if head not in {*widths, SPEED}])


def _barred(scenario: Comparison, columns: Sequence[Column], summary: Summary) -> list[Column]:
    """Draw times faster as bars, on one scale for the whole run: flat is seen to be flat."""
    ratios = [row.ratio.value for one in summary.scenarios for row in one.rows if row.ratio]
    if not scenario.baseline or not ratios:
        return list(columns)
    most = max(1.0, *ratios)
    cells = []
    for row in scenario.rows:
        one = 1.0 if row.model == scenario.baseline else row.ratio.value if row.ratio else 0.0
        full, part = divmod(round(one / most * BAR * 8), 8)
        cells.append("█" * full + EIGHTHS[part])
    unit = f"0 to {wording.times(most)}"
    bars = Column(head=SPEED, unit=unit, cells=tuple(cells), rank=9, left=True)
    verdict = next(n for n, column in enumerate(columns) if column.head == "verdict")
    return [*columns[:verdict], bars, *columns[verdict:]]


def _scenario(
    console: Console,
    scenario: Comparison,
    finding: Finding | None,
    shown: Sequence[Column],
    widths: Mapping[str, int],
) -> None:
    head = Text.assemble((scenario.name, "bold"), "  ", (_tables.title(scenario), "dim"))
    _line(console, head, hang=INDENT)
    if finding:
        _line(console, Text(finding.sentence), indent=INDENT)
    table = Table(box=LINE, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
    for column in shown:
        header = [str(_safe(console, Text(line))) for line in (column.head, column.unit) if line]
        table.add_column(
            Text("\n".join(header), style="bold"),
            justify="left" if column.left else "right",
            no_wrap=True,
            min_width=widths[column.head],
        )
    for number, row in enumerate(scenario.rows):
        cells = [_cell(column, column.cells[number], row.model) for column in shown]
        table.add_row(*(_safe(console, cell) for cell in cells))
    console.print(Padding(table, (0, 0, 0, INDENT), expand=False))
    for remark in _tables.remarks(scenario):
        _line(console, Text(remark, style="dim"), indent=INDENT, hang=2)
    console.print()


def _fitting(tables: Sequence[Sequence[Column]], room: int) -> dict[str, int]:
    """Give each column's width, the same in all tables; what matters least goes if need be."""
    widths: dict[str, int] = {}
    ranks: dict[str, int] = {}
    for column in (column for columns in tables for column in columns):
        widths[column.head] = max(widths.get(column.head, 0), _width(column))
        ranks[column.head] = column.rank
    while sum(widths.values()) + GAP * len(widths) > room + GAP and len(widths) > FEWEST:
        del widths[max(widths, key=lambda head: ranks[head])]
    return widths


def _width(column: Column) -> int:
    mark = 2 if column.head == "model" else 0
    cells = (cell_len(cell) + mark for cell in column.cells)
    return max(len(column.head), len(column.unit), *cells)


def _cell(column: Column, text: str, model: str) -> Text:
    hue = HUES.get(model, "" if model == "sync" else FIFTH)
    if column.head == SPEED:
        return Text(text, style=hue)
    if column.head == "model":
        return Text(f"{MARKS.get(model, CROSS)} {text}", style=f"bold {hue}")
    if column.head == "verdict":
        return Text(text, style=VERDICTS.get(text, ""))
    return Text(text, style="bold yellow" if text == "failed" else "")


def _finding(console: Console, finding: Finding) -> None:
    style = f"bold {DECISIONS[finding.verdict]}"
    head = Text.assemble((f"{finding.verdict:<12}", style), (finding.claim, "dim"))
    _line(console, head)
    _line(console, Text(finding.sentence), indent=INDENT)
    console.print()


def _ending(console: Console, summary: Summary, hidden: Sequence[str]) -> None:
    _heading(console, "How to read it")
    for name, text in _prose.reading(summary, hidden):
        _line(console, Text.assemble((name, "bold"), f": {text}"), hang=2)
    if hidden:
        _line(console, Text(f"A wider terminal or Markdown also shows: {', '.join(hidden)}."))
    console.print()
    _heading(console, "Methods and environment")
    _line(console, Text(_prose.methods(summary)))
    console.print()
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in _prose.environment(summary):
        table.add_row(Text(name, style="bold"), _safe(console, Text(value)))
    console.print(table)
    console.print()
    _line(console, Text.assemble("Again: ", (_prose.command(summary), "bold")))


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
