"""Refusals in the form of RFC 9457: what was wrong, which parameter, what is allowed."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

_LONGEST_QUOTE: Final = 120


class Problem(Exception):  # noqa: N818  # RFC 9457 calls it a problem
    """A request that is answered with a problem document instead of the work."""

    content_type = "application/problem+json"

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, **members: str | list[str]
    ) -> None:
        """Describe what was wrong.

        Args:
            status: the answer's status.
            kind: short name of the kind of problem, the end of its type.
            detail: one sentence about this occurrence.
            members: further members, such as `parameter` and `allowed`.
        """
        super().__init__(detail)
        self.status = status
        self.headers: dict[str, str] = {}
        self._kind = kind
        self._detail = detail
        self._members = members

    def line(self) -> str:
        """Return what is wrong and what is allowed in one line, for a terminal."""
        allowed = self._members.get("allowed")
        return f"{self._detail}; allowed: {allowed}" if allowed else self._detail

    def body(self) -> bytes:
        """Return the JSON document."""
        document = {
            "type": f"urn:waitbench:problem:{self._kind}",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self._detail,
            **self._members,
        }
        return json.dumps(document).encode()


def bad_parameter(name: str, value: str, detail: str, allowed: str) -> Problem:
    """Refuse the value of one query parameter."""
    return Problem(
        HTTPStatus.BAD_REQUEST,
        "bad-parameter",
        f"{name}: {detail}",
        parameter=name[:_LONGEST_QUOTE],
        value=value[:_LONGEST_QUOTE],
        allowed=allowed,
    )


def too_much() -> Problem:
    """Refuse a request because what others have under way takes too much memory."""
    problem = Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "too-much-memory",
        "too many large answers of different kinds are in service; try again later",
    )
    problem.headers["Retry-After"] = "1"
    return problem


def too_many() -> Problem:
    """Refuse a request because too many are here already."""
    problem = Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "as many requests are in service or queued as --limit allows; try again later",
    )
    problem.headers["Retry-After"] = "1"
    return problem
