"""The screen and the looks: races of base against head over fresh pairs, until all is decided."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench import registry
from bench.gate import decision
from bench.gate.ledger import Ledger
from bench.gate.worktrees import SIDES
from bench.race.conductor import Settings, conduct
from bench.race.pace import COMPUTING_WEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bench.gate.benchmark import Benchmark
    from bench.race.plan import Observer

BLOCKS = 4
"""Blocks that a pair should have, at the least, where its rounds are long."""
HEAT_S = 0.25
"""Rounds of one benchmark in one pair of processes take so long together, where each is short."""
FIRST = 2
"""Pairs of the screen that are raced before anything is known of the time they take."""
FEWEST = 4
"""Fewer new pairs than that decide nothing, and are not begun."""
RESERVE = 1.15
"""A stage may take so many times what it should."""
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
