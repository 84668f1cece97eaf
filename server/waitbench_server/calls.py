"""Text such as `name(a=1, b='x(2,3)')`, taken apart where no quote or bracket is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TEXT: Final = 2_000
_CALL: Final = re.compile(r"([a-z]+)\s*\((.*)\)", re.DOTALL)
_QUOTES: Final = "'\""


def parts(text: str, separator: str = ",") -> list[str]:
    """Split a text, except within quotes and brackets; what is around each part goes.

    Raises:
        ValueError: a quote or a bracket has no other half, or the text is too long.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters is too long")
    split, quote, depth = [""], "", 0
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in _QUOTES:
            quote = sign
        elif sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == separator and not depth:
            split.append("")
            continue
        if depth < 0:
            break
        split[-1] += sign
    if quote or depth:
        raise ValueError(f"{text[:80]!r} has a quote or a bracket without its other half")
    return [part.strip() for part in split]


def call(text: str) -> tuple[str, str] | None:
    """Return the name and what stands in its brackets; None if it is no such call."""
    match = _CALL.fullmatch(text.strip())
    return (match[1], match[2]) if match else None


def arguments(name: str, inside: str, names: Sequence[str]) -> dict[str, str]:
    """Return the arguments of `name(…)`: by name, or in the order of `names`; quotes taken off.

    Raises:
        ValueError: one has another name, stands twice, or is one too many.
    """
    given: dict[str, str] = {}
    for position, part in enumerate(parts(inside) if inside.strip() else []):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not (equals and key.isidentifier()):
            if position >= len(names):
                raise ValueError(f"{name} takes {', '.join(names) or 'nothing'}, and no more")
            key, value = names[position], part
        if key not in names or key in given:
            allowed = f"{', '.join(names)}, each once" if names else "nothing"
            raise ValueError(f"{name} takes {allowed}; not {key[:40]!r}")
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in _QUOTES
        given[key] = value[1:-1].strip() if quoted else value
    return given


def whole(name: str, text: str, low: int, high: int) -> int:
    """Return a whole number between two bounds.

    Raises:
        ValueError: it is none.
    """
    if not (text.isascii() and text.isdigit() and low <= int(text[:20]) <= high):
        raise ValueError(f"{name} is a whole number {low} to {high}, not {text[:40]!r}")
    return int(text)
