"""Text that GitHub's Markdown shows as it is, and tables, folds and commands made of it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.presentation.columns import Column

SIGNS = re.compile(r"([\\`*_{}\[\]<>|~#])")
COMMAND = re.compile(r"\\`(waitbench [A-Za-z0-9_,. -]+)\\`")
"""A command of ours in a sentence of ours: the one thing that may be marked up."""
LINKS = re.compile(r"(?i)\b(https?|www)(:|\.)")


def text(plain: str) -> str:
    """Escape whatever Markdown, HTML or GitHub would make more than text of."""
    line = " ".join(plain.split())
    escaped = SIGNS.sub(_escape, line).replace("@", "@\u200b")
    return COMMAND.sub(r"`\1`", LINKS.sub("\\1\u200b\\2", escaped))


def table(columns: Sequence[Column]) -> str:
    """Write columns as a table, units beside the heads."""
    heads = [", ".join(filter(None, (column.head, column.unit))) for column in columns]
    lines = [
        _row(map(text, heads)),
        _row(("---" if column.left else "---:") for column in columns),
    ]
    rows = zip(*(column.texts for column in columns), strict=True)
    return "\n".join([*lines, *(_row(map(text, row)) for row in rows)])


def bullets(lines: Iterable[str]) -> str:
    """Write a list, its lines escaped; empty for none."""
    return "\n".join(f"- {text(line)}" for line in lines)


def folded(title: str, parts: Iterable[str]) -> list[str]:
    """Put parts behind a line that opens them; that line is HTML, in which Markdown is no more."""
    plain = html.escape(" ".join(title.split())).replace("@", "@\u200b")
    head = LINKS.sub("\\1\u200b\\2", plain)
    return [f"<details>\n<summary>{head}</summary>", *parts, "</details>"]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


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
