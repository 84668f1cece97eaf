from __future__ import annotations

import pytest
from multidict import CIMultiDict

from tests.server.target import Target, raw
from waitbench_server.problem import Problem
from waitbench_server.request_target import split
from waitbench_server.visitors import Visitors, is_name


def admits(visitors: Visitors, *, change: bool = False, **headers: str) -> bool:
    """Whether a request with these headers passes, asked twice: names are remembered."""
    return admits_fields(visitors, headers, change=change)


def admits_fields(visitors: Visitors, headers: dict[str, str], *, change: bool = False) -> bool:
    fields = CIMultiDict(headers)
    answers = []
    for _ in range(2):
        try:
            visitors.admit(fields, None)
            if change:
                visitors.admit_to_change(fields, None)
        except Problem:
            answers.append(False)
        else:
            answers.append(True)
    assert answers[0] == answers[1]
    return answers[0]


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:8080", True),
        ("127.3.2.1", True),
        ("localhost:8080", True),
        ("LocalHost", True),
        ("app.localhost:1", True),
        ("[::1]:8080", True),
        ("evil.test:8080", False),
        ("localhost.evil.test", False),
        ("127.0.0.1.evil.test", False),
        ("[::1].evil.test", False),
        ("evil.test@127.0.0.1", False),
        ("192.168.1.5:8080", False),
        ("", False),
    ],
)
def test_only_names_of_this_machine_are_answered(host: str, *, passes: bool) -> None:
    assert admits(Visitors("127.0.0.1"), Host=host) is passes


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Origin": "https://evil.test"}, False),
        ({"Origin": "http://evil.test:8080"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://localhost:3000"}, True),
        ({"Origin": "http://127.0.0.1:8080", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "Cross-Site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://evil.test", "Sec-Fetch-Site": "same-origin"}, False),
    ],
)
def test_a_page_of_another_site_is_refused(headers: dict[str, str], *, passes: bool) -> None:
    fields = {"Host": "127.0.0.1:1", **headers}
    assert admits_fields(Visitors("127.0.0.1"), fields) is passes


def test_what_is_allowed_may_ask_and_its_pages_too() -> None:
    visitors = Visitors("127.0.0.1", ["Bench.example", "192.168.1.5", "[fe80::1]"])
    for name in ("bench.example:80", "192.168.1.5", "[fe80::1]:80"):
        assert admits(visitors, change=True, Host=name)
    assert admits(visitors, Host="localhost", Origin="https://bench.example")
    assert not admits(visitors, Host="localhost", Origin="https://other.example")
    assert not admits(visitors, Host="192.168.1.6")


def test_beyond_loopback_anybody_may_wait_who_came_by_an_address_and_change_nothing() -> None:
    everywhere = Visitors("0.0.0.0")
    assert admits(everywhere, Host="192.168.1.5:8080")
    assert not admits(everywhere, change=True, Host="192.168.1.5:8080")
    assert not admits(everywhere, Host="evil.test")
    assert admits(everywhere, change=True, Host="0.0.0.0:8080")
    assert admits(everywhere, change=True, Host="localhost")
    assert admits(Visitors("192.168.1.5"), change=True, Host="192.168.1.5:8080")


def test_a_client_of_http_1_0_need_not_name_anybody() -> None:
    assert admits(Visitors("127.0.0.1"), change=True)


@pytest.mark.parametrize(
    ("target", "authority", "path"),
    [
        ("/?size=1", None, "/?size=1"),
        ("http://localhost:80/?size=1", "localhost:80", "/?size=1"),
        ("HTTP://[::1]:80?size=1", "[::1]:80", "/?size=1"),
        ("http://localhost", "localhost", "/"),
        ("*", None, "*"),
        ("ftp://localhost/", None, "ftp://localhost/"),
    ],
)
def test_a_whole_url_is_split(target: str, authority: str | None, path: str) -> None:
    assert split(target) == (authority, path)


@pytest.mark.parametrize("text", ["a.example", "localhost", "10.0.0.1", "::1", "[::1]", "A-b_c"])
def test_names_and_addresses_can_be_allowed(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "http://a", "a:80", "a/b", "a b", "*", "10.0.0.1:80", "ü"])
def test_nothing_else_can_be_allowed(text: str) -> None:
    assert not is_name(text)


@pytest.mark.processes
def test_no_foreign_page_resets_burns_or_waits_and_each_is_counted(target: Target) -> None:
    target.reset("mine")
    foreign = [
        {"Origin": "http://evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.test"},
    ]
    asked = [("/reset?label=x", "POST"), ("/?cpu=900ms", "GET"), ("/?latency=30s", "POST"),
             ("/stats", "GET"), ("/plan", "GET")]  # fmt: skip
    for headers in foreign:
        for path, method in asked:
            reply = target.ask(path, method, headers=headers)
            assert (reply.status, reply.json["status"]) == (403, 403)
            assert "--allow" in reply.json["allowed"]
            assert "access-control-allow-origin" not in reply.headers
    stats = target.stats()
    assert (stats["label"], stats["requests"], stats["foreign"]) == ("mine", 0, 15)
    assert stats["cpu_ns"] < 800_000_000


@pytest.mark.processes
def test_a_whole_url_is_served_as_its_path(target: Target) -> None:
    host, port = target.address
    head = f"http://{host}:{port}"
    close = "HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n"
    target.reset("whole")
    answer = raw(target, f"GET {head}/?latency=1ms&size=7 {close}".encode())
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"Content-Length: 7\r\n" in answer
    assert raw(target, f"GET {head}/health {close}".encode()).startswith(b"HTTP/1.1 200 OK")
    assert b'"label": "whole"' in raw(target, f"GET {head}/stats {close}".encode())
    assert raw(target, f"GET http://evil.test/stats {close}".encode()).startswith(b"HTTP/1.1 403")
    assert target.stats()["requests"] == 1
