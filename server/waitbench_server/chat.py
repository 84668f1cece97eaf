"""`POST /v1/chat/completions` as OpenAI's clients send it: the model's name is the timing."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from aiohttp import hdrs, web

from waitbench_server import stream
from waitbench_server.plans import DRAW_DIGITS, fields_of
from waitbench_server.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench_server.answer import Answer
    from waitbench_server.plans import Plans
    from waitbench_server.stream import Stream

PATH: Final = "/v1/chat/completions"
OWN_MODEL: Final = "waitbench"
"""The model whose timing is that of the server's own `--stream`."""
_MODELS: Final = f"a model is its timing: {stream.FORM}; or {OWN_MODEL}, with that of --stream"
BODY_S: Final = 10.0
"""So long the body of a request may take to come."""
_NO_TOKENS: Final = "a whole number from 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """What a client asked to be told.

    Attributes:
        model: the name it gave.
        stream: what that comes to, with no more tokens than it wants.
        cut: whether it wants fewer than the model has to say.
        streamed: whether it wants them one by one.
        usage: whether a stream is to end with their number.
        prompt: how many words it sent.
        number: of its draws; None leaves that to the server's count.
    """

    model: str
    stream: Stream
    cut: bool
    streamed: bool
    usage: bool
    prompt: int
    number: int | None


class _Refusal(Problem):
    """A problem in the form of OpenAI's, whose clients show its message."""

    content_type = "application/json"

    def __init__(self, parameter: str, message: str, code: str, status: HTTPStatus) -> None:
        """Describe what is wrong with one member of the request."""
        super().__init__(status, code, message)
        self._error = {
            "message": message,
            "type": "invalid_request_error",
            "param": parameter,
            "code": code,
        }

    def body(self) -> bytes:
        """Return the JSON document."""
        return json.dumps({"error": self._error}).encode()


def _bad(parameter: str, message: str) -> Problem:
    return _Refusal(parameter, f"{parameter}: {message}", "invalid_value", HTTPStatus.BAD_REQUEST)


async def asked(request: web.BaseRequest, plans: Plans) -> tuple[Answer, Chat]:
    """Return what answers a request, and what it is told.

    Its query may hold other parameters of waits, such as `midstream`.

    Raises:
        Problem: the body or the query is not understood.
    """
    if request.method != hdrs.METH_POST:
        problem = _Refusal(
            "method",
            f"{PATH} takes POST, not {request.method[:20]}",
            "method",
            HTTPStatus.METHOD_NOT_ALLOWED,
        )
        problem.headers["Allow"] = "POST"
        raise problem
    try:
        async with asyncio.timeout(BODY_S):
            body = await request.read()
    except TimeoutError:
        message = f"body: it did not come within {BODY_S:g} s"
        raise _Refusal("body", message, "timeout", HTTPStatus.REQUEST_TIMEOUT) from None
    except web.HTTPRequestEntityTooLarge:
        too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise _Refusal("body", "body: at most 1 MiB", "too_large", too_large) from None
    return read(body, plans, request.query_string)


def read(body: bytes, plans: Plans, query: str) -> tuple[Answer, Chat]:
    """Return what answers a body of JSON and the query beside it, and what is told.

    Raises:
        Problem: one of them is not understood.
    """
    try:
        asked = json.loads(body)
        if not isinstance(asked, dict):
            raise ValueError  # noqa: TRY004, TRY301 - said below, as any other body that is none
    except (ValueError, RecursionError):
        raise _bad("body", "it is no JSON object") from None
    given = fields_of(query)
    model, timing = _model(asked, plans)
    wanted = _whole(asked, "max_completion_tokens") or _whole(asked, "max_tokens")
    cut = wanted is not None and wanted < timing.count
    told = replace(timing, count=wanted) if cut and wanted else timing
    if asked.get("n") not in (None, 1):
        raise _bad("n", f"one answer to a request, not {str(asked['n'])[:40]}")
    if model != OWN_MODEL or plans.plan({}).stream is None:  # that one may come from a file here
        given["stream"] = str(timing)
    given["format"] = "sse"
    answer, number = plans.find(f"/?{urlencode(given)}")
    options = asked.get("stream_options")
    chat = Chat(
        model=model,
        stream=told,
        cut=cut,
        streamed=_flag(asked, "stream"),
        usage=isinstance(options, dict) and options.get("include_usage") is True,
        prompt=_words(asked),
        number=_whole(asked, "seed", least=0) if asked.get("seed") is not None else number,
    )
    return answer, chat


def _model(asked: Mapping[str, Any], plans: Plans) -> tuple[str, Stream]:
    model = asked.get("model")
    if not isinstance(model, str):
        raise _bad("model", f"it is missing; {_MODELS}")
    if model == OWN_MODEL:
        return model, plans.plan({}).stream or stream.Stream()
    try:
        return model, stream.parse(model)
    except ValueError as error:
        raise _Refusal(
            "model", f"{error}; {_MODELS}", "model_not_found", HTTPStatus.NOT_FOUND
        ) from None


def _whole(asked: Mapping[str, Any], name: str, least: int = 1) -> int | None:
    value = asked.get(name)
    if value is None:
        return None
    fits = isinstance(value, int) and not isinstance(value, bool)
    if not fits or not least <= value < 10**DRAW_DIGITS:
        raise _bad(name, f"{_NO_TOKENS if least else 'a whole number from 0'}, not {value!r:.40}")
    return int(value)


def _flag(asked: Mapping[str, Any], name: str) -> bool:
    value = asked.get(name)
    if value is not None and not isinstance(value, bool):
        raise _bad(name, f"true or false, not {value!r:.40}")
    return bool(value)


def _words(asked: Mapping[str, Any]) -> int:
    messages = asked.get("messages")
    if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
        raise _bad("messages", "a list of messages, each with a role and its content")
    return sum(len(str(each.get("content") or "").split()) for each in messages)
