"""What each generator saw of one step, request by request, and what all of them come to.

Percentiles cannot be merged. So every latency travels, and what is summed up is all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from statistics import median
from typing import TYPE_CHECKING, Any

from waitbench.loadtest.facts import Health, Sender, StepFacts
from waitbench.loadtest.step_stats import StepStats, quantile
from waitbench.results.spans import encode_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.loadtest.order import Order
    from waitbench.race.worker_process import WorkerProcess

RISEN, RISEN_NS = 1.5, 2_000_000
"""A queue grows where the last quarter of requests took so much longer than the first."""
FEW = 8
"""Fewer requests than this tell nothing of a queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSeen:
    """One generator's part of a step, in nanoseconds.

    Attributes:
        stats: of each request.
        planned: requests that were due from this generator.
        unsent: not sent, because too many were under way.
        gave_up: whether it ended the step early.
        sent_for_ns: how long requests were sent.
        cpu_ns: its CPU meanwhile.
        wall_ns: how long it took in all.
        late_ns: how late it was for the start that was agreed on.
        health: of its probe; all 0 where it had none.
        machine: where it ran, by a name that tells nobody which machine that is.
        here: whether that is the machine of the server.
        clock_error_ns: by how much its clock may be off the server's, at most.
    """

    stats: StepStats
    planned: int
    unsent: int = 0
    gave_up: bool = False
    sent_for_ns: int
    cpu_ns: int
    wall_ns: int
    late_ns: int = 0
    health: Health = field(default_factory=Health)
    machine: str = ""
    here: bool = True
    clock_error_ns: int = 0

    @property
    def form(self) -> dict[str, Any]:
        """It as a JSON object."""
        return {
            **_shallow(self),
            "stats": _shallow(self.stats),
            "health": asdict(self.health),
        }


def read(form: Mapping[str, Any]) -> StepSeen:
    """Return what a JSON object says of a step."""
    stats = {**form["stats"], "failed": Counter(form["stats"]["failed"])}
    return StepSeen(**{**form, "stats": StepStats(**stats), "health": Health(**form["health"])})


def ask(generator: WorkerProcess, order: Order, within_s: float) -> StepFacts:
    """Have the one generator of a step carry it out.

    Raises:
        ContestantError: it failed, died, or did not answer in time.
    """
    answer = generator.ask(order.operation, within_s=within_s, **asdict(order))
    return summed([read(answer)], order.level_ns)


def summed(seen: Sequence[StepSeen], level_ns: int) -> StepFacts:
    """Sum up a step that one generator sent, or several together.

    Args:
        seen: by each of them.
        level_ns: the service level; answers within it are the goodput.
    """
    stats = StepStats()
    for each in seen:
        stats.take_in(each.stats)
    latencies, services = sorted(stats.latencies_ns), sorted(stats.services_ns)
    senders = tuple(map(_sender, seen))
    return StepFacts(
        planned=sum(each.planned for each in seen),
        answered=len(latencies),
        within=sum(latency_ns <= level_ns for latency_ns in latencies),
        refused=stats.refused,
        failed=sum(stats.failed.values()),
        unsent=sum(each.unsent for each in seen),
        error=next(iter(stats.failed), None),
        gave_up=any(each.gave_up for each in seen),
        rising=_rising(stats),
        mean_ns=round(sum(latencies) / len(latencies)) if latencies else None,
        p50_ns=quantile(latencies, 0.5),
        p99_ns=quantile(latencies, 0.99),
        service_p50_ns=quantile(services, 0.5),
        service_p99_ns=quantile(services, 0.99),
        lag_p50_ns=max(sender.lag_p50_ns for sender in senders),
        lag_p99_ns=max(sender.lag_p99_ns for sender in senders),
        sent_for_ns=max(each.sent_for_ns for each in seen),
        cpu_ns=sum(each.cpu_ns for each in seen if each.here),
        cpu_share=max(sender.cpu_share for sender in senders),
        wall_ns=max(each.wall_ns for each in seen),
        spans=encode_spans(stats.planned_ns, stats.latencies_ns),
        health=next((each.health for each in seen if each.health.probes), Health()),
        senders=senders,
        skew_ns=_skew_ns(seen),
    )


def _sender(seen: StepSeen) -> Sender:
    lags = sorted(seen.stats.lags_ns)
    return Sender(
        machine=seen.machine,
        planned=seen.planned,
        sent=len(lags),
        lag_p50_ns=quantile(lags, 0.5),
        lag_p99_ns=quantile(lags, 0.99),
        cpu_share=seen.cpu_ns / max(seen.sent_for_ns, 1),
        late_ns=seen.late_ns,
    )


def _skew_ns(seen: Sequence[StepSeen]) -> int:
    """Return how far apart the first and the last generator began, at most: clocks have errors."""
    if len(seen) == 1:
        return 0
    latest = max(each.late_ns + each.clock_error_ns for each in seen)
    return latest - min(each.late_ns - each.clock_error_ns for each in seen)


def _rising(stats: StepStats) -> bool:
    """Whether requests take longer and longer: the queue grows, the rate is not sustained."""
    in_order = [
        latency for _, latency in sorted(zip(stats.planned_ns, stats.latencies_ns, strict=True))
    ]
    if len(in_order) < FEW:
        return False
    quarter = len(in_order) // 4
    first, last = median(in_order[:quarter]), median(in_order[-quarter:])
    return last > RISEN * first + RISEN_NS


def _shallow(record: StepSeen | StepStats) -> dict[str, Any]:
    """Return the fields of a record as they are: `asdict` would copy every latency."""
    return {each.name: getattr(record, each.name) for each in fields(record)}
