"""The screen and the looks: races of base against head over fresh pairs, until all is decided."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING

from bench import registry, stats
from bench.gate import decision, undelayed
from bench.gate.worktrees import SIDES
from bench.race.conductor import Settings, conduct
from bench.race.pace import COMPUTING_WEIGHT
from bench.race.record import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.gate.benchmarks import Benchmark
    from bench.gate.decision import Decision
    from bench.race.plan import Observer
    from bench.race.record import RaceRecord
    from bench.stats import Estimate

BLOCKS = 4
"""Blocks that a pair should have, at the least, where its rounds are long."""
HEAT_S = 0.25
"""Rounds of one benchmark in one pair of processes take so long together, where each is short."""
BEYOND_S = 1.5
"""A pair of processes takes so long beyond its rounds, until that was measured."""
FIRST = 2
"""Pairs of the screen that are raced before anything is known of the time they take."""
FEWEST = 4
"""Fewer new pairs than that decide nothing, and are not begun."""
RESERVE = 1.15
"""A stage may take so many times what it should."""
TIMEOUT_S = 60.0


@dataclass(slots=True, kw_only=True)
class Ledger:
    """All that was raced, and what is decided of it.

    Attributes:
        rows: by benchmark and side; launches are numbered through.
        launches: how many there were.
        screen_pairs: how many of them were the screen.
        settled: by benchmark, what was decided, and whether the screen did it.
        took_s: seconds that all of it took.
        raced_s: seconds of them in which rounds were run.
        interrupted: whether somebody stopped a race.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    launches: int = 0
    screen_pairs: int = 0
    settled: dict[str, tuple[Decision, bool]] = field(default_factory=dict)
    took_s: float = 0.0
    raced_s: float = 0.0
    interrupted: bool = False

    @property
    def beyond_s(self) -> float:
        """Seconds that a pair took beyond its rounds: starting, warming up, ending."""
        return max(0.0, self.took_s - self.raced_s) / self.launches if self.launches else BEYOND_S

    def round_s(self, benchmark: Benchmark) -> float:
        """Give what a round takes in seconds, as it was measured, or else as it was guessed."""
        rows = [self.rows.get((benchmark.name, side)) for side in SIDES]
        walls = [median(row.walls_ns) / 1e9 for row in rows if row and row.walls_ns]
        return max(walls, default=benchmark.round_s or 0.0)

    def add(self, record: RaceRecord, launches: int, took_s: float) -> None:
        """Take in one more race of so many launches, which took so many seconds."""
        walls_ns = sum(one["wall_ns"] for row in record.rows.values() for one in row.rounds)
        self.raced_s += (walls_ns + sum(record.round_cost_ns)) / 1e9
        self.took_s += took_s
        for (name, _, side), row in record.rows.items():
            kept = self.rows.setdefault(
                (name, side), Row(scenario=row.scenario, entrant=row.entrant)
            )
            kept.width, kept.notes, kept.waits_ns = row.width, row.notes, row.waits_ns
            kept.computes, kept.opens_anew = row.computes, row.opens_anew
            kept.failure = kept.failure or row.failure
            for mine, theirs in ((kept.launches, row.launches), (kept.rounds, row.rounds)):
                mine += [{**one, "launch": one["launch"] + self.launches} for one in theirs]
        self.launches += launches
        self.interrupted = self.interrupted or record.interrupted

    def ratio(self, name: str, *, confirming: bool, confidence: float) -> Estimate | None:
        """Give how many times faster head is than base: over the screen or over the new pairs."""
        rows = [self.rows.get((name, side)) for side in SIDES]
        if None in rows:
            return None
        base, head = (self._walls(row, confirming=confirming) for row in rows if row)
        return stats.paired_ratio(base, head, confidence=confidence)

    def pairs(self, name: str) -> int:
        """Count the launches in which both sides have a time."""
        times = [self.rows[name, side].blocks() for side in SIDES if (name, side) in self.rows]
        return len(set.intersection(*({key[0] for key in one} for one in times))) if times else 0

    def open(self, name: str) -> bool:
        """Whether more pairs may still decide a benchmark."""
        told = self.settled.get(name)
        return not self.failure(name) and (told is None or told[0].word == "undecided")

    def failure(self, name: str) -> tuple[str, str] | None:
        """Say which side of a benchmark could not go on, and why: base, if it could not either."""
        for side in SIDES:
            row = self.rows.get((name, side))
            if row is not None and row.failure:
                return side, row.failure
        return None

    def _walls(self, row: Row, *, confirming: bool) -> dict[tuple[int, int], list[float]]:
        return {
            key: walls
            for key, walls in undelayed.blocks(row).items()
            if (key[0] >= self.screen_pairs) == confirming
        }


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


def race(
    benchmarks: Sequence[Benchmark], pace: Pace, observer: Callable[[str], Observer]
) -> Ledger:
    """Screen them all, then race anew what was not cleared; stop when time or patience is over.

    Args:
        benchmarks: that both sides can run.
        pace: how long it may take.
        observer: makes a watcher of one stage, which is named to it.
    """
    ledger = Ledger()
    if not benchmarks:
        return ledger
    pair_s = _screen(benchmarks, pace, ledger, observer)
    family = [one for one in benchmarks if not _clear(one, pace, ledger)]
    done = 0
    for look in decision.LOOKS:
        open_ = [one for one in family if ledger.open(one.name)]
        share = len(open_) / len(benchmarks)
        pairs = look.pairs - done
        if share:
            pairs = min(pairs, int(pace.left_s / (pair_s * share * RESERVE)))
        if ledger.interrupted or not open_ or pairs < FEWEST:
            break
        began_s = time.monotonic()
        _stage(open_, pairs, pace, ledger, observer(f"confirming {len(open_)}"))
        pair_s = (time.monotonic() - began_s) / pairs / share
        done += pairs
        _look(family, look, pace, ledger)
    return ledger


def _screen(
    benchmarks: Sequence[Benchmark],
    pace: Pace,
    ledger: Ledger,
    observer: Callable[[str], Observer],
) -> float:
    """Race a few pairs of all; give the seconds that one pair of all of them takes."""
    began_s = time.monotonic()
    _stage(benchmarks, FIRST, pace, ledger, observer(f"screening {len(benchmarks)}"))
    pair_s = (time.monotonic() - began_s) / FIRST
    # More than half of the time is kept for those that are not cleared.
    fits = int(0.4 * pace.left_s / pair_s)
    more = min(decision.SCREEN_PAIRS - FIRST, fits)
    if more > 0 and not ledger.interrupted:
        _stage(benchmarks, more, pace, ledger, observer(f"screening {len(benchmarks)}"))
    ledger.screen_pairs = ledger.launches
    return pair_s


def _clear(benchmark: Benchmark, pace: Pace, ledger: Ledger) -> bool:
    """Settle what the screen shows to lie within the margin, and what failed in it."""
    name = benchmark.name
    if ledger.failure(name):
        return True
    ratio = ledger.ratio(name, confirming=False, confidence=1 - decision.SAME_ERROR)
    if not decision.cleared(ratio, pace.margins[name]):
        return False
    ledger.settled[name] = decision.Decision(word="same"), True
    return True


def _look(family: Sequence[Benchmark], look: decision.Look, pace: Pace, ledger: Ledger) -> None:
    """Decide what can be decided now over the new pairs alone."""
    ratios = [
        ledger.ratio(one.name, confirming=True, confidence=1 - decision.ERROR)
        if ledger.open(one.name)
        else None
        for one in family
    ]
    margins = [pace.margins[one.name] for one in family]
    for one, told in zip(family, decision.decide(ratios, margins, look), strict=True):
        if ledger.open(one.name):
            ledger.settled[one.name] = told, False


def _stage(
    benchmarks: Sequence[Benchmark], pairs: int, pace: Pace, ledger: Ledger, observer: Observer
) -> None:
    """Race so many fresh pairs of processes and take them in."""
    began_s = time.monotonic()
    heats_s = {one.name: _heat_s(ledger.round_s(one)) for one in benchmarks}
    # Starting takes as long for a few benchmarks as for all; warming up takes its time for each.
    all_of_them = len(ledger.rows) / len(SIDES) or len(benchmarks)
    beyond_s = ledger.beyond_s * (1 + len(benchmarks) / all_of_them) / 2
    settings = Settings(
        launches=pairs,
        budget_s=pairs * (sum(heats_s.values()) + beyond_s),
        seed=pace.seed + ledger.launches,
        timeout_s=TIMEOUT_S,
    )
    lineup = [
        (replace(one.scenario, weight=_weight(one, heats_s[one.name])), list(one.entrants))
        for one in benchmarks
    ]
    record = conduct(lineup, settings, observer, postgres=pace.postgres)
    ledger.add(record, pairs, time.monotonic() - began_s)


def _heat_s(round_s: float) -> float:
    return max(HEAT_S, BLOCKS * len(SIDES) * round_s)


def _weight(benchmark: Benchmark, heat_s: float) -> float:
    """Undo the race's own preference for what computes: here each gets what its rounds need."""
    computes = registry.load("workloads", benchmark.scenario.workload).Workload.computes
    return heat_s / (COMPUTING_WEIGHT if computes else 1.0)
