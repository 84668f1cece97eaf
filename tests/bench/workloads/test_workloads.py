"""What the workloads check: a wrong result is an error, never a fast time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.models import asyncio, sync
from waitbench.race.worker_session import complaints
from waitbench.scenario import BenchError, WrongResultError
from waitbench.services.target import Target
from waitbench.services.target_stats import round_stats
from waitbench.suites.test_clients import PURE
from waitbench.workloads import compute, digest, http, mixed, sleep

TASKS, CONCURRENCY = 6, 3
FORMS: dict[str, Any] = {"sync": sync.Model, "async": asyncio.Model}
CLIENTS = [
    ("sync", "requests"),
    ("sync", "urllib3"),
    ("sync", "httpx"),
    ("sync", "httpx2"),
    ("sync", "niquests"),
    ("sync", "pyreqwest"),
    ("sync", "pyqwest"),
    ("async", "aiohttp"),
    ("async", "httpx"),
    ("async", "httpx2"),
    ("async", "niquests"),
    ("async", "pyreqwest"),
    ("async", "pyqwest"),
]


def installed(client: str) -> list[pytest.MarkDecorator]:
    """Skip what is not there: niquests is no dependency, for it puts itself in urllib3's place."""
    there = find_spec(client) is not None
    return [] if there else [pytest.mark.skip(reason=f"{client} is not installed")]


each_client = pytest.mark.parametrize(
    ("form", "client"),
    [pytest.param(form, client, marks=installed(client)) for form, client in CLIENTS],
)


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with Target() as running:
        yield running


def fetched(target: Target, form: str, **params: str) -> int:
    """Run two rounds, see that all is right, and give the connections that the second opened."""
    workload: Any = http.Workload(target.url, "2ms", **params)
    with FORMS[form](workload, CONCURRENCY) as model:
        model.run(TASKS)
        target.reset("second")
        spans = model.run(TASKS)
        opened = round_stats(target.reset("over"))["connections_opened"]
    assert list(complaints(workload, spans, TASKS)) == []
    assert opened is not None
    return opened


@given(st.integers(0, 2**64 - 1), st.integers(1, 300))
def test_leaping_lands_where_walking_does(seed: int, steps: int) -> None:
    x = seed
    for _ in range(steps):
        x = (compute.A * x + compute.C) & compute.MASK
    assert compute.leap(seed, steps) == x


def test_a_wrong_calculation_is_found() -> None:
    workload = compute.Workload(steps="10")
    with workload.sync_client() as task, pytest.raises(WrongResultError, match="task 3 computed"):
        workload.check(3, task(4))


def test_a_wrong_digest_is_found() -> None:
    workload = digest.Workload(size="10")
    with workload.sync_client() as task:
        workload.check(1, task(1))
        with pytest.raises(WrongResultError, match="another digest"):
            workload.check(1, task(2))


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        ((503, 128, 7, ()), "status 503"),
        ((200, 127, 7, ()), "got 127 bytes, asked for 128"),
        ((200, 128, 8, ()), "got other bytes"),
    ],
)
def test_a_wrong_answer_is_found(result: http.Answer, complaint: str) -> None:
    workload = http.Workload(target="http://127.0.0.1:9")
    workload.check(0, (200, 128, 7, ()))
    with pytest.raises(WrongResultError, match=complaint):
        workload.check(1, result)


def test_waking_early_is_an_error() -> None:
    workload = sleep.Workload(duration="10ms")
    workload.check(0, 10_000_001)
    with pytest.raises(WrongResultError, match="slept 8000000 ns"):
        workload.check(0, 8_000_000)


def test_both_halves_of_mixed_work_are_checked() -> None:
    workload = mixed.Workload(target="http://127.0.0.1:9", steps="2")
    right = compute.leap(5, 2)
    workload.check(5, ((200, 128, 7, ()), 0, right))
    with pytest.raises(WrongResultError, match="status 500"):
        workload.check(5, ((500, 128, 7, ()), 0, right))
    with pytest.raises(WrongResultError, match="computed"):
        workload.check(5, ((200, 128, 7, ()), 0, right + 1))


def test_the_target_s_moments_are_read_from_its_headers() -> None:
    timing = "asked;dur=20.000, hold;dur=20.143, queue;dur=1.500"
    workload = mixed.Workload(target="http://127.0.0.1:9")
    moments = workload.timestamps(((200, 128, 7, ("1000", "21644000", timing)), 21_700_000, 5))
    assert (moments.received_ns, moments.sent_ns, moments.answered_ns) == (
        1_000,
        21_644_000,
        21_700_000,
    )
    assert (moments.queue_ns, moments.asked_ns) == (1_500_000, 20_000_000)


def test_only_a_fixed_latency_is_known_beforehand() -> None:
    assert http.Workload(target="", latency="20ms").waits_ns == 20_000_000
    assert http.Workload(target="", latency="exponential(20ms)").waits_ns is None


@pytest.mark.processes
@pytest.mark.parametrize(("connection", "opened"), [("kept", 0), ("new", TASKS)])
@each_client
def test_a_connection_is_kept_or_new_for_every_request(
    target: Target, form: str, client: str, connection: str, opened: int
) -> None:
    pytest.importorskip(client)
    assert fetched(target, form, client=client, connection=connection) == opened


@pytest.mark.processes
@pytest.mark.parametrize(
    ("client", "at_once", "opened"),
    [
        ("aiohttp", 64, 0),
        ("httpx2", 64, 44),  # 2.16: it keeps 20 connections of each wave
        ("pyreqwest", 64, 0),
        ("pyqwest", 64, 0),
    ],
)
def test_a_client_by_its_own_limits_is_seen_at_the_target(
    target: Target, client: str, at_once: int, opened: int
) -> None:
    pytest.importorskip(client)
    workload: Any = http.Workload(target.url, "300ms", client=client, limits="default")
    with asyncio.Model(workload, 64) as model:
        model.run(64)
        target.reset("second")
        spans = model.run(64)
        seen = round_stats(target.reset("over"))
    assert list(complaints(workload, spans, 64)) == []
    assert (seen["in_flight_max"], seen["connections_opened"]) == (at_once, opened)
    results = [result for _, _, result in spans]
    assert workload.metrics(results)["threads"] >= 1
    assert http.Workload(target.url).metrics(results) == {}  # no client was named


@pytest.mark.processes
@each_client
def test_every_client_unpacks_what_travels_compressed(
    target: Target, form: str, client: str
) -> None:
    pytest.importorskip(client)
    pytest.importorskip("brotli")
    for encoding in ("gzip", "br"):
        fetched(target, form, client=client, encoding=encoding, size="50KB")


@pytest.mark.processes
@pytest.mark.parametrize(("connection", "opened"), [("kept", 0), ("new", TASKS)])
def test_asyncio_alone_asks_as_the_libraries_do(
    target: Target, connection: str, opened: int
) -> None:
    assert fetched(target, "async", client="asyncio", connection=connection) == opened
    # More than one read of the socket brings.
    assert fetched(target, "async", client="asyncio", size="2MiB") == 0


@pytest.mark.processes
def test_asyncio_alone_says_that_a_connection_broke() -> None:
    with Target("--fault", "reset") as target:
        broken: Any = http.Workload(target.url, "2ms", client="asyncio")
        with asyncio.Model(broken, 1) as model:
            (failed,) = complaints(broken, model.run(1), 1)
    assert "ConnectionResetError" in failed or "closed before the answer was whole" in failed


@pytest.mark.processes
@pytest.mark.parametrize("resolver", ["cached", "threads", "aiodns"])
def test_the_target_is_found_by_its_name(target: Target, resolver: str) -> None:
    params = {"host": "localhost", "connection": "new", "resolver": resolver}
    assert fetched(target, "async", **params) == TASKS
    named: Any = http.Workload("http://127.0.0.1:9", host="localhost")
    with sync.Model(named, 1) as model:
        (failed,) = complaints(named, model.run(1), 1)
    assert "localhost" in failed


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"connection": "old"}, "connection='old' is none of kept, new"),
        ({"host": "elsewhere"}, "host='elsewhere' is none of address, localhost"),
        ({"encoding": "zip"}, "encoding='zip' is none of identity, gzip, br"),
        (
            {"client": "curl"},
            "none of usual, requests, urllib3, httpx, httpx2, niquests, pyreqwest, pyqwest,",
        ),
        ({"resolver": "aiohttp"}, "none of cached, threads, aiodns"),
        ({"limits": "none"}, "limits='none' is none of tuned, default"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(params: Any, words: str) -> None:
    with pytest.raises(BenchError, match=words):
        http.Workload("http://127.0.0.1:9", **params)


@pytest.mark.processes
def test_a_library_is_not_given_a_form_that_it_has_not() -> None:
    with pytest.raises(BenchError, match="aiohttp has no sync form; there are requests, urllib3"):
        http.Workload("", client="aiohttp").sync_client()
    with pytest.raises(
        BenchError, match="requests has no async form; there are aiohttp, httpx, httpx2, niquests"
    ):
        http.Workload("", client="requests").async_client(1)


@pytest.mark.processes
def test_aiohttp_without_its_extensions_is_plain_python() -> None:
    # The writer's extension is loaded all the same; what counts is which of the two is called.
    script = (
        "import aiohttp, yarl, multidict, frozenlist, sys;"
        "from aiohttp import http_parser as parser, http_writer as writer;"
        "print(parser.HttpResponseParser is parser.HttpResponseParserPy,"
        "writer._serialize_headers is writer._py_serialize_headers,"
        "*(name for name in sys.modules if name.startswith(('yarl', 'multidict', 'frozenlist',"
        " 'propcache')) and getattr(sys.modules[name], '__file__', '').endswith(('.so', '.pyd'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **PURE},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True"]
