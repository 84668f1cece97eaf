"""What the load generator saw of one step: as it travels over the pipe, and how it is asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.loadtest.order import Order
    from waitbench.race.worker_process import WorkerProcess


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What light requests suffered beside a load, in nanoseconds.

    Attributes:
        max_ns: the longest while the load was on; 0 if none was answered.
        recovery_ns: from the last heavy request until all were answered within the level again.
        probes: how many were sent.
    """

    max_ns: int = 0
    recovery_ns: int = 0
    probes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """Counts and times of one step, in nanoseconds.

    Attributes:
        planned: requests that were due.
        answered: of them, rightly.
        within: of those, within the level.
        refused: connections refused or reset, and answers 503.
        failed: otherwise not answered rightly.
        unsent: not sent, because too many were under way.
        error: the first failure, in words.
        gave_up: whether the step was ended early.
        rising: whether requests took longer and longer.
        mean_ns: mean time from when a request was due to its whole answer; None without answers.
        p50_ns: median of that time; 0 without answers.
        p99_ns: what one in a hundred exceeded.
        service_p50_ns: the same from when it was really sent.
        service_p99_ns: what one in a hundred exceeded of that.
        lag_p50_ns: median of how late requests were sent.
        lag_p99_ns: what one in a hundred exceeded of that.
        sent_for_ns: how long requests were sent.
        cpu_ns: CPU of the generator meanwhile.
        wall_ns: how long it took in all.
        spans: when requests were due and how long they took, packed by `encode_spans`.
        health: of the probe; all 0 where there was none.
    """

    planned: int
    answered: int
    within: int
    refused: int
    failed: int
    unsent: int
    error: str | None
    gave_up: bool
    rising: bool
    mean_ns: int | None
    p50_ns: int
    p99_ns: int
    service_p50_ns: int
    service_p99_ns: int
    lag_p50_ns: int
    lag_p99_ns: int
    sent_for_ns: int
    cpu_ns: int
    wall_ns: int
    spans: str
    health: Health


def ask(generator: WorkerProcess, order: Order, within_s: float) -> StepFacts:
    """Have a generator carry out one step.

    Raises:
        ContestantError: it failed, died, or did not answer in time.
    """
    operation = "closed" if order.users else "open"
    facts = generator.ask(operation, within_s=within_s, **asdict(order))
    return StepFacts(**{**facts, "health": Health(**facts["health"])})
