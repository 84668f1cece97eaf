"""Questions about the service itself: /health, /plan, /stats and /reset, none of them counted."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web

from waitbench_server import period
from waitbench_server.plans import fields_of
from waitbench_server.problem import Problem, bad_parameter

if TYPE_CHECKING:
    from waitbench_server.collection import Collection
    from waitbench_server.ledger import Ledger
    from waitbench_server.plans import Plans

_LONGEST_LABEL: Final = 200


class Control:
    """Answers for one worker on behalf of all."""

    def __init__(self, plans: Plans, ledger: Ledger, collection: Collection, timer: str) -> None:
        self._plans = plans
        self._ledger = ledger
        self._collection = collection
        self._timer = timer

    def respond(self, request: web.BaseRequest) -> web.Response:
        """Answer a control request.

        Raises:
            Problem: there is no such path, method or parameter.
        """
        given = fields_of(request.query_string)
        if request.path == "/reset":
            return self._reset(request.method, given)
        if request.path == "/plan":
            plan = self._plans.plan(given)
            return _json({"latency": str(plan.latency), "mean_ns": round(plan.latency.mean_ns)})
        if request.path not in {"/health", "/stats"}:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "not-found",
                f"there is no {request.path[:80]}",
                allowed=["/", "/health", "/plan", "/stats", "/reset"],
            )
        for name, text in given.items():
            raise bad_parameter(name, text, "there is no such parameter", "none")
        if request.path == "/health":
            return _json({"status": "ok"})
        self._ledger.note_cpu()
        return _json(period.current(self._ledger.book, self._timer))

    def _reset(self, method: str, given: dict[str, str]) -> web.Response:
        """Begin a period and return the last one's statistics; a good moment to collect garbage."""
        if method != "POST":
            problem = Problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method", f"/reset takes POST, not {method[:20]}"
            )
            problem.headers["Allow"] = "POST"
            raise problem
        label = given.pop("label", "")
        for name, text in given.items():
            raise bad_parameter(name, text, "there is no such parameter", "label")
        if len(label) > _LONGEST_LABEL:
            raise bad_parameter("label", label, "it is too long", "at most 200 characters")
        self._collection.collect_between_periods()
        self._ledger.note_cpu()
        ended = period.end(self._ledger.book, self._timer, label)
        self._ledger.turn()
        return _json(ended)


def _json(document: dict[str, object]) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), content_type="application/json")
