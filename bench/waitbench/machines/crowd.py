"""One load that many machines send: each its part of one plan, from a moment that all agreed on.

The servers are on the caller's machine. Clocks of machines differ: each one's is held against the
caller's, and what is left of doubt is part of the skew that every step reports.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.loadtest.generators import STEP_WITHIN_S
from waitbench.loadtest.seen import StepSeen, read, summed
from waitbench.machines import generator_task, identity
from waitbench.machines.cluster import SchedulerLostError
from waitbench.machines.crew import Crew
from waitbench.machines.muster import mustered
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.loadtest.facts import StepFacts
    from waitbench.loadtest.order import Order
    from waitbench.machines.cluster import Cluster
    from waitbench.machines.crew import Member
    from waitbench.system.interrupt import Interrupt

PINGS = 9
"""The quickest of them tells most of a clock (Cristian 1989)."""
LOOKS_EVERY_S = 0.2
LEAD_NS, MOST_LEAD_NS = 200_000_000, 3_000_000_000
"""So long before its start a step is told to all; twice as long after one that somebody missed."""
LATE_NS = 10_000_000
"""Who is later than this at the start was told too late, rather than kept from its core."""
TRIES = 3
UP_WITHIN_S = 75.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A machine that sends.

    Attributes:
        member: its worker.
        name: as the record has it.
        here: whether it is the caller's machine, which has the servers.
        ahead_ns: by how much its clock is before the caller's.
        error_ns: by how much that may be wrong.
    """

    member: Member
    name: str
    here: bool
    ahead_ns: int = 0
    error_ns: int = 0


class Crowd:
    """The machines of a cluster that send the load of a run.

    Args:
        cluster: whose workers keep the generators.
        seed: of the run.
        force: whether machines send whose own check finds them a poor place.
        incident: is told who is left out.

    Raises:
        BenchError: there is no machine that may send.
    """

    def __init__(
        self, cluster: Cluster, seed: int, incident: Callable[[str], object], *, force: bool = False
    ) -> None:
        self._cluster, self._incident = cluster, incident
        self._lost: set[str] = set()
        crew = Crew(expected=environment.describe(), seed=seed, force=force)
        mustered(cluster, crew, incident)
        here, names = identity.anonymous(seed), dict[str, str]()
        self.places: list[Place] = []
        for member in crew.members.values():
            number = len([place for place in self.places if place.member.machine == member.machine])
            name = names.setdefault(member.machine, f"machine {len(names) + 1}")
            place = Place(
                member=member,
                name=f"{name}, generator {number + 1}" if number else name,
                here=member.machine == here,
            )
            self.places.append(place if place.here else self._timed(place))

    def __str__(self) -> str:
        """Who sends, and how far their clocks may be apart."""
        machines = {place.member.machine for place in self.places}
        error_ms = max(place.error_ns for place in self.places) / 1e6
        return (
            f"{formatting.count(len(self.places), 'generator')} on "
            f"{formatting.count(len(machines), 'machine')} send the load together; their clocks "
            f"are known to {error_ms:.1f} ms"
        )

    def start(self, interrupt: Interrupt) -> CrowdGenerator:
        """Start the generators of one launch, on the machines that are still there.

        Raises:
            InterruptedRaceError: none is left, or one does not come up; what was measured is kept.
        """
        try:
            return CrowdGenerator(self._cluster, self._left(), interrupt, self._lost)
        except (ContestantError, SchedulerLostError) as failure:
            self._incident(str(failure))
            raise InterruptedRaceError(str(failure)) from None

    def _left(self) -> list[Place]:
        there = self._cluster.workers().keys() - self._lost
        self.places = [place for place in self.places if place.member.address in there]
        if not self.places:
            raise ContestantError("no machine is left that sends the load")
        return self.places

    def _timed(self, place: Place) -> Place:
        """Hold a machine's clock against ours."""
        address, best = place.member.address, place
        for number in range(PINGS):
            asked_ns = time.time_ns()
            answer = self._cluster.run(generator_task.clock_ns, addresses=[address])[address]
            answered_ns = time.time_ns()
            error_ns = (answered_ns - asked_ns) // 2
            if isinstance(answer, int) and (not number or error_ns < best.error_ns):
                ahead_ns = answer - (asked_ns + answered_ns) // 2
                best = replace(place, ahead_ns=ahead_ns, error_ns=error_ns)
        return best


class CrowdGenerator:
    """The generators of one launch, in the place of a single one.

    Args:
        cluster: whose workers keep them.
        places: where.
        interrupt: what may cut a wait short.
        lost: takes the addresses of workers that say nothing.
    """

    def __init__(
        self, cluster: Cluster, places: Sequence[Place], interrupt: Interrupt, lost: set[str]
    ) -> None:
        self._cluster, self._places = cluster, places
        self._interrupt, self._lost = interrupt, lost
        self._run, self._calls, self._lead_ns = secrets.token_hex(6), 0, LEAD_NS
        self.host = cluster.own_host
        try:
            begun = self._all(generator_task.begin, [[cluster.alone]] * len(places), UP_WITHIN_S)
            for place, failure in zip(places, begun, strict=True):
                _refuse(place, failure)
        except BaseException:
            self.stop()
            raise

    def ask(self, order: Order) -> StepFacts:
        """Have all carry out their parts of a step; again where some were told too late."""
        for _ in range(TRIES):
            seen = self._step(order)
            if max(each.late_ns for each in seen) <= LATE_NS:
                break
            self._lead_ns = min(2 * self._lead_ns, MOST_LEAD_NS)
        return summed(seen, order.level_ns)

    def stop(self) -> None:
        """End them all."""
        addresses = [place.member.address for place in self._places]
        self._cluster.run(generator_task.end, self._run, addresses=addresses)

    def _step(self, order: Order) -> list[StepSeen]:
        start_ns, many = time.time_ns() + self._lead_ns, len(self._places)
        orders: list[list[Any]] = []
        for number, place in enumerate(self._places):
            part = replace(
                order,
                share=(number, many),
                begins_at_ns=start_ns + place.ahead_ns,
                probe=order.probe and not number,
            )
            orders.append([{"op": order.operation, **asdict(part)}, STEP_WITHIN_S])
        answers = self._all(generator_task.step, orders, STEP_WITHIN_S + UP_WITHIN_S)
        return [_read(place, answer) for place, answer in zip(self._places, answers, strict=True)]

    def _all(
        self, function: Callable[..., object], arguments: Sequence[Sequence[Any]], within_s: float
    ) -> list[Any]:
        """Return what each machine answers.

        Raises:
            ContestantError: one is lost, or says nothing in time.
            InterruptedRaceError: a stop was requested meanwhile.
        """
        self._calls += 1
        futures = [
            self._cluster.call(
                function,
                self._run,
                str(number),
                *own,
                token=f"{self._run}-{self._calls}-{number}",
                member=place.member,
            )
            for number, (place, own) in enumerate(zip(self._places, arguments, strict=True))
        ]
        until_s = time.monotonic() + within_s
        while not all(future.done() for future in futures):
            if self._interrupt.requested:
                raise InterruptedRaceError("stopped on request")
            if time.monotonic() > until_s:
                silent = [
                    place
                    for place, future in zip(self._places, futures, strict=True)
                    if not future.done()
                ]
                self._lost.update(place.member.address for place in silent)
                names = ", ".join(place.name for place in silent)
                raise ContestantError(f"{names} did not answer in time and is left out")
            self._cluster.wait([each for each in futures if not each.done()], LOOKS_EVERY_S)
        try:
            return [future.result(timeout=within_s) for future in futures]
        except Exception as lost:  # noqa: BLE001 - Dask raises whatever its connection met
            raise ContestantError(f"a machine was lost ({type(lost).__name__})") from None


def _refuse(place: Place, failure: str) -> None:
    if failure:
        raise ContestantError(f"the generator on {place.name}: {failure}")


def _read(place: Place, answer: dict[str, Any]) -> StepSeen:
    _refuse(place, answer.get("failure", ""))
    return replace(read(answer), machine=place.name, here=place.here, clock_error_ns=place.error_ns)
