"""The screen and the looks: races of base against head over fresh pairs, until all is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.gate import decision
from bench.gate.stand import Stand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bench.gate.benchmark import Benchmark
    from bench.gate.ledger import Ledger, Part
    from bench.gate.stand import Pace
    from bench.race.plan import Observer

FIRST = 2
"""Pairs of the screen that are raced before anything is known of the time they take."""
FEWEST = 4
"""Fewer new pairs than that decide nothing, and are not begun."""
RESERVE = 1.15
"""A stage may take so many times what it should."""
AIMS = (16, 32, 64)
"""New pairs that the rest of the time is shared out over: the next of these."""
FIRST_SHARE, SCREEN_SHARE = 0.12, 0.45
"""Of the minutes: the most that the first pairs and then the whole screen take."""
OVER: tuple[Part, ...] = ("new", "all")


def race(
    benchmarks: Sequence[Benchmark], pace: Pace, observer: Callable[[str], Observer]
) -> Ledger:
    """Screen all benchmarks, then race anew those not cleared, until all is decided or time is up.

    Args:
        benchmarks: that both sides can run.
        pace: how long it may take.
        observer: makes a watcher of one stage, which is named to it.
    """
    stand = Stand(pace=pace, observer=observer)
    ledger = stand.ledger
    if not benchmarks:
        return ledger
    _screen(benchmarks, stand)
    family = [benchmark for benchmark in benchmarks if not _clear(benchmark, pace, ledger)]
    done = 0
    for look in decision.LOOKS:
        open_ = [benchmark for benchmark in family if ledger.open(benchmark.name)]
        wanted = look.pairs - done
        if ledger.interrupted or not open_:
            break
        aim = next((aim for aim in AIMS if aim >= look.pairs), look.pairs)
        heats_s = stand.heats_s(open_, pace.left_s / RESERVE, aim - done)
        pairs = min(wanted, int(pace.left_s / RESERVE / stand.pair_s(open_, heats_s)))
        if pairs < FEWEST:
            break
        stand.race(open_, pairs, heats_s, f"confirming {len(open_)}")
        done += pairs
        _look(family, look, pace, ledger)
    return ledger


def _screen(benchmarks: Sequence[Benchmark], stand: Stand) -> None:
    """Race a few pairs of every benchmark."""
    pace, what = stand.pace, f"screening {len(benchmarks)}"
    heats_s = stand.heats_s(benchmarks, FIRST_SHARE * pace.left_s, FIRST)
    stand.race(benchmarks, FIRST, heats_s, what)
    # More than half of the time is kept for those that are not cleared.
    there_s = SCREEN_SHARE * pace.left_s
    more = decision.SCREEN_PAIRS - FIRST
    heats_s = stand.heats_s(benchmarks, there_s, more)
    more = min(more, int(there_s / stand.pair_s(benchmarks, heats_s)))
    if more > 0 and not stand.ledger.interrupted:
        stand.race(benchmarks, more, heats_s, what)
    stand.ledger.screen_pairs = stand.ledger.launches


def _clear(benchmark: Benchmark, pace: Pace, ledger: Ledger) -> bool:
    """Check whether the screen is enough: it failed there, or lies within the margin."""
    name = benchmark.name
    if ledger.failure(name):
        return True
    ratio = ledger.ratio(name, "screen", confidence=1 - decision.SAME_AT_SCREEN)
    if not decision.cleared(ratio, pace.margins[name]):
        return False
    ledger.settled[name] = decision.Decision(verdict="same"), "screen"
    return True


def _look(family: Sequence[Benchmark], look: decision.Look, pace: Pace, ledger: Ledger) -> None:
    """Record the decisions of one look; the new pairs alone call anything slower or faster."""
    new, whole = (
        [
            ledger.ratio(benchmark.name, over, confidence=1 - decision.ERROR)
            if ledger.open(benchmark.name)
            else None
            for benchmark in family
        ]
        for over in OVER
    )
    margins = [pace.margins[benchmark.name] for benchmark in family]
    for benchmark, decided in zip(family, decision.decide(new, margins, look, whole), strict=True):
        if ledger.open(benchmark.name):
            ledger.settled[benchmark.name] = decided, "all" if decided.verdict == "same" else "new"
