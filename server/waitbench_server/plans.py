"""Finds what a path asks for: parsed once, remembered, with the draw's number split off."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from waitbench_server.answer import Answer
from waitbench_server.parameters import combined
from waitbench_server.problem import bad_parameter, too_much

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench_server.plan import Plan

_REMEMBERED: Final = 1_024
KEPT_BYTES: Final = 64 * 1024**2
"""Prepared answers are kept for the next request up to this size in all."""
MOST_BYTES: Final = 256 * 1024**2
"""With those that are no longer kept, but that a request in service still needs."""
DRAW_DIGITS: Final = 18
_DRAW_FORM: Final = "a whole number from 0 with at most 18 digits"
_MOST_FIELDS: Final = 40


class Plans:
    """Answers prepared for the parameters seen lately; their number and memory are bounded."""

    def __init__(self, defaults: Plan) -> None:
        self._defaults = defaults
        self._known: dict[str, Answer] = {}
        self._kept_bytes = 0
        self.bytes = 0
        """What all take that are kept or in service."""

    def find(self, path: str) -> tuple[Answer, int | None]:
        """Return what to answer and the number of the draw, None if the request gives none.

        Raises:
            Problem: the query is not understood, or too much is in service to prepare another.
        """
        number = None
        at = path.find("draw=")
        if at > 0 and path[at - 1] in "?&":
            end = path.find("&", at)
            text = path[at + 5 :] if end < 0 else path[at + 5 : end]
            path = path[: at - 1] if end < 0 else path[:at] + path[end + 1 :]
            if not (text.isascii() and text.isdigit() and len(text) <= DRAW_DIGITS):
                raise bad_parameter("draw", text, f"{text[:40]!r} is not a number", _DRAW_FORM)
            number = int(text)
        answer = self._known.get(path)
        if answer is None:
            answer = self._prepare(path)
        return answer, number

    def plan(self, given: Mapping[str, str]) -> Plan:
        """Return what a request with these parameters asks for.

        Raises:
            Problem: one is unknown, malformed or contradicts another.
        """
        return combined(self._defaults, given)

    def _prepare(self, path: str) -> Answer:
        plan = self.plan(fields_of(path.partition("?")[2]))
        if self.bytes >= MOST_BYTES:
            raise too_much()
        answer = Answer(plan)
        size = len(path) + answer.own_bytes
        while len(self._known) >= _REMEMBERED or self._kept_bytes + size > KEPT_BYTES:
            oldest = next(iter(self._known))
            self._kept_bytes -= len(oldest) + self._known.pop(oldest).own_bytes
        self._known[path] = answer
        self._kept_bytes += size
        self.bytes += size
        weakref.finalize(answer, self._freed, size).atexit = False
        return answer

    def _freed(self, size: int) -> None:
        self.bytes -= size


def fields_of(query: str) -> dict[str, str]:
    """Split a query into its parameters.

    Raises:
        Problem: a parameter is given twice, or there are very many.
    """
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise bad_parameter("query", query, "too many parameters", "each once") from None
    given: dict[str, str] = {}
    for name, text in pairs:
        if name in given:
            raise bad_parameter(name, text, "it is given twice", "each parameter once")
        given[name] = text
    return given
