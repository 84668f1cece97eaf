import asyncio
import os
import signal
import socket
import time
from dataclasses import replace
from typing import Any

import pytest

from tests.bench.loadtest.conftest import truth
from waitbench.loadtest.facts import StepFacts
from waitbench.loadtest.order import Order
from waitbench.loadtest.seen import ask
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.results.spans import decode_spans

pytestmark = pytest.mark.processes

MS = 1_000_000
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


async def after_20_ms(_: float) -> bytes:
    await asyncio.sleep(0.02)
    return OK


async def frozen_for_half_a_second(since_s: float) -> bytes:
    if since_s < 0.5:
        time.sleep(0.5 - since_s)  # noqa: ASYNC251  the whole loop stands still: that is the truth
    return OK


async def busy(_: float) -> bytes:
    return BUSY


def step(generator: WorkerProcess, port: int, **order: Any) -> StepFacts:
    """An open load of 100 requests/s for 0.5 s, unless told otherwise."""
    usual = Order(
        port=port, path="/", expect="yes", for_ns=500 * MS, level_ns=100 * MS, rate=100.0,
        patience_ns=2_000 * MS,
    )  # fmt: skip
    return ask(generator, replace(usual, **order), within_s=30)


def test_every_planned_request_is_sent_and_answered(generator: WorkerProcess) -> None:
    with truth(after_20_ms) as port:
        facts = step(generator, port)
    assert (facts.planned, facts.answered, facts.refused, facts.failed) == (
        50,
        50,
        0,
        0,
    )
    assert facts.p50_ns >= 19 * MS
    planned, latencies = decode_spans(facts.spans)
    assert sorted(planned) == [number * 10 * MS for number in range(50)]
    assert min(latencies) >= 19 * MS


def test_a_server_that_stands_still_is_charged_for_all_who_would_have_come(
    generator: WorkerProcess,
) -> None:
    with truth(frozen_for_half_a_second) as port:
        facts = step(generator, port)
    # Everybody is answered when it thaws: who was due first waited 0.5 s, who came last nothing.
    # A generator that waits for its answers would have seen one slow request.
    planned, latencies = decode_spans(facts.spans)
    waited = dict(zip(planned, latencies, strict=True))
    assert waited[0] >= 480 * MS
    assert waited[100 * MS] >= 380 * MS
    assert facts.p50_ns >= 230 * MS


def test_random_arrivals_are_sent_as_they_were_planned(generator: WorkerProcess) -> None:
    with truth(after_20_ms) as port:
        first, again = (step(generator, port, arrivals="poisson", seed="a") for _ in range(2))
    assert sorted(decode_spans(first.spans)[0]) == sorted(decode_spans(again.spans)[0])


def test_refusals_wrong_answers_and_silence_are_counted_apart(generator: WorkerProcess) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        nobody = step(generator, taken.getsockname()[1])
    assert (nobody.refused, nobody.failed, nobody.answered) == (50, 0, 0)
    with truth(busy) as port:
        assert step(generator, port).refused == 50
    with truth(after_20_ms) as port:
        wrong = step(generator, port, expect="no")
    assert (wrong.failed, wrong.refused) == (50, 0)
    assert wrong.error == "ValueError: status 200, b'yes'"
    with socket.create_server(("127.0.0.1", 0)) as mute:
        silent = step(generator, mute.getsockname()[1], patience_ns=100 * MS)
    assert (silent.failed, silent.error) == (50, "not answered in time")


def test_a_step_that_is_lost_is_given_up_early(generator: WorkerProcess) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        facts = step(generator, mute.getsockname()[1], for_ns=20_000 * MS, give_up_ns=100 * MS)
    assert facts.gave_up
    assert facts.wall_ns < 10_000 * MS


def test_a_probe_tells_what_a_light_request_suffers_and_when_it_is_over(
    generator: WorkerProcess,
) -> None:
    with truth(frozen_for_half_a_second) as port:
        facts = step(generator, port, for_ns=200 * MS, probe=True)
    # From 0.2 s, when the load ends, until 0.5 s, when the server thaws.
    assert facts.health.max_ns >= 280 * MS
    assert facts.health.recovery_ns >= 200 * MS


def test_a_closed_load_asks_again_when_it_is_answered(generator: WorkerProcess) -> None:
    with truth(after_20_ms) as port:
        facts = step(generator, port, users=4, for_ns=400 * MS)
    # 4 users, a round trip of 20 ms or more: at most 4 x 400 / 20, and a last one each.
    assert 4 <= facts.answered <= 84


def test_a_generator_that_is_killed_says_so_and_leaves_nothing(generator: WorkerProcess) -> None:
    os.kill(generator.pid, signal.SIGKILL)
    with pytest.raises(ContestantError, match="was killed by SIGKILL"):
        step(generator, 1)
    assert not generator.alive


def test_a_start_that_was_agreed_on_is_kept_and_one_that_has_passed_is_told(
    generator: WorkerProcess,
) -> None:
    with truth(after_20_ms) as port:
        punctual = step(generator, port, begins_at_ns=time.time_ns() + 300 * MS)
        late = step(generator, port, begins_at_ns=time.time_ns() - 300 * MS)
    assert punctual.answered == late.answered == 50
    assert punctual.senders[0].late_ns < 300 * MS <= late.senders[0].late_ns
    assert late.lag_p99_ns >= 290 * MS  # the first ones were due before it came
