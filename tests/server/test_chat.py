"""The route of OpenAI's clients: by a plain client, and by their own where it is installed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

import pytest

from tests.server.target import Target
from waitbench_server import chat
from waitbench_server.plan import Plan
from waitbench_server.plans import Plans
from waitbench_server.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPConnection
    from pathlib import Path

    from aiohttp import web

pytestmark = pytest.mark.processes

MODEL = "tokens(first=5ms, gap=1ms, count=6)"
MESSAGES = [{"role": "user", "content": "how are you"}]


@pytest.fixture(scope="module", params=["aiohttp", "fast"])
def served(request: pytest.FixtureRequest) -> Iterator[Target]:
    engine: str = request.param
    with Target("--engine", engine, "--stream", "tokens(count=3, gap=1ms)") as running:
        yield running


def post(
    target: Target, body: dict[str, Any] | bytes, **query: str
) -> tuple[int, dict[str, str], bytes]:
    connection: HTTPConnection = target.connect()
    try:
        given = body if isinstance(body, bytes) else json.dumps({"messages": MESSAGES, **body})
        connection.request("POST", f"{chat.PATH}?{urlencode(query)}", given)
        response = connection.getresponse()
        headers = {name.lower(): text for name, text in response.getheaders()}
        return response.status, headers, response.read()
    finally:
        connection.close()


def told(target: Target, **asked: Any) -> str:
    status, _, body = post(target, {"model": MODEL, "seed": 7, **asked})
    assert status == 200
    content: str = json.loads(body)["choices"][0]["message"]["content"]
    return content


def test_the_text_is_as_long_as_asked_and_the_same_for_the_same_seed(served: Target) -> None:
    text = told(served)
    assert len(text.split()) == 6
    assert text == told(served)
    assert text != told(served, seed=8)
    assert text.split()[:4] == told(served, max_tokens=4).split()
    assert told(served, max_tokens=40) == text
    assert len(told(served, model="waitbench").split()) == 3  # with the timing of --stream
    _, _, body = post(served, {"model": MODEL, "max_completion_tokens": 4})
    document = json.loads(body)
    assert document["choices"][0]["finish_reason"] == "length"
    assert document["usage"] == {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


def test_a_stream_is_chunks_with_the_same_text_and_a_mark_of_its_end(served: Target) -> None:
    asked = {"model": MODEL, "seed": 7, "stream": True, "stream_options": {"include_usage": True}}
    status, headers, body = post(served, asked)
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    blocks = body.decode().split("\n\n")
    assert blocks[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(block[6:]) for block in blocks[:-2] if block.startswith("data: ")]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks[:6]]
    assert deltas[0]["role"] == "assistant"
    assert "".join(delta["content"] for delta in deltas) == told(served)
    assert chunks[6]["choices"][0]["finish_reason"] == "stop"
    assert chunks[7]["usage"]["completion_tokens"] == 6
    comments = [block for block in blocks if block.startswith(": ")]
    assert len(json.loads(comments[0].removeprefix(": sent "))["sent_ns"]) == 6


def test_an_answer_at_once_comes_when_the_last_piece_would(served: Target) -> None:
    _, headers, _ = post(served, {"model": MODEL})
    assert headers["server-timing"].startswith("asked;dur=10.000")
    assert headers["content-type"] == "application/json"


def test_what_goes_wrong_is_asked_for_beside_the_body(served: Target) -> None:
    asked = {"model": MODEL, "stream": True}
    _, _, body = post(served, asked, midstream="duplicate(at=2)")
    assert body.count(b'"content"') == 7
    status, _, _ = post(served, asked, status="503")
    assert status == 503


@pytest.mark.parametrize(
    ("asked", "status", "parameter", "words"),
    [
        ({"model": "gpt-4"}, 404, "model", "tokens(first="),
        ({"model": "tokens(gap=x)"}, 404, "model", "gap: 'x'"),
        ({"model": None}, 400, "model", "is missing"),
        ({"model": MODEL, "max_tokens": 0}, 400, "max_tokens", "whole number"),
        ({"model": MODEL, "max_tokens": "3"}, 400, "max_tokens", "whole number"),
        ({"model": MODEL, "seed": -1}, 400, "seed", "whole number"),
        ({"model": MODEL, "n": 2}, 400, "n", "one answer"),
        ({"model": MODEL, "n": [1]}, 400, "n", "one answer"),
        ({"model": MODEL, "stream": "yes"}, 400, "stream", "true or false"),
        ({"model": MODEL, "stream": {}}, 400, "stream", "true or false"),
        ({"model": MODEL, "messages": "hi"}, 400, "messages", "a list"),
        (b"{", 400, "body", "JSON"),
        (b"[" * 50_000, 400, "body", "JSON"),
        (b"\xff", 400, "body", "JSON"),
        (b" " * 1_100_000, 413, "body", "at most 1 MiB"),
    ],
)
def test_wrong_requests_are_refused_as_such_clients_expect(
    served: Target, asked: dict[str, Any] | bytes, status: int, parameter: str, words: str
) -> None:
    answered, headers, body = post(served, asked)
    assert (answered, headers["content-type"]) == (status, "application/json")
    error = json.loads(body)["error"]
    assert error["param"] == parameter
    assert words in error["message"]


def test_the_server_s_own_timing_may_come_from_a_file_and_breaks_from_its_command_line(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gaps"
    path.write_text("1ms\n2ms\n")
    stream = f"tokens(gap=file:{path}, count=5)"
    with Target("--stream", stream, "--midstream", "burst(at=2,count=3)") as target:
        status, _, body = post(target, {"model": "waitbench", "stream": True, "max_tokens": 3})
        assert (status, body.count(b'"content"')) == (200, 3)
        assert len(told(target, model="waitbench").split()) == 5


def test_other_methods_and_queries_are_refused(served: Target) -> None:
    reply = served.ask(chat.PATH)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert post(served, {"model": MODEL}, midstream="cut(at=9)")[0] == 400
    assert served.ask(chat.PATH, headers={"Host": "evil.test"}).status == 403


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_ten_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow:
        method, query_string = "POST", ""

        async def read(self) -> bytes:
            await asyncio.sleep(60)
            return b""

    monkeypatch.setattr(chat, "BODY_S", 0.01)
    with pytest.raises(Problem) as refused:
        asyncio.run(chat.asked(cast("web.BaseRequest", Slow()), Plans(Plan())))
    assert refused.value.status == 408


def test_the_library_itself_reads_both_forms_and_the_errors(served: Target) -> None:
    openai = pytest.importorskip("openai", reason="pip install openai")
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        asked = {"model": MODEL, "messages": MESSAGES, "seed": 7}
        whole = client.chat.completions.create(**asked)
        assert whole.choices[0].message.content == told(served)
        chunks = list(client.chat.completions.create(**asked, stream=True))
        pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
        assert "".join(pieces) == told(served)
        with pytest.raises(openai.NotFoundError, match="tokens"):
            client.chat.completions.create(**{**asked, "model": "gpt-4"})
        with pytest.raises(openai.APIConnectionError):
            list(
                client.chat.completions.create(
                    **asked, stream=True, extra_query={"midstream": "cut(at=3)"}
                )
            )
        # Without chunks a stream that is cut ends as if it were whole: no error, three tokens.
        cut = {"midstream": "cut(at=3)", "framing": "close"}
        short = list(client.chat.completions.create(**asked, stream=True, extra_query=cut))
        assert len(short) == 3
        assert short[-1].choices[0].finish_reason is None
