"""Text that LaTeX sets as it is, and booktabs tables made of columns."""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING

from waitbench.presentation.page import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.presentation.columns import Column

PREAMBLE = r"""
\ifdefined\pdfminorversion\pdfminorversion=7 \pdfsuppresswarningpagegroup=1 \fi
\documentclass[10pt]{article}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\usepackage[a4paper,margin=22mm]{geometry}
\usepackage{array,booktabs,longtable,graphicx}
\graphicspath{{figures/}}
\makeatletter\def\input@path{{figures/}}\makeatother
\usepackage[font=small,labelfont=bf]{caption}
\setlength{\tabcolsep}{4pt}
\setlength{\emergencystretch}{3em}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
""".strip()
SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "|": r"$\vert$",
    '"': "{''}",
    "`": r"\`{}",
    "'": "{'}",
    "[": "{[}",
    "]": "{]}",
    "µ": r"$\mu$",
    "\u00d7": r"$\times$",
    "±": r"$\pm$",
    "°": r"$^\circ$",
    "·": r"$\cdot$",
    "…": r"\dots{}",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "√": r"$\surd$",
}
"""Signs that mean something to LaTeX, and those beyond ASCII that our own sentences use."""
ACCENTS = {
    "\u0300": r"\`",
    "\u0301": r"\'",
    "\u0302": r"\^",
    "\u0303": r"\~",
    "\u0308": r"\"",
    "\u030a": r"\r",
    "\u030c": r"\v",
    "\u0327": r"\c",
}
"""What Unicode combines with a letter, as LaTeX does."""
PAIRED = frozenset("-,")
"""Of these a pair would be set as one other sign."""
WHITE = re.compile(r"[^\S ]+")
LINE = 100
"""So many characters of a small table fit beside each other on a page."""
GAP = 2
"""What lies between two columns, in characters."""


def text(plain: str) -> str:
    """Escape whatever would be more than text; what no usual font has becomes its code point."""
    line = WHITE.sub(" ", plain).strip()
    parts = COMMAND.split(line)  # between commands, command, between …
    return "".join(
        rf"\texttt{{{_escaped(part)}}}" if place % 2 else _escaped(part)
        for place, part in enumerate(parts)
    )


def label(words: str) -> str:
    """Return a name that references can use: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def table(
    columns: Sequence[Column], groups: Sequence[tuple[str, int]], says: tuple[str, str]
) -> str:
    r"""Write columns as one `longtable` that may run over pages, heads and units on top.

    Args:
        columns: of all rows.
        groups: how many rows each group has, and what stands over it; empty for no line.
        says: the caption, and the label that the text can refer to.
    """
    caption, name = says
    kinds = "".join(_kind(column) for column in columns)
    heads = " & ".join(rf"\textbf{{{text(column.head)}}}" for column in columns)
    units = " & ".join(text(column.unit) for column in columns)
    head = [heads + r" \\", *([units + r" \\"] if any(column.unit for column in columns) else [])]
    lines = [
        rf"\begin{{longtable}}{{@{{}}{kinds}@{{}}}}",
        rf"\caption{{{text(caption)}}}\label{{tab:{name}}}\\",
        r"\toprule",
        *head,
        r"\midrule\endfirsthead",
        r"\toprule",
        *head,
        r"\midrule\endhead",
        r"\bottomrule\endfoot",
    ]
    row = 0
    for number, (title, many) in enumerate(groups):
        if number and title:
            lines.append(r"\addlinespace")
        if title:
            lines.append(
                rf"\multicolumn{{{len(columns)}}}{{@{{}}l}}{{\textit{{{text(title)}}}}} \\*"
            )
        lines += [
            " & ".join(_cell(column.texts[place]) for column in columns) + r" \\"
            for place in range(row, row + many)
        ]
        row += many
    return "\n".join([*lines, r"\end{longtable}"])


def pieces(columns: Sequence[Column]) -> list[list[Column]]:
    """Share columns out over tables no wider than a page; the first stands in each of them."""
    first, *others = columns
    made: list[list[Column]] = []
    room = 0
    for column in others:
        if not made or _width(column) > room:
            made.append([first])
            room = LINE - _width(first)
        made[-1].append(column)
        room -= _width(column)
    return made


def filled(
    columns: Sequence[Column], groups: Sequence[tuple[str, int]]
) -> tuple[list[Column], list[tuple[str, int]]]:
    """Leave out the rows in which nothing stands behind the first cell, and groups of only such."""
    ends = list(accumulate(many for _, many in groups))
    rows_by_group = [
        [row for row in range(end - many, end) if any(map(_says, _beside(columns, row)))]
        for (_, many), end in zip(groups, ends, strict=True)
    ]
    kept = [row for rows in rows_by_group for row in rows]
    return (
        [column.only(*kept) for column in columns],
        [
            (title, len(rows))
            for (title, _), rows in zip(groups, rows_by_group, strict=True)
            if rows
        ],
    )


def bullets(lines: Iterable[str]) -> str:
    """Write a list, its lines escaped; empty for none."""
    items = [rf"\item {text(line)}" for line in lines]
    return "\n".join([r"\begin{itemize}", *items, r"\end{itemize}"]) if items else ""


def _cell(words: str) -> str:
    return text(words) if _says(words) else "--"


def _says(words: str) -> bool:
    return words.strip() != "-"


def _beside(columns: Sequence[Column], row: int) -> list[str]:
    return [column.texts[row] for column in columns[1:]]


def _width(column: Column) -> int:
    return max(map(len, [column.head, column.unit, *column.texts])) + GAP


def _kind(column: Column) -> str:
    if column.wraps:
        return r">{\raggedright\arraybackslash}p{0.42\linewidth}"
    return "l" if column.left else "r"


def _escaped(words: str) -> str:
    return "".join(_sign(sign, words[place + 1 : place + 2]) for place, sign in enumerate(words))


def _sign(sign: str, after: str) -> str:
    if sign == after and sign in PAIRED:
        return f"{sign}{{}}"
    if sign == after == " ":
        return "\\ "
    if sign in SIGNS:
        return SIGNS[sign]
    if " " <= sign <= "\x7e":
        return sign
    return _accented(sign) or _plain(sign)


def _accented(sign: str) -> str:
    """Return a letter with one accent as LaTeX has it; empty for any other sign."""
    parts = unicodedata.normalize("NFD", sign)
    if len(parts) != len("e\u0301") or parts[1] not in ACCENTS or not parts[0].isascii():
        return ""
    return f"{ACCENTS[parts[1]]}{{{parts[0]}}}"


def _plain(sign: str) -> str:
    plain = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return plain if plain.isalnum() else rf"{{[}}U+{ord(sign):04X}{{]}}"
