from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.perfmodel.bottleneck import Bound, Burden, TargetHealth, label

MS = 1_000_000
HEALTHY = TargetHealth(asked_ns=50 * MS, error_ns=0.1 * MS, cpu_ns=5 * MS, workers=1)
WAITING = Burden(
    tasks=32,
    concurrency=32,
    width=32,
    waits_ns=50 * MS,
    wall_ns=52 * MS,
    cpu_ns=12 * MS,
    cores=2,
    target=HEALTHY,
)
COMPUTING = Burden(
    tasks=8, concurrency=8, width=8, waits_ns=0, wall_ns=240 * MS, cpu_ns=239 * MS, cores=4
)


@pytest.mark.parametrize(
    ("burden", "bound"),
    [
        (WAITING, "latency-bound"),
        # 32 one after another: 32 x 50 ms = 1,600 ms of waiting.
        (replace(WAITING, width=1, wall_ns=1_625 * MS), "lockstep"),
        # A pool of 8 takes 4 turns of 50 ms.
        (replace(WAITING, width=8, wall_ns=208 * MS), "pool-bound"),
        # 2.6 ms late is over 5 % of 50 ms; 2.4 ms is not.
        (replace(WAITING, target=replace(HEALTHY, error_ns=2.6 * MS)), "target-bound"),
        (replace(WAITING, target=replace(HEALTHY, error_ns=2.4 * MS)), "latency-bound"),
        # So is answering too early.
        (replace(WAITING, target=replace(HEALTHY, error_ns=-2.6 * MS)), "target-bound"),
        # So is letting tasks stand in its queue: 2.0 + 0.7 ms are over 5 % of 50 ms.
        (
            replace(WAITING, target=replace(HEALTHY, error_ns=2 * MS, queue_ns=0.7 * MS)),
            "target-bound",
        ),
        # 4 served at once: 8 turns of 20 ms, 70 ms of them in the queue on average.
        (
            replace(
                WAITING,
                waits_ns=20 * MS,
                wall_ns=166 * MS,
                target=replace(HEALTHY, asked_ns=20 * MS, queue_ns=70 * MS),
            ),
            "target-bound",
        ),
        # 0.07 ms late are 7 % of 1 ms, but 8 of them are nothing beside 170 ms of computing.
        (
            Burden(
                tasks=8,
                concurrency=4,
                width=1,
                waits_ns=MS,
                wall_ns=178 * MS,
                cpu_ns=169 * MS,
                cores=2,
                target=replace(HEALTHY, asked_ns=MS, error_ns=0.07 * MS),
            ),
            "client-CPU-bound",
        ),
        # A loop beside three others has its core for a quarter of the time, and wants it for all.
        (replace(COMPUTING, wall_ns=960 * MS, ready_ns=715 * MS), "client-CPU-bound"),
        (
            replace(WAITING, wall_ns=200 * MS, cpu_ns=60 * MS, ready_ns=120 * MS),
            "client-CPU-bound",
        ),
        # 90 ms of CPU in a wall of 100 ms, where the wait explains 50.
        (replace(WAITING, wall_ns=100 * MS, cpu_ns=90 * MS), "client-CPU-bound"),
        (replace(WAITING, wall_ns=100 * MS, cpu_ns=190 * MS), "cores-bound"),
        (COMPUTING, "client-CPU-bound"),
        (replace(COMPUTING, cores=1, width=1), "client-CPU-bound"),
        (replace(COMPUTING, wall_ns=61 * MS), "cores-bound"),
        # No threshold is met: 240 ms of CPU over 4 cores explain most of the wall.
        (replace(COMPUTING, wall_ns=100 * MS), "cores-bound"),
        # 60 % of a core: still the largest of what could have held it back.
        (replace(COMPUTING, wall_ns=400 * MS), "client-CPU-bound"),
        # 70 ms of CPU are more than the wait for one core, and less for the two that a pool fills.
        (replace(WAITING, wall_ns=90 * MS, cpu_ns=70 * MS), "client-CPU-bound"),
        (replace(WAITING, wall_ns=90 * MS, cpu_ns=70 * MS, spread=2), "latency-bound"),
        (replace(WAITING, wall_ns=90 * MS, cpu_ns=85 * MS, spread=2), "latency-bound"),
        # A pool that got one of two cores, while others had the second: none was left to have.
        (
            replace(COMPUTING, cores=2, spread=2, wall_ns=250 * MS, others_ns=200 * MS),
            "cores-bound",
        ),
        (replace(COMPUTING, cores=2, spread=2, wall_ns=250 * MS), "client-CPU-bound"),
        # One interpreter fills one core, whoever has the others.
        (replace(COMPUTING, cores=2, wall_ns=250 * MS, others_ns=200 * MS), "client-CPU-bound"),
        # Nothing computed, nothing near: the wait is all that is known.
        (replace(WAITING, wall_ns=90 * MS, target=None), "latency-bound"),
    ],
)
def test_the_label_fits_the_facts(burden: Burden, bound: Bound) -> None:
    assert label(burden) == bound


BUSY = TargetHealth(asked_ns=0, error_ns=0, cpu_ns=95 * MS, workers=1)
AT_ONCE = Burden(
    tasks=100,
    concurrency=10,
    width=10,
    waits_ns=0,
    wall_ns=100 * MS,
    cpu_ns=50 * MS,
    cores=2,
    target=BUSY,
)


@pytest.mark.parametrize(
    ("burden", "bound"),
    [
        (AT_ONCE, "target-bound"),
        # Two workers could have burnt 200 ms: 95 is not 90 % of that, and 48 each is below 50.
        (replace(AT_ONCE, target=replace(BUSY, workers=2)), "client-CPU-bound"),
        (
            replace(AT_ONCE, cpu_ns=90 * MS, target=replace(BUSY, cpu_ns=60 * MS)),
            "client-CPU-bound",
        ),
        (replace(AT_ONCE, target=replace(BUSY, cpu_ns=80 * MS)), "target-bound"),
        # 10 turns of 0.6 ms in its queue are over 5 % of 100 ms; of 0.4 ms they are not.
        (
            replace(AT_ONCE, target=replace(BUSY, cpu_ns=10 * MS, queue_ns=0.6 * MS)),
            "target-bound",
        ),
        (
            replace(AT_ONCE, target=replace(BUSY, cpu_ns=10 * MS, queue_ns=0.4 * MS)),
            "client-CPU-bound",
        ),
        # One at a time, client and target work in turns.
        (replace(AT_ONCE, width=1, target=replace(BUSY, cpu_ns=60 * MS)), "lockstep"),
    ],
)
def test_without_latency_the_target_is_judged_by_its_cpu(burden: Burden, bound: Bound) -> None:
    assert label(burden) == bound


@given(
    st.builds(
        Burden,
        tasks=st.integers(1, 1000),
        concurrency=st.integers(1, 1000),
        width=st.integers(0, 1000),
        waits_ns=st.floats(0, 1e10),
        wall_ns=st.floats(0, 1e11),
        cpu_ns=st.floats(0, 1e11),
        cores=st.floats(0.1, 64),
        target=st.none() | st.just(BUSY) | st.just(HEALTHY),
    )
)
def test_it_is_never_silent(burden: Burden) -> None:
    assert label(burden).endswith(("-bound", "lockstep"))
