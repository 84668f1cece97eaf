"""Racing pairs of processes: how long each benchmark is raced in a pair, and what pairs take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.gate import time_allocation
from waitbench.gate.decision import FEWEST_PAIRS
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.overhead import Overhead
from waitbench.race.conductor import Lineup, Settings, conduct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.race.events import Observer
    from waitbench.race.record import RaceRecord

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlan:
    """How long a gate may take, its seed and its margins.

    Attributes:
        ends_s: moment on `time.monotonic` by which it should be over.
        seed: of the order within the blocks.
        margins: of each benchmark by name, as shares.
        common_pairs: fresh pairs in which all benchmarks are raced before anything is decided.
    """

    ends_s: float
    seed: int
    margins: Mapping[str, float]
    common_pairs: int = FEWEST_PAIRS

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return self.ends_s - time.monotonic()


@dataclass(slots=True, kw_only=True)
class Racing:
    """The races of one gate: its plan, its evidence and its overhead.

    Attributes:
        plan: how long it may take.
        observer: makes an observer of one race, which is named to it.
        least_s: what each benchmark wants of a pair in any case.
        evidence: what was raced.
        overhead: what it took beside the rounds.
        family: how many benchmarks it races.
    """

    plan: GatePlan
    observer: Callable[[str], Observer]
    least_s: float = 0.0
    evidence: GateEvidence = field(default_factory=GateEvidence)
    overhead: Overhead = field(default_factory=Overhead)
    family: int = 0

    def rounds_s(
        self, benchmarks: Sequence[Benchmark], available_s: float, pairs: int
    ) -> dict[str, float]:
        """Allocate the seconds of a pair, so that so many pairs fit into the time available.

        Args:
            benchmarks: that are raced in it.
            available_s: seconds that there are.
            pairs: how many pairs.
        """
        pair_s = available_s / pairs - self.pair_s(benchmarks, {})
        starting_s = self._starting_s(benchmarks) / len(benchmarks)
        wanted_s = {
            name: max(
                self.least_s,
                time_allocation.wanted_s(
                    self.evidence.sides(name), self.overhead.opening_s(name) + starting_s
                ),
            )
            for name in (benchmark.name for benchmark in benchmarks)
        }
        allocated_s = time_allocation.allocated(wanted_s, pair_s)
        return {name: max(allocated_s[name], self._fewest_s(name)) for name in allocated_s}

    def pair_s(self, benchmarks: Sequence[Benchmark], rounds_s: Mapping[str, float]) -> float:
        """Return the seconds of one pair: starting, opening, and these seconds of rounds."""
        opening_s = sum(self.overhead.opening_s(benchmark.name) for benchmark in benchmarks)
        return self._starting_s(benchmarks) + opening_s + sum(rounds_s.values())

    def race(
        self, benchmarks: Sequence[Benchmark], pairs: int, rounds_s: Mapping[str, float], what: str
    ) -> None:
        """Race so many fresh pairs of processes and add them to the evidence."""
        self.family = self.family or len(benchmarks)
        began_s = time.monotonic()
        settings = Settings(
            launches=pairs,
            budget_s=pairs * self.pair_s(benchmarks, rounds_s),
            rounds_s={benchmark.scenario.key: rounds_s[benchmark.name] for benchmark in benchmarks},
            seed=self.plan.seed + self.evidence.launches,
            timeout_s=TIMEOUT_S,
        )
        observer = self.overhead.observing(self.observer(what))
        record = conduct(_lineup(benchmarks), settings, observer)
        self.evidence.add(record, pairs)
        planned_s = sum(self.overhead.opening_s(name) + rounds_s[name] for name in rounds_s)
        self.overhead.record(pairs, time.monotonic() - began_s, planned_s)

    def steered(
        self,
        benchmarks: Sequence[Benchmark],
        most: int,
        following: Callable[[], Mapping[str, float]],
        what: str,
    ) -> None:
        """Race fresh pairs of processes, one after the other; all that is measured is evidence.

        Args:
            benchmarks: that may be raced.
            most: pairs.
            following: returns the seconds of rounds of each benchmark that the next pair races,
                by name; none ends the race.
            what: the race in words.
        """
        self.family = len(benchmarks)
        keys = {benchmark.name: benchmark.scenario.key for benchmark in benchmarks}
        began_s, planned_s = time.monotonic(), 0.0

        def steer(record: RaceRecord) -> Mapping[tuple[str, str], float]:
            nonlocal began_s, planned_s
            now_s, self.evidence.race = time.monotonic(), record
            if planned_s:
                self.evidence.launches += 1
                self.overhead.record(1, now_s - began_s, planned_s)
            rounds_s = following()
            began_s = now_s
            planned_s = sum(self.overhead.opening_s(name) + rounds_s[name] for name in rounds_s)
            return {keys[name]: seconds for name, seconds in rounds_s.items()}

        settings = Settings(
            launches=most,
            budget_s=max(0.0, self.plan.left_s),
            seed=self.plan.seed,
            timeout_s=TIMEOUT_S,
        )
        observer = self.overhead.observing(self.observer(what))
        self.evidence.race = conduct(_lineup(benchmarks), settings, observer, steering=steer)
        self.evidence.launches += planned_s > 0  # the last one was not followed by another

    def _starting_s(self, benchmarks: Sequence[Benchmark]) -> float:
        """Starting takes as long for a few benchmarks as for all, what rounds overrun does not."""
        share = len(benchmarks) / (self.family or len(benchmarks))
        return self.overhead.starting_s * (1 + share) / 2

    def _fewest_s(self, name: str) -> float:
        """Return the seconds that the least number of blocks takes, where rounds are long."""
        return time_allocation.LEAST_BLOCKS * time_allocation.block_s(self.evidence.sides(name))


def _lineup(benchmarks: Sequence[Benchmark]) -> Lineup:
    return [(benchmark.scenario, list(benchmark.contestants)) for benchmark in benchmarks]
