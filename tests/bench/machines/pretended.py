"""A cluster without Dask: workers that answer, hang or go as a test tells them to."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bench.synthetic import ENVIRONMENT, round_record
from waitbench.machines import conductor, task
from waitbench.machines.cluster import Cluster, SchedulerLostError
from waitbench.machines.crew import RESOURCE
from waitbench.machines.order import Answer, Order, unpacked, written
from waitbench.race.plan import Settings
from waitbench.race.record import RaceRecord
from waitbench.results.record import LaunchRecord
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from waitbench.machines.crew import Member

SCENARIO = Scenario(
    suite="test", workload="sleep", params={"duration": "2ms"}, tasks=4, concurrency=2
)
LINEUP = [(SCENARIO, [Contestant.of("sync"), Contestant.of("asyncio")])]


@dataclass(slots=True, kw_only=True, eq=False)
class Future:
    """A launch that somebody has."""

    order: Any
    token: str
    member: Member
    outcome: task.Outcome | None = None

    @property
    def status(self) -> str:
        return "finished" if self.outcome else "pending"


Act = Callable[["Pretended", Future], task.Outcome | None]
"""What a worker does with a launch: an outcome at once, or None for never."""


def measures(_cluster: Pretended, future: Future) -> task.Outcome:
    """Measure two rounds of each contestant."""
    return "answer", answered(future)


def answered(future: Future, environment: Mapping[str, Any] = ENVIRONMENT) -> str:
    number, _ = _part(future)
    race = RaceRecord.of(future.order.lineup)
    for row in race.rows.values():
        row.width, row.waits_ns = 1, 0
        row.launches = [LaunchRecord(launch=number - 1)]
        row.rounds = [round_record(1_000, launch=number - 1, block=block) for block in (0, 1)]
    return written(Answer(race=race, machine=future.member.machine, environment=environment))


def _part(future: Future) -> tuple[int, int]:
    order = future.order
    of: Any = order.settings if isinstance(order, Order) else order
    part: tuple[int, int] = of.part
    return part


@dataclass(slots=True, kw_only=True)
class Pretended:
    """Workers by address, each on a machine of its own."""

    members: dict[str, Mapping[str, float]]
    act: Act = measures
    environments: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    given: list[tuple[str, int]] = field(default_factory=list)
    cancelled: list[Future] = field(default_factory=list)
    alone: bool = True
    lost: bool = False

    @property
    def cluster(self) -> Cluster:
        pretended: Any = self
        cluster: Cluster = pretended
        return cluster

    def workers(self) -> dict[str, Mapping[str, float]]:
        if self.lost:
            raise SchedulerLostError("the scheduler was lost")
        return dict(self.members)

    def describe(self, addresses: Sequence[str], _seed: int) -> dict[str, object]:
        return {
            address: {
                "machine": f"machine of {address}",
                "environment": {**ENVIRONMENT, **self.environments.get(address, {})},
            }
            for address in addresses
        }

    def submit(self, order: bytes, token: str, _within_s: float, member: Member) -> Future:
        future = Future(order=unpacked(order), token=token, member=member)
        number, _ = _part(future)
        self.given.append((member.address, number - 1))
        future.outcome = self.act(self, future)
        return future

    def wait(self, futures: Sequence[Future], _within_s: float) -> list[Future]:
        return [future for future in futures if future.outcome]

    def outcome(self, future: Future) -> task.Outcome:
        assert future.outcome
        return future.outcome

    def cancel(self, futures: Sequence[Future]) -> None:
        self.cancelled += futures


def workers(many: int) -> dict[str, Mapping[str, float]]:
    """Workers of so many machines, free for launches."""
    return {f"tcp://10.0.0.{number}:1": {RESOURCE: 1} for number in range(1, many + 1)}


def scheduling_ms(launches: int, machines: int) -> float:
    """The CPU of our own code for one launch of many, in milliseconds, without their answers."""
    answering_s = 0.0

    def timed(_cluster: Pretended, future: Future) -> task.Outcome:
        nonlocal answering_s
        began_s = time.process_time()
        outcome = "answer", answered(future)  # the machines' own work, not the scheduler's
        answering_s += time.process_time() - began_s
        return outcome

    cluster = Pretended(members=workers(machines), act=timed).cluster
    settings = Settings(launches=launches, budget_s=10, seed=7)
    began_s = time.process_time()
    record = conductor.conduct(cluster, LINEUP, settings, lambda _: None, force=True)
    each_s = (time.process_time() - began_s - answering_s) / launches
    assert {len(row.launches) for row in record.rows.values()} == {launches}
    return each_s * 1e3
