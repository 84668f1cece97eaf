from __future__ import annotations

import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.target import Target, raw

pytestmark = pytest.mark.processes


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("latency=-5", "latency", "50ms"),
        ("latency=abc", "latency", "50ms"),
        ("latency=file:/etc/hostname", "latency", "50ms"),
        ("latency=61s", "latency", "50ms"),
        ("latency=1ms&latency=2ms", "latency", "once"),
        ("size=10G", "size", "16M"),
        ("size=17M", "size", "16M"),
        ("size=-1", "size", "16M"),
        ("rate=0", "rate", "bytes per second"),
        ("size=16M&rate=1", "rate", "bytes per second"),
        ("encoding=zip", "encoding", "identity, gzip or br"),
        ("encoding=gzip&size=2M", "encoding", "at most 1M"),
        ("cpu=2s", "cpu", "1s"),
        ("status=99", "status", "200:90,503:10"),
        ("status=204", "status", "200:90,503:10"),
        ("status=200:x", "status", "200:90,503:10"),
        ("errors=1.5", "errors", "0 to 1"),
        ("errors=0.1&status=200", "status", "200:90,503:10"),
        ("fault=fire", "fault", "reset"),
        ("keepalive=yes", "keepalive", "0 or 1"),
        ("draw=-1", "draw", "whole number"),
        ("draw=x", "draw", "whole number"),
        ("draw=1&draw=2", "draw", "latency, size"),
        ("speed=fast", "speed", "latency, size"),
    ],
)
def test_bad_input_is_refused_by_name_with_the_allowed_form(
    target: Target, query: str, parameter: str, allowed: str
) -> None:
    reply = target.ask(f"/?{query}")
    problem = reply.json
    assert (reply.status, problem["status"]) == (400, 400)
    assert reply.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "detail"} <= problem.keys()
    if "&" not in query:
        assert problem["parameter"] == parameter
        assert parameter in problem["detail"]
    assert allowed in problem["allowed"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/reset", 405),
        ("GET", "/stats?x=1", 400),
        ("GET", "/plan?latency=soon", 400),
        ("POST", "/reset?x=1", 400),
    ],
)
def test_control_requests_are_checked_too(
    target: Target, method: str, path: str, status: int
) -> None:
    reply = target.ask(path, method)
    assert reply.status == reply.json["status"] == status


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_bring_it_down(target: Target, junk: bytes) -> None:
    with socket.create_connection(target.address, timeout=20) as sock:
        sock.sendall(junk)
    assert target.ask("/health").json == {"status": "ok"}
    assert target.process.poll() is None


def test_a_request_with_a_body_is_answered_without_keeping_it(target: Target) -> None:
    body = b"x" * 300_000
    head = b"POST /?keepalive=0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n"
    assert raw(target, head + body).startswith(b"HTTP/1.1 200 OK")
