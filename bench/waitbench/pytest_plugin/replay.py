"""From a race to pytest-benchmark's rows: recorded durations, replayed on a clock of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from waitbench.results.record_json import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from pytest_benchmark.fixture import BenchmarkFixture

    from waitbench.race.conductor import Lineup
    from waitbench.results.record import ContestantRecord
    from waitbench.scenario import Contestant, Scenario


MARK = "waitbench_entry"
"""Mark of a test with its entry: a parameter would stand in every results file as an address."""


class Playback:
    """A clock that stands still until it is told that a recorded round is over.

    It is the `timer` of one benchmark. Every round starts at zero, so what pytest-benchmark
    subtracts is exactly what was recorded.
    """

    __name__ = "playback"  # what files call the timer; else they would have its address

    def __init__(self) -> None:
        self._now_s = 0.0
        self._times_ns: list[float] = []

    def __call__(self) -> float:
        """Return the time in seconds since the round began."""
        return self._now_s

    def load(self, times_ns: Iterable[float]) -> None:
        """Take the walls of the rounds to come."""
        self._times_ns = list(reversed(list(times_ns)))

    def rewind(self) -> None:
        """Begin a round: the `setup` of pytest-benchmark's pedantic mode."""
        self._now_s = 0.0

    def play(self) -> None:
        """Let one round's wall pass at once: what pytest-benchmark believes to be timing."""
        self._now_s = self._times_ns.pop() / 1e9


class Entry:
    """One contestant in one scenario: a test of a suite, which has it as its mark.

    Attributes:
        scenario: what is asked.
        contestant: who runs it.
        left_out: why it cannot take part here; None if it can.
        suite: the module that asks.
        playback: the timer of its benchmark.
        row: what the race recorded; None before it.
    """

    def __init__(
        self,
        scenario: Scenario,
        contestant: Contestant,
        left_out: str | None = None,
        suite: ModuleType | None = None,
    ) -> None:
        self.scenario = scenario
        self.contestant = contestant
        self.left_out = left_out
        self.suite = suite
        self.playback = Playback()
        self.row: ContestantRecord | None = None

    def replay(self, benchmark: BenchmarkFixture) -> None:
        """Fill the benchmark's row with the race's rounds; fail where the contestant failed."""
        __tracebackhide__ = True
        if self.left_out:
            pytest.skip(self.left_out)
        assert self.row is not None, "the race runs before the first test"
        times_ns = self.row.times_ns
        if times_ns:
            self.playback.load(times_ns)
            benchmark.extra_info["waitbench"] = to_json(self.row)
            benchmark.pedantic(  # type: ignore[no-untyped-call]  # the library has no types
                self.playback.play, setup=self.playback.rewind, rounds=len(times_ns)
            )
        if self.row.failure:
            where = f"{self.contestant.name} in {self.scenario.name}"
            pytest.fail(f"{where}: {self.row.failure}", pytrace=False)
        if not times_ns:
            pytest.skip("not measured: the race was stopped before its turn came")


def entries(items: Iterable[pytest.Item]) -> list[Entry]:
    """Return the entries among the tests that were collected and selected."""
    marks = (item.get_closest_marker(MARK) for item in items)
    return [mark.args[0] for mark in marks if mark is not None]


def lineup(selected: Iterable[Entry]) -> Lineup:
    """Gather the selected entries by scenario: what is left out by `-k` does not race."""
    scenarios: dict[tuple[str, str], tuple[Scenario, list[Contestant]]] = {}
    for entry in selected:
        key = entry.scenario.suite, entry.scenario.name
        _, contestants = scenarios.setdefault(key, (entry.scenario, []))
        contestants.append(entry.contestant)
    return list(scenarios.values())


def left_out(selected: Iterable[Entry]) -> list[dict[str, str]]:
    """Return each selected entry that cannot take part, with the reason."""
    return [
        {
            "suite": entry.scenario.suite,
            "scenario": entry.scenario.name,
            "model": entry.contestant.name,
            "reason": entry.left_out,
        }
        for entry in selected
        if entry.left_out
    ]
