"""What a server really serves at once is counted from its own times, and asked of it."""

import pytest

from waitbench.loadtest import served
from waitbench.loadtest.server import Server
from waitbench.loadtest.servers import ALL
from waitbench.registry import optional


@pytest.mark.parametrize(
    ("spans", "at_once"),
    [
        ([], 0),
        ([(0, 10)], 1),
        ([(0, 10), (10, 20)], 1),  # one after the other
        ([(0, 10), (9, 20), (5, 7)], 2),
        ([(0, 10), (2, 8), (3, 4), (3, 9)], 4),
    ],
)
def test_those_that_lie_over_one_moment_count(spans: list[tuple[int, int]], at_once: int) -> None:
    assert served.overlap(spans) == at_once


def test_what_was_seen_is_a_sentence_that_says_where_the_count_ends() -> None:
    assert served.Served(at_once=32, loop="none").text == "asked by requests, it served 32 at once"
    assert served.Served(at_once=160, loop="uvloop").text == (
        "asked by requests, it served 160 or more at once, on uvloop"
    )


@pytest.mark.processes
@pytest.mark.parametrize(
    ("name", "at_once", "loop"),
    [
        ("gthread-default", 1, "none"),  # gunicorn 27: one at a time, unless --threads is given
        ("waitress", 4, "none"),
        ("hypercorn-trio", 160, "trio"),
        ("granian", 160, "asyncio"),
    ],
)
def test_a_server_is_asked_what_it_serves_at_once_and_on_which_loop(
    name: str, at_once: int, loop: str
) -> None:
    if missing := optional.missing(*ALL[name].needs):
        pytest.skip(missing)
    with Server(ALL[name]) as server:
        server.wait_healthy()
        seen = served.ask(server.port)
    assert (seen.at_once, seen.loop) == (at_once, loop)
    assert not server.ignored_exit
