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
    from waitbench_server.proxy.links import Links

_LONGEST_LABEL: Final = 200
_PATHS: Final = ("/", "/health", "/plan", "/stats", "/reset")


class Control:
    """Answers for one worker on behalf of all."""

    def __init__(
        self,
        plans: Plans,
        ledger: Ledger,
        collection: Collection,
        timer: str,
        links: Links | None = None,
    ) -> None:
        self._links = links
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
            latency = {"latency": str(plan.latency), "mean_ns": round(plan.latency.mean_ns)}
            stream = plan.stream
            if stream is None:
                return _json(latency)
            return _json({**latency, "stream": str(stream), "stream_ns": round(stream.mean_ns)})
        if request.path == "/proxy" and self._links is not None:
            return _json(self._proxy(self._links, request.method, given))
        if request.path not in {"/health", "/stats"}:
            raise Problem(
                HTTPStatus.NOT_FOUND,
                "not-found",
                f"there is no {request.path[:80]}",
                allowed=[*_PATHS, *(["/proxy"] if self._links is not None else [])],
            )
        for name, text in given.items():
            raise bad_parameter(name, text, "there is no such parameter", "none")
        if request.path == "/health":
            return _json({"status": "ok"})
        self._ledger.note_cpu()
        return _json(self._with_links(period.current(self._ledger.book, self._timer)))

    def _reset(self, method: str, given: dict[str, str]) -> web.Response:
        """Begin a period and return the last one's statistics; a good moment to collect garbage."""
        if method != "POST":
            raise _wrong_method("/reset", "POST", method)
        label = given.pop("label", "")
        for name, text in given.items():
            raise bad_parameter(name, text, "there is no such parameter", "label")
        if len(label) > _LONGEST_LABEL:
            raise bad_parameter("label", label, "it is too long", "at most 200 characters")
        self._collection.collect_between_periods()
        self._ledger.note_cpu()
        ended = self._with_links(period.end(self._ledger.book, self._timer, label))
        self._ledger.turn()
        if self._links is not None:
            self._links.turn()
        return _json(ended)

    def _proxy(self, links: Links, method: str, given: dict[str, str]) -> dict[str, object]:
        """Show the links' settings, or change those of one."""
        if method == "POST":
            return links.change(given)
        if method not in {"GET", "HEAD"}:
            raise _wrong_method("/proxy", "GET, POST", method)
        for name, text in given.items():
            raise bad_parameter(
                name, text, "settings are changed by POST", "GET takes no parameter"
            )
        return links.show()

    def _with_links(self, statistics: dict[str, object]) -> dict[str, object]:
        return statistics if self._links is None else {**statistics, "proxy": self._links.stats()}


def _wrong_method(path: str, allowed: str, method: str) -> Problem:
    problem = Problem(
        HTTPStatus.METHOD_NOT_ALLOWED, "method", f"{path} takes {allowed}, not {method[:20]}"
    )
    problem.headers["Allow"] = allowed
    return problem


def _json(document: dict[str, object]) -> web.Response:
    return web.Response(body=json.dumps(document).encode(), content_type="application/json")
