"""Where a gate races pairs of processes: what they take, and how long their heats are."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.gate import portions
from bench.gate.ledger import Ledger
from bench.gate.timekeeper import Timekeeper
from bench.gate.worktrees import SIDES
from bench.race.conductor import Settings, conduct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.gate.benchmark import Benchmark
    from bench.race.plan import Observer
    from bench.race.record import Row

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a gate may take and what it is seeded with.

    Attributes:
        ends_s: moment on `time.monotonic` by which it should be over.
        seed: of the order within the blocks.
        margins: of each benchmark by name, as shares.
        postgres: address of a PostgreSQL, where a suite wants one.
    """

    ends_s: float
    seed: int
    margins: Mapping[str, float]
    postgres: str | None = None

    @property
    def left_s(self) -> float:
        """Seconds that are left."""
        return self.ends_s - time.monotonic()


@dataclass(slots=True, kw_only=True)
class Stand:
    """Where a gate races: its pace, its ledger and its clock.

    Attributes:
        pace: how long it may take.
        observer: makes a watcher of one stage, which is named to it.
        ledger: what was raced.
        clock: what it took beside the rounds.
        family: how many benchmarks there were in the first race.
    """

    pace: Pace
    observer: Callable[[str], Observer]
    ledger: Ledger = field(default_factory=Ledger)
    clock: Timekeeper = field(default_factory=Timekeeper)
    family: int = 0

    def heats_s(
        self, benchmarks: Sequence[Benchmark], there_s: float, pairs: int
    ) -> dict[str, float]:
        """Share out the seconds of a pair, so that so many of them fit into the time there is."""
        rounds_s = there_s / pairs - self.pair_s(benchmarks, {})
        rows = {benchmark.name: self.ledger.sides(benchmark.name) for benchmark in benchmarks}
        asks_s = {
            name: portions.ask_s(both, self.pace.margins[name])
            if len(both) == len(SIDES)
            else portions.USUAL_S
            for name, both in rows.items()
        }
        shares_s = portions.shared_out(asks_s, rounds_s)
        return {name: max(shares_s[name], _fewest_s(rows[name])) for name in shares_s}

    def pair_s(self, benchmarks: Sequence[Benchmark], heats_s: Mapping[str, float]) -> float:
        """Return the seconds of one pair: starting, opening, and these seconds of rounds."""
        opening_s = sum(self.clock.opening_s(benchmark.name) for benchmark in benchmarks)
        # Starting takes as long for a few benchmarks as for all, what heats overrun does not.
        share = len(benchmarks) / (self.family or len(benchmarks))
        return self.clock.starting_s * (1 + share) / 2 + opening_s + sum(heats_s.values())

    def race(
        self, benchmarks: Sequence[Benchmark], pairs: int, heats_s: Mapping[str, float], what: str
    ) -> None:
        """Race so many fresh pairs of processes and add them to the evidence."""
        self.family = self.family or len(benchmarks)
        began_s = time.monotonic()
        settings = Settings(
            launches=pairs,
            budget_s=pairs * self.pair_s(benchmarks, heats_s),
            rounds_s=heats_s,
            seed=self.pace.seed + self.ledger.launches,
            timeout_s=TIMEOUT_S,
        )
        lineup = [(benchmark.scenario, list(benchmark.entrants)) for benchmark in benchmarks]
        watch = self.clock.watching(self.observer(what))
        record = conduct(lineup, settings, watch, postgres=self.pace.postgres)
        self.ledger.add(record, pairs)
        opened_s = sum(self.clock.opening_s(name) + heats_s[name] for name in heats_s)
        self.clock.book(pairs, time.monotonic() - began_s, opened_s)


def _fewest_s(rows: Sequence[Row]) -> float:
    """Return the seconds that the least number of blocks takes, where rounds are long."""
    return portions.LEAST_BLOCKS * portions.block_s(rows)
