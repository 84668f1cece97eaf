"""What `-k` chooses by names: `http and not 50ms`, as pytest reads it, or just a part of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORD = re.compile(r"[()]|[^\s()]+(?:\([^\s()]*\)[^\s()]*)*")
"""A bracket, or a part of a name, which may have brackets within."""


class _NoExpressionError(ValueError):
    """It is a part of a name, and no expression."""


def matcher(text: str) -> Callable[[str], bool]:
    """Return what tells whether a name is chosen; case does not count, an empty text chooses all.

    Args:
        text: parts of names with `and`, `or`, `not` and brackets between them. What is no such
            expression, as two words without one of these, is a part of the name as it stands.
    """
    try:
        return _Expression(text).read() if text.strip() else lambda _: True
    except _NoExpressionError:
        return lambda name: text.lower() in name.lower()


class _Expression:
    """A reader of words from the left, by precedence: `or`, `and`, `not`."""

    def __init__(self, text: str) -> None:
        self._words: Iterator[str] = iter(WORD.findall(text))
        self._word = next(self._words, "")

    def read(self) -> Callable[[str], bool]:
        """Return the whole as a test of a name."""
        whole = self._either()
        if self._word:
            raise _NoExpressionError
        return whole

    def _next(self) -> str:
        word, self._word = self._word, next(self._words, "")
        return word

    def _either(self) -> Callable[[str], bool]:
        parts = [self._both()]
        while self._word == "or":
            self._next()
            parts.append(self._both())
        return lambda name: any(part(name) for part in parts)

    def _both(self) -> Callable[[str], bool]:
        parts = [self._single()]
        while self._word == "and":
            self._next()
            parts.append(self._single())
        return lambda name: all(part(name) for part in parts)

    def _single(self) -> Callable[[str], bool]:
        word = self._next()
        if word == "not":
            part = self._single()
            return lambda name: not part(name)
        if word == "(":
            part = self._either()
            if self._next() != ")":
                raise _NoExpressionError
            return part
        if word in {"", ")", "and", "or"}:
            raise _NoExpressionError
        return lambda name: word.lower() in name.lower()
