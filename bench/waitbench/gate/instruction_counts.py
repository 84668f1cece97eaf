"""Benchmarks of both sides in, instructions out: counted pair by pair in workers of their own.

A pair is a process of base and one of head that hash texts by the same seed and open the same
benchmarks in the same order; the next pair has another seed and order. Counts are blind to what
else runs, so both sides count at once, on a core each.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waitbench.gate.counting_process import NOTHING, CountingProcess, of_nothing, on_both
from waitbench.gate.worktrees import SIDES
from waitbench.race.worker_process import ContestantError, InterruptedRaceError
from waitbench.system import callgrind
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.scenario import Contestant, Scenario
    from waitbench.system.instructions import CounterKind

PAIRS = 6
"""Fewer leave intervals too wide, at an error of a share of 1 %, where counts differ at all."""
SHORTER = 24
"""Counted rounds are so many times shorter than timed ones, for counting takes long."""
COUNTED = 4
"""Rounds of a benchmark in a process: one to warm up; of the others the smallest count is taken."""
LOOKS = 3
BUSY = 0.9
"""A row waits where in none of so many rounds this share of the time was CPU."""
SLOWDOWN = {"hardware": 1.0, "callgrind": 60.0}
"""What counting makes of a round's time, about: 50 times in our twenty functions."""
WAITS = "it waits, which no instruction shows"
SEVERAL = "several threads or processes work in it, and their turns differ from time to time"
NOTHING_MUCH = 0.1
"""What executes less than this share of what the harness does around it is lost in that."""
TINY = "it executes next to nothing beside the harness"
LONG = "a call takes too long to be counted in the time there is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was counted.

    Attributes:
        kind: by what.
        still: whether addresses were the same in each process.
        pairs: by benchmark, instructions of a round on base and head, without the harness's part.
        left_out: by benchmark, why it was not counted.
        calls: by benchmark, calls in such a round.
        interrupted: whether somebody stopped it early.
    """

    kind: CounterKind
    still: bool
    pairs: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)
    interrupted: bool = False


def countable(benchmark: Benchmark) -> bool:
    """Check whether a benchmark can be counted, if it does not wait: our worker's own thread."""
    return benchmark.scenario.workload == "own" and all(
        contestant.model in NOTHING and not contestant.program
        for contestant in benchmark.contestants
    )


def count(  # noqa: PLR0913 - what counting is made of
    benchmarks: Sequence[Benchmark],
    kind: CounterKind,
    *,
    ends_s: float,
    seed: int,
    pairs: int | None = None,
    first: int = 0,
    say: Callable[[str], object] = lambda _: None,
) -> Counts:
    """Count the instructions of all benchmarks that do not wait, on both sides.

    Args:
        benchmarks: that both sides can run, each `countable`.
        kind: of counter.
        ends_s: moment on `time.monotonic` after which no further pair is begun.
        seed: of the orders.
        pairs: of processes; `PAIRS` by default.
        first: how many came before, of which each had another seed of hashes.
        say: is told how far it is.
    """
    many = pairs or PAIRS
    interrupted = False
    with Interrupt.of_this_thread() as stop:
        counting = _Counting(kind, stop, ends_s, many)
        try:
            chosen = counting.chosen([_shortened(benchmark) for benchmark in benchmarks])
            for pair in range(first, first + many if chosen else first):
                if pair > first and not counting.time_for_a_pair():
                    break
                say(f"counting instructions, pair {pair + 1 - first} of {many}")
                random.Random(seed + pair).shuffle(chosen)
                counting.count(chosen, pair)
        except InterruptedRaceError:
            interrupted = True  # what was counted is kept
    return Counts(
        kind=kind,
        still=bool(callgrind.still()),
        pairs={
            name: pairs for name, pairs in counting.pairs.items() if name not in counting.left_out
        },
        left_out=counting.left_out,
        calls={name: benchmark.calls for name, benchmark in counting.benchmarks.items()},
        interrupted=interrupted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A benchmark as it is counted: its name, and its scenario with short rounds."""

    name: str
    scenario: Scenario
    contestants: Mapping[str, Contestant]

    @property
    def calls(self) -> int:
        return int(self.scenario.params.get("calls", 1))


def _shortened(benchmark: Benchmark) -> _Counted:
    params = dict(benchmark.scenario.params)
    if "calls" in params:
        params["calls"] = str(max(1, int(params["calls"]) // SHORTER))
    return _Counted(
        name=benchmark.name,
        scenario=replace(benchmark.scenario, params=params),
        contestants={each.name: each for each in benchmark.contestants},
    )


class _Counting:
    """The state of a count: what there is so far, and what was left out."""

    def __init__(self, kind: CounterKind, stop: Interrupt, ends_s: float, many: int) -> None:
        self._kind: CounterKind = kind
        self._stop = stop
        self._ends_s = ends_s
        self._many = many
        self._pair_s = 0.0
        self.pairs: dict[str, list[tuple[float, float]]] = {}
        self.left_out: dict[str, str] = {}
        self.benchmarks: dict[str, _Counted] = {}

    def time_for_a_pair(self) -> bool:
        """Check whether another pair ends in time, if it takes as long as the last one."""
        return time.monotonic() + self._pair_s < self._ends_s

    def chosen(self, benchmarks: Sequence[_Counted]) -> list[_Counted]:
        """Look at a few rounds of each, and return those that compute and fit into the time."""
        both = on_both(lambda side: self._looked(benchmarks, side))
        left_s = (self._ends_s - time.monotonic()) / self._many / COUNTED / SLOWDOWN[self._kind]
        walls_s = {
            benchmark.name: max(side.get(benchmark.name, 0.0) for side in both)
            for benchmark in benchmarks
            if benchmark.name not in self.left_out
        }
        for name in sorted(walls_s, key=lambda name: walls_s[name]):
            left_s -= walls_s[name]
            if left_s < 0:
                self.left_out[name] = LONG
        self.benchmarks = {each.name: each for each in benchmarks if each.name not in self.left_out}
        return list(self.benchmarks.values())

    def _looked(self, benchmarks: Sequence[_Counted], side: str) -> dict[str, float]:
        """Return the seconds of a round of each, not counted; note what waits."""
        walls_s = {}
        with CountingProcess(self._stop) as process:
            for benchmark in benchmarks:
                contestant = benchmark.contestants[side]
                try:
                    answers = process.rounds(benchmark.scenario, contestant, LOOKS)
                except ContestantError as failure:
                    self.left_out[benchmark.name] = str(failure)
                    continue
                ready_ns = [each["wall_ns"] - (each["delay_ns"] or 0) for each in answers]
                shares = [
                    each["cpu_ns"] / max(ns, 1) for each, ns in zip(answers, ready_ns, strict=True)
                ]
                if max(shares) < BUSY:
                    self.left_out[benchmark.name] = WAITS
                elif not any(answer["single"] for answer in answers):
                    self.left_out[benchmark.name] = SEVERAL
                walls_s[benchmark.name] = min(each["wall_ns"] for each in answers) / 1e9
        return walls_s

    def count(self, benchmarks: Sequence[_Counted], pair: int) -> None:
        """Count each benchmark once more on both sides."""
        began_s = time.monotonic()
        both = on_both(lambda side: self._counts(benchmarks, side, pair))
        for benchmark in benchmarks:
            counts = [side[benchmark.name] for side in both if benchmark.name in side]
            if len(counts) == len(SIDES):
                self.pairs.setdefault(benchmark.name, []).append((counts[0], counts[1]))
        self._pair_s = time.monotonic() - began_s

    def _counts(self, benchmarks: Sequence[_Counted], side: str, pair: int) -> dict[str, float]:
        """Return the instructions of a round of each on one side, without the harness's part."""
        counts: dict[str, float] = {}
        own_parts: dict[tuple[str, int, int], int] = {}
        with CountingProcess(self._stop, self._kind, pair + 1) as process:
            # First what does nothing, and then the project's file, which so is loaded once.
            for benchmark in benchmarks:
                if (key := _harness_key(benchmark, side)) not in own_parts:
                    nothing = of_nothing(benchmark.contestants[side])
                    answers = process.rounds(benchmark.scenario, nothing, COUNTED)
                    own_parts[key] = _smallest(answers)
            for benchmark in benchmarks:
                contestant = benchmark.contestants[side]
                try:
                    answers = process.rounds(benchmark.scenario, contestant, COUNTED)
                except ContestantError as failure:
                    self.left_out[benchmark.name] = str(failure)
                    continue
                own_part = own_parts[_harness_key(benchmark, side)]
                net = _smallest(answers) - own_part
                if net > NOTHING_MUCH * own_part:
                    counts[benchmark.name] = net
                else:
                    self.left_out[benchmark.name] = TINY
        return counts


def _smallest(answers: Sequence[Mapping[str, Any]]) -> int:
    """Return the smallest count of the rounds after the warm-up."""
    return min(int(answer["instructions"]) for answer in answers[1:])


def _harness_key(benchmark: _Counted, side: str) -> tuple[str, int, int]:
    """Return what decides how much of a count is the harness's: model, calls and tasks."""
    return benchmark.contestants[side].model, benchmark.calls, benchmark.scenario.tasks
