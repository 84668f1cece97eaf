"""A scenario in, out what is asked of a server: how much work, at which rates, for how long."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from waitbench.results.load_step import LoadStep
from waitbench.scenario import BenchError
from waitbench.units import duration_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.loadtest.facts import StepFacts

LEVEL_TIMES = 5
"""The service level, in times of what a request takes with nobody else there."""
HALF_BUSY = 0.5
LATE_NS, LATE_SHARE = 1_000_000, 0.05
"""The generator was late itself where half of the requests were sent so much after their time, and
this share of what half of them took."""
TOO_LATE = 0.5
"""The same where one in a hundred was sent so late, as a share of the level."""
CPU_FULL = 0.85
"""Share of one core at which the generator, one process, has nothing left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a scenario of the serving suite asks for.

    Attributes:
        work: `wait`, `compute` or `query`.
        time_ns: how long one request's work takes by itself, in nanoseconds.
        load: `2x` (times the rate at which one sync worker is half busy), `knee`, or `50 users`.
        for_ns: length of a step in nanoseconds.
    """

    work: str
    time_ns: int
    load: str
    for_ns: int

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Task:
        """Read a scenario's parameters.

        Raises:
            BenchError: a duration that is none, or a request that takes no time.
        """
        time_ns = duration_ns(params[time_parameter(params["work"])])
        if not time_ns:
            raise BenchError("a request of the serving suite must take some time, such as 20ms")
        return cls(
            work=params["work"],
            time_ns=time_ns,
            load=params["load"],
            for_ns=duration_ns(params["step"]),
        )

    @property
    def level_ns(self) -> int:
        """The service level for p99, in nanoseconds."""
        return LEVEL_TIMES * self.time_ns

    @property
    def half_busy(self) -> float:
        """Requests per second at which one worker that takes one at a time is half busy."""
        return HALF_BUSY * 1e9 / self.time_ns

    @property
    def rate(self) -> float | None:
        """Requests per second of an open load at a given multiple; None for the others."""
        return float(self.load[:-1]) * self.half_busy if self.load.endswith("x") else None

    @property
    def searches(self) -> bool:
        """Whether the knee is looked for."""
        return self.rate is None and self.users is None

    @property
    def users(self) -> int | None:
        """Users of a closed load; None for the others."""
        return int(self.load.partition(" ")[0]) if self.load.endswith(" users") else None


def time_parameter(work: str) -> str:
    """Return the parameter that says how long a request takes: only waiting is latency."""
    return "latency" if work == "wait" else "work_time"


def sustained(facts: StepFacts, level_ns: int) -> bool:
    """Whether a server kept up with a step: all answered, p99 within the level, no queue growing.

    Args:
        facts: of the step, from the generator.
        level_ns: the service level.
    """
    lost = facts.refused + facts.failed + facts.unsent
    return not (lost or facts.gave_up or facts.rising) and facts.p99_ns <= level_ns


def limited(facts: StepFacts, level_ns: int) -> bool:
    """Whether the generator, not the server, was the limit: late, without CPU, or not sending."""
    late = facts.lag_p50_ns > max(LATE_NS, LATE_SHARE * facts.p50_ns)
    late = late or facts.lag_p99_ns > TOO_LATE * level_ns
    return bool(late or facts.cpu_share > CPU_FULL or facts.unsent)


def record(facts: StepFacts, rate: float, task: Task) -> LoadStep:
    """Return what the results file keeps of one step, a point of the curve."""
    sent_for_ns = max(facts.sent_for_ns, 1)
    return LoadStep(
        rate_per_s=rate,
        goodput_per_s=facts.within * 1e9 / sent_for_ns,
        mean_ns=facts.mean_ns,
        p50_ns=facts.p50_ns,
        p99_ns=facts.p99_ns,
        service_p50_ns=facts.service_p50_ns,
        service_p99_ns=facts.service_p99_ns,
        lag_p50_ns=facts.lag_p50_ns,
        lag_p99_ns=facts.lag_p99_ns,
        planned=facts.planned,
        answered=facts.answered,
        refused=facts.refused,
        failed=facts.failed,
        unsent=facts.unsent,
        generator_cpu_share=facts.cpu_share,
        generator_limited=limited(facts, task.level_ns),
        sustained=sustained(facts, task.level_ns),
        level_ns=task.level_ns,
        ideal_ns=task.time_ns,
        senders=tuple(map(asdict, facts.senders)) if facts.senders[1:] else (),
        skew_ns=facts.skew_ns,
    )
