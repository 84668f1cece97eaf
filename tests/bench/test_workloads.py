"""What the workloads check: a wrong result is an error, never a fast time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.scenario import WrongResultError
from bench.workloads import compute, digest, http, mixed, sleep


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
    said = workload.moments(((200, 128, 7, ("1000", "21644000", timing)), 21_700_000, 5))
    assert (said.received_ns, said.sent_ns, said.answered_ns) == (1_000, 21_644_000, 21_700_000)
    assert (said.queue_ns, said.asked_ns) == (1_500_000, 20_000_000)


def test_only_a_fixed_latency_is_known_beforehand() -> None:
    assert http.Workload(target="", latency="20ms").waits_ns == 20_000_000
    assert http.Workload(target="", latency="exponential(20ms)").waits_ns is None
