"""Racing pairs of processes: how long each benchmark is raced in a pair, and what pairs take."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.gate import time_allocation
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.overhead import Overhead
from waitbench.gate.worktrees import SIDES
from waitbench.race.conductor import Settings, conduct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.race.events import Observer
    from waitbench.results.record import ContestantRecord

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePlan:
    """How long a gate may take, its seed and its margins.

    Attributes:
        ends_s: moment on `time.monotonic` by which it should be over.
        seed: of the order within the blocks.
        margins: of each benchmark by name, as shares.
    """

    ends_s: float
    seed: int
    margins: Mapping[str, float]

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return self.ends_s - time.monotonic()


@dataclass(slots=True, kw_only=True)
class Racing:
    """The races of one gate: its plan, its evidence and its overhead.

    Attributes:
        plan: how long it may take.
        observer: makes an observer of one stage, which is named to it.
        evidence: what was raced.
        overhead: what it took beside the rounds.
        family: how many benchmarks there were in the first race.
    """

    plan: GatePlan
    observer: Callable[[str], Observer]
    evidence: GateEvidence = field(default_factory=GateEvidence)
    overhead: Overhead = field(default_factory=Overhead)
    family: int = 0

    def rounds_s(
        self, benchmarks: Sequence[Benchmark], available_s: float, pairs: int
    ) -> dict[str, float]:
        """Allocate the seconds of a pair, so that so many pairs fit into the time available."""
        pair_s = available_s / pairs - self.pair_s(benchmarks, {})
        rows = {benchmark.name: self.evidence.sides(benchmark.name) for benchmark in benchmarks}
        wanted_s = {
            name: time_allocation.wanted_s(both, self.plan.margins[name])
            if len(both) == len(SIDES)
            else time_allocation.USUAL_S
            for name, both in rows.items()
        }
        allocated_s = time_allocation.allocated(wanted_s, pair_s)
        return {name: max(allocated_s[name], _fewest_s(rows[name])) for name in allocated_s}

    def pair_s(self, benchmarks: Sequence[Benchmark], rounds_s: Mapping[str, float]) -> float:
        """Return the seconds of one pair: starting, opening, and these seconds of rounds."""
        opening_s = sum(self.overhead.opening_s(benchmark.name) for benchmark in benchmarks)
        # Starting takes as long for a few benchmarks as for all, what rounds overrun does not.
        share = len(benchmarks) / (self.family or len(benchmarks))
        return self.overhead.starting_s * (1 + share) / 2 + opening_s + sum(rounds_s.values())

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
        lineup = [(benchmark.scenario, list(benchmark.contestants)) for benchmark in benchmarks]
        observer = self.overhead.observing(self.observer(what))
        record = conduct(lineup, settings, observer)
        self.evidence.add(record, pairs)
        planned_s = sum(self.overhead.opening_s(name) + rounds_s[name] for name in rounds_s)
        self.overhead.record(pairs, time.monotonic() - began_s, planned_s)


def _fewest_s(rows: Sequence[ContestantRecord]) -> float:
    """Return the seconds that the least number of blocks takes, where rounds are long."""
    return time_allocation.LEAST_BLOCKS * time_allocation.block_s(rows)
