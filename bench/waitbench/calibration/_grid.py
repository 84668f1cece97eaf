"""The constructed grid: cells whose bound is known, because each was built to have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench.calibration._cell import CalibrationCell

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from waitbench.perfmodel.bottleneck import Bound


DRAWN = 2 / 3, 4 / 3
"""A redrawn figure lies between these multiples of the fixed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One cell and its true bound.

    Attributes:
        cell: what is run.
        truth: what bounds it, by construction.
        allowed: how many at once the scenario allows, where the cell's own pool is smaller.
    """

    cell: CalibrationCell
    truth: Bound
    allowed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where trials are run.

    Attributes:
        name: what is special there.
        trials: what is run there.
        target: options of `python -m waitbench_server`.
        one_core: clients and target share a single core.
        hogs: busy loops that share a single core with the target; clients have the others.
    """

    name: str
    trials: tuple[Trial, ...]
    target: tuple[str, ...] = ()
    one_core: bool = False
    hogs: int = 0


def grid(cores: int) -> tuple[Surroundings, ...]:
    """Build all of it for a machine of so many cores."""
    wide = max(2, cores)
    return (
        Surroundings(
            name="plain",
            trials=(*_waiting(), *_small_pools(), *_client_cpu(), *_cores(wide)),
        ),
        Surroundings(name="one core", trials=tuple(_one_core()), one_core=True),
        Surroundings(
            name="coarse timer",
            # asyncio.sleep keeps whole milliseconds: too coarse for delays of a few.
            trials=(
                _http("target-bound", "asyncio", "1500us", 20, 4),
                _http("target-bound", "asyncio", "2500us", 20, 4),
                _http("target-bound", "threads", "1500us", 20, 2),
            ),
            target=("--timer", "sleep", "--loop", "asyncio"),
        ),
        Surroundings(
            name="2 ms of CPU per request",
            # C requests want C x 2 ms of its one core, several times what they wait.
            trials=(
                _http("target-bound", "asyncio", "10ms", 64, 32),
                _http("target-bound", "asyncio", "0ms", 48, 8),
                _http("target-bound", "threads", "10ms", 64, 32),
                _http("target-bound", "threads", "0ms", 48, 8),
                _http("target-bound", "processes", "0ms", 48, 4),
            ),
            target=("--cpu", "2ms"),
        ),
        Surroundings(
            name="4 served at once",
            # The others stand in the target's queue, 8 laps long.
            trials=(
                _http("target-bound", "asyncio", "20ms", 32, 32),
                _http("target-bound", "threads", "20ms", 32, 32),
            ),
            target=("--capacity", "4"),
        ),
        Surroundings(
            name="hogs on the target's core",
            # It needs 60 % of its core and gets a quarter.
            trials=(
                _http("target-bound", "asyncio", "20ms", 40, 20),
                _http("target-bound", "threads", "20ms", 40, 20),
            ),
            target=("--cpu", "600us"),
            hogs=3,
        ),
    )


def redrawn(places: Sequence[Surroundings], rng: random.Random) -> tuple[Surroundings, ...]:
    """Return the grid with other figures, each up to a third more or less, by the same design.

    Latencies, durations, steps and sizes are drawn, and how many laps the tasks make; what a cell's
    truth hangs on (how many at once, how coarse the timer, how small the pool) stays.
    """
    return tuple(
        replace(place, trials=tuple(_redrawn(trial, rng) for trial in place.trials))
        for place in places
    )


def _redrawn(trial: Trial, rng: random.Random) -> Trial:
    cell = trial.cell
    laps = max(1, round(cell.tasks / cell.concurrency * rng.uniform(*DRAWN)))
    params = {name: _near(text, rng) for name, text in cell.params.items()}
    drawn = replace(cell, params=params, tasks=laps * cell.concurrency)
    return replace(trial, cell=drawn)


def _near(text: str, rng: random.Random) -> str:
    """Draw an amount near this one: 50ms, 100_000, 8MB."""
    amount = text.rstrip("abcdefghijklmnopqrstuvwxyzKMGB")
    unit = text[len(amount) :]
    fine = 1000 if unit == "ms" else 1
    near = round(float(amount) * fine * rng.uniform(*DRAWN))
    return f"{near}{'us' if fine > 1 else unit}"


def _waiting() -> Iterator[Trial]:
    """Few at once and long waits: next to no CPU is needed."""
    for latency in ("20ms", "50ms", "100ms"):
        yield _http("lockstep", "sync", latency, 5, 5)
        yield _http("lockstep", "asyncio_serial", latency, 5, 5)
        for concurrency in (4, 8):
            for model in ("asyncio", "threads"):
                yield _http("latency-bound", model, latency, 3 * concurrency, concurrency)
    yield _http("latency-bound", "processes", "100ms", 8, 4)
    for model, truth in _SLEEPERS:
        yield _trial(truth, model, "sleep", 16, 8, duration="50ms")


_SLEEPERS: tuple[tuple[str, Bound], ...] = (
    ("sync", "lockstep"),
    ("threads", "latency-bound"),
    ("processes", "latency-bound"),
    ("asyncio", "latency-bound"),
)


def _small_pools() -> Iterator[Trial]:
    """Four workers, where the scenario allows four times as many."""
    for model in ("threads", "processes"):
        for latency in ("50ms", "100ms"):
            yield replace(_http("pool-bound", model, latency, 16, 4), allowed=16)
        yield replace(_trial("pool-bound", model, "sleep", 16, 4, duration="100ms"), allowed=16)


def _client_cpu() -> Iterator[Trial]:
    """One thread, or several under one lock, with far more to compute than there is to wait."""
    for model in ("sync", "threads", "asyncio"):
        for steps in ("50_000", "200_000"):
            yield _trial("client-CPU-bound", model, "compute", 8, 4, steps=steps)
    for model in ("asyncio", "threads"):
        for latency in ("1ms", "5ms", "20ms"):
            # 32 x 4 ms of computing for one wait
            yield _mixed("client-CPU-bound", model, latency, 32, "40_000")
    yield _mixed("client-CPU-bound", "sync", "1ms", 4, "200_000")
    yield _http("client-CPU-bound", "threads", "3ms", 256, 64)


def _cores(wide: int) -> Iterator[Trial]:
    """At least as many workers as cores, all computing outside of each other's locks."""
    for concurrency in (wide, 2 * wide):
        for steps in ("100_000", "300_000"):
            tasks = 4 * concurrency
            yield _trial("cores-bound", "processes", "compute", tasks, concurrency, steps=steps)
        for model in ("threads", "processes"):
            yield _trial("cores-bound", model, "digest", 8 * wide, concurrency, size="8MB")


def _one_core() -> Iterator[Trial]:
    """Client and target have one core together."""
    yield _trial("client-CPU-bound", "sync", "compute", 8, 4, steps="100_000")
    yield _trial("client-CPU-bound", "asyncio", "compute", 8, 4, steps="100_000")
    yield _trial("cores-bound", "processes", "compute", 8, 2, steps="100_000")
    yield _trial("cores-bound", "processes", "compute", 8, 4, steps="200_000")
    yield _trial("cores-bound", "threads", "digest", 16, 4, size="8MB")
    yield _http("lockstep", "sync", "50ms", 5, 5)
    yield _http("latency-bound", "asyncio", "50ms", 12, 4)
    yield _http("latency-bound", "threads", "50ms", 12, 4)


def _http(truth: Bound, model: str, latency: str, tasks: int, concurrency: int) -> Trial:
    return _trial(truth, model, "http", tasks, concurrency, latency=latency)


def _mixed(truth: Bound, model: str, latency: str, concurrency: int, steps: str) -> Trial:
    return _trial(truth, model, "mixed", 2 * concurrency, concurrency, latency=latency, steps=steps)


def _trial(
    truth: Bound, model: str, workload: str, tasks: int, concurrency: int, **params: str
) -> Trial:
    cell = CalibrationCell(
        model=model, workload=workload, params=params, tasks=tasks, concurrency=concurrency
    )
    return Trial(cell=cell, truth=truth)
