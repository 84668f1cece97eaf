"""A terminal's lines: headings, paragraphs and tables, in its width, its encoding and no other."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from waitbench.parsing import invocation
from waitbench.presentation import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.presentation.columns import Column

INDENT = 2
ASCII = str.maketrans(
    {
        **dict.fromkeys((*grid.MARKS.values(), grid.CROSS), "*"),
        "─": "-",
        "µ": "u",
        "█": "#",
        "…": ".",
    }
)


def written(show: Callable[[Console], None], *, width: int, color: bool) -> str:
    """Catch what `show` prints as text, `width` columns wide, with ANSI colours only if asked."""
    file = StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=color,
        color_system="truecolor" if color else None,
        legacy_windows=False,
        force_jupyter=False,  # it is text, in a notebook as well
        _environ={},
    )
    show(console)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def heading(console: Console, text: str) -> None:
    """Print a title with a rule to the right edge."""
    sign = "─" if console.encoding.startswith("utf") else "-"
    console.print(
        Rule(safe(console, Text(text, style="bold")), align="left", characters=sign, style="dim")
    )


def line(console: Console, text: Text, *, indent: int = 0, hang: int = 0) -> None:
    """Print a paragraph; lines after the first stand in by `hang` more."""
    room = max(console.width - indent, 20)
    whole = safe(console, text)
    first = whole.wrap(console, room)[0]
    first.rstrip()
    console.print(Text.assemble(" " * indent, first))
    rest = whole[len(first) :]
    blanks = len(rest.plain) - len(rest.plain.lstrip())
    if not rest.plain.strip():
        return
    for part in rest[blanks:].wrap(console, max(room - hang, 20)):
        part.rstrip()
        console.print(Text.assemble(" " * (indent + hang), part))


def table(
    console: Console,
    columns: Sequence[Column],
    widths: Mapping[str, int],
    *,
    indent: int = INDENT,
    header: bool = True,
) -> None:
    """Print the columns that have a width."""
    drawn = grid.drawn(columns, widths, lambda text: safe(console, text), header=header)
    console.print(Padding(drawn, (0, 0, 0, indent), expand=False))


def safe(console: Console, text: Text) -> Text:
    """Leave out what could steer the terminal, and write what its encoding lacks in ASCII.

    Commands stand there as they can be typed where this runs.
    """
    for start, end in reversed(invocation.places(text.plain)):
        text = Text.assemble(text[:start], invocation.program(), text[end:])
    unsteered = "".join(sign if sign.isprintable() else " " for sign in text.plain)
    if not console.encoding.startswith("utf"):
        unsteered = unsteered.translate(ASCII).encode("ascii", "replace").decode()
    if unsteered == text.plain:
        return text
    return Text(unsteered, style=text.style)
