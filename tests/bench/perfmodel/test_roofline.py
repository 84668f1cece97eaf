import pytest
from hypothesis import given
from hypothesis import strategies as st

from waitbench.perfmodel.roofline import Crossover, alone, crossover, parallel, predict_ns
from waitbench.stats.estimates import Estimate, Spread

MS = 1_000_000


def cpu(value_ms: float, low_ms: float | None, high_ms: float | None) -> Estimate:
    return Estimate(
        value=value_ms * MS,
        low=None if low_ms is None else low_ms * MS,
        high=None if high_ms is None else high_ms * MS,
        confidence=0.95,
        over="launches",
        count=3,
        spreads=(Spread(error=0.1, freedom=2),),
    )


@pytest.mark.parametrize(
    ("scenario", "cpu_ms", "cores", "expected_ms"),
    [
        # 32 at once: one turn of 50 ms; 32 x 1 ms of CPU and the last wait are 82 ms.
        ((32, 32, 50), 1, 1, 82),
        # The CPU hides behind the wait: 10 turns of 50 ms against 100 x 1 + 50.
        ((100, 10, 50), 1, 1, 500),
        # 33 tasks, 32 at once, are two turns.
        ((33, 32, 50), 0.1, 1, 100),
        # Two cores halve the computing: 100 x 4 / 2 + 20.
        ((100, 50, 20), 4, 2, 220),
        # Nothing to wait for: N x cpu.
        ((8, 2, 0), 10, 1, 80),
        # Nothing to compute: turns x L.
        ((8, 2, 50), 0, 1, 200),
        # One task waits and computes.
        ((1, 1, 50), 2, 1, 52),
        ((5, 0, 50), 0, 1, 250),
    ],
)
def test_the_wall_is_the_larger_of_waiting_and_computing(
    scenario: tuple[int, int, float], cpu_ms: float, cores: float, expected_ms: float
) -> None:
    tasks, concurrency, latency_ms = scenario
    predicted = predict_ns(tasks, concurrency, latency_ms * MS, cpu_ms * MS, cores)
    assert predicted == pytest.approx(expected_ms * MS)


@given(st.integers(1, 10_000), st.integers(1, 500), st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_at_once_and_more_cores_never_take_longer(
    tasks: int, concurrency: int, latency_ns: float, cpu_ns: float
) -> None:
    bound = predict_ns(tasks, concurrency, latency_ns, cpu_ns)
    assert predict_ns(tasks, concurrency + 1, latency_ns, cpu_ns) <= bound
    assert predict_ns(tasks, concurrency, latency_ns, cpu_ns, parallel=2) <= bound


@given(st.floats(1e3, 1e9), st.floats(1e3, 1e8))
def test_at_the_crossover_both_terms_grow_alike(latency_ns: float, cpu_ns: float) -> None:
    at = crossover(latency_ns, cpu(cpu_ns / MS, None, None))
    assert at is not None
    # Per task, a turn costs L / C and computing costs cpu: equal at C = L / cpu.
    assert latency_ns / at.value == pytest.approx(cpu_ns)


def test_the_crossover_is_the_wait_over_the_cpu_of_a_task() -> None:
    # 50 ms over 0.5 ms; dearer tasks (0.625) bring the line down to 80, cheaper (0.4) up to 125.
    assert crossover(50 * MS, cpu(0.5, 0.4, 0.625)) == Crossover(value=100, low=80, high=125)


def test_two_cores_put_the_crossover_twice_as_high() -> None:
    at = crossover(50 * MS, cpu(0.5, None, None), parallel=2)
    assert at == Crossover(value=200, low=None, high=None)


@pytest.mark.parametrize(("latency", "each"), [(0, cpu(1, 1, 1)), (50, None), (50, cpu(0, 0, 0))])
def test_without_a_wait_or_without_cpu_there_is_no_crossover(
    latency: float, each: Estimate | None
) -> None:
    assert crossover(latency, each) is None


@pytest.mark.parametrize(
    ("concurrency", "side"),
    [(57, "below"), (58, "near"), (64, "near"), (71, "near"), (72, "above")],
)
def test_within_its_interval_the_side_is_open(concurrency: int, side: str) -> None:
    assert Crossover(value=64, low=58, high=71).side(concurrency) == side


def test_without_an_interval_the_side_is_that_of_the_value() -> None:
    at = Crossover(value=64.5, low=None, high=None)
    assert (at.side(64), at.side(65)) == ("below", "above")


@pytest.mark.parametrize(
    ("model", "width", "cores", "lock", "expected"),
    [
        ("asyncio", 32, 4, "GIL", 1),
        ("asyncio", 32, 4, "none", 1),
        ("uvloop", 32, 4, "none", 1),
        ("sync", 1, 4, "none", 1),
        ("threads", 32, 4, "GIL", 1),
        ("threads", 32, 4, "none", 4),
        ("processes", 32, 4, "GIL", 4),
        ("processes", 2, 4, "GIL", 2),
        ("processes", 0, 4, "GIL", 1),
        ("processes", 8, 0.5, "GIL", 1),
    ],
)
def test_a_model_computes_on_as_many_cores_as_it_has_interpreters(
    model: str, width: int, cores: float, lock: str, expected: float
) -> None:
    assert parallel(model, width, cores, gil=lock == "GIL") == expected


def test_who_has_no_workers_is_one_thread() -> None:
    models = ("sync", "asyncio", "asyncio_serial", "uvloop", "threads", "processes", "to_thread")
    assert [model for model in models if alone(model)] == [
        "sync",
        "asyncio",
        "asyncio_serial",
        "uvloop",
    ]
