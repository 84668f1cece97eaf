"""What the load generators saw of one step, summed up."""

from __future__ import annotations

from dataclasses import dataclass


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
class Sender:
    """How one generator kept to its part of the plan.

    Attributes:
        machine: where it ran, by a name that tells nobody which machine that is.
        planned: requests that were due from it.
        sent: of them, those that it sent.
        lag_p50_ns: median of how late it sent them.
        lag_p99_ns: what one in a hundred exceeded of that.
        cpu_share: of one core, that it used while it sent.
        late_ns: how late it was for the start that was agreed on.
    """

    machine: str
    planned: int
    sent: int
    lag_p50_ns: int
    lag_p99_ns: int
    cpu_share: float
    late_ns: int


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
        lag_p50_ns: median of how late requests were sent, by the generator that was latest.
        lag_p99_ns: what one in a hundred exceeded of that.
        sent_for_ns: how long requests were sent.
        cpu_ns: CPU meanwhile of the generators on the server's machine.
        cpu_share: of one core, that the busiest generator used.
        wall_ns: how long it took in all.
        spans: when requests were due and how long they took, packed by `encode_spans`.
        health: of the probe; all 0 where there was none.
        senders: each generator's own part.
        skew_ns: how far apart the first and the last of them began, at most.
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
    cpu_share: float
    wall_ns: int
    spans: str
    health: Health
    senders: tuple[Sender, ...] = ()
    skew_ns: int = 0
