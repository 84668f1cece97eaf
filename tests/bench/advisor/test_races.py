"""Who is raced: a grid where there is hope, the better half again, until two are left."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.bench.advisor.probes import QUESTION, fit, probe, raced
from waitbench.advisor import races
from waitbench.advisor.predict import Prediction, predict_models
from waitbench.advisor.question import Present
from waitbench.advisor.race import finalists
from waitbench.advisor.races import Races, better, heats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.advisor.race import Raced
    from waitbench.scenario import Contestant


def together(sentences: list[str], most_calls: int = 100_000, **more: Any) -> Races:
    return Races(
        question=replace(QUESTION, present=Present(model="threads", width=2)),
        fitted=replace(fit(probe(20, held=5)), **more),
        calls=96,
        answers="",
        most_calls=most_calls,
        say=sentences.append,
    )


def predicted(awaited: bool = False) -> list[Prediction]:  # noqa: FBT001, FBT002 - it is a fact
    return predict_models(probe(20, held=5), fit(probe(20, held=5)), 96, awaited=awaited)


def test_each_heat_has_half_of_the_one_before_and_the_last_has_two() -> None:
    assert heats(7) == [7, 4, 2]
    assert heats(10) == [10, 5, 3, 2]
    assert heats(2) == [2]
    assert heats(1) == [1]


def test_the_best_widths_and_the_grid_are_in_the_field_as_far_as_there_is_hope() -> None:
    # Of 25 ms a call holds the lock for 5: threads can be five times as fast as sync, two cores
    # of processes ten times.
    places = {each.place: each.times for each in together([]).field(predicted())}
    assert {("processes", 12), ("processes", 8), ("processes", 16)} <= places.keys()
    most = max(places.values())
    assert all(times >= races.HOPE * most for times in places.values())
    assert ("processes", 2) not in places  # twice as fast at most
    assert not any(model == "asyncio" for model, _ in places)  # it has no form that is awaited


def test_nobody_is_wider_than_can_be() -> None:
    limited = together([], limits={"processes": 9}).field(predicted())
    assert max(each.width for each in limited if each.model == "processes") <= 12
    assert ("processes", 16) not in {each.place for each in limited}


def test_the_fastest_go_on_and_whoever_failed_does_not() -> None:
    live = [
        Prediction(model="threads", width=width, times=3.0, wall_ns=1.0) for width in (4, 16, 64)
    ]
    times = {("threads", 4): 1.5, ("threads", 64): 1.8}
    assert [each.width for each in better(live, times, 2)] == [64, 4]
    assert better(live, {}, 3) == live


@dataclass
class Record:
    """Stands in for what a race gives: who was in it, and that a hundred calls each were made."""

    entered: list[Contestant]
    interrupted: bool = False
    tasks_run: int = 0

    next_launch: ClassVar = 1

    def extend(self, later: Record, *, renumber: int) -> None:
        assert renumber == self.next_launch
        self.tasks_run += later.tasks_run
        self.interrupted |= later.interrupted
        self.entered += [
            contestant for contestant in later.entered if contestant not in self.entered
        ]


@dataclass
class Track:
    """Stands in for the race: what each contestant takes, and who was entered for how long."""

    times: dict[str, float]
    interrupted: bool = False
    entered: list[list[str]] = field(default_factory=list)
    budgets_s: list[float] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    launches: list[int | None] = field(default_factory=list)

    def race(
        self,
        _: object,
        entered: Sequence[Contestant],
        __: int,
        ___: str,
        budget_s: float,
        most: int,
        *,
        again: int | None,
    ) -> Record:
        self.launches.append(again)
        self.entered.append([contestant.name for contestant in entered])
        self.budgets_s.append(budget_s)
        self.most.append(most)
        return Record(list(entered), self.interrupted, 100 * len(entered))

    def outcomes(self, record: Record) -> list[Raced]:
        return [
            raced(contestant.model, contestant.concurrency or 1, self.times.get(contestant.name))
            for contestant in record.entered
        ]


def run(
    monkeypatch: pytest.MonkeyPatch, track: Track, left_s: float = 40, most_calls: int = 100_000
) -> tuple[list[Raced], list[str]]:
    monkeypatch.setattr(races, "race", track.race)
    monkeypatch.setattr(races, "outcomes", track.outcomes)
    monkeypatch.setattr(races, "RaceRecord", lambda: Record([]))
    sentences: list[str] = []
    field_ = together(sentences, most_calls)
    return field_.run(predicted(), time.monotonic() + left_s), sentences


def as_predicted() -> dict[str, float]:
    """What each of the field takes, if the model is right."""
    return {f"{each.model}-{each.width}": each.times for each in together([]).field(predicted())}


def test_the_better_half_goes_on_until_two_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    times = as_predicted()
    track = Track(times)
    came, sentences = run(monkeypatch, track)
    plan = heats(len(times))
    assert len(plan) > 1
    # Sync and how it is run today are in every heat.
    assert [len(names) - 2 for names in track.entered] == plan
    assert all(names[0] == "sync" and names[-1] == "present" for names in track.entered)
    best = sorted(times, key=lambda name: -times[name])
    assert set(track.entered[-1][1:-1]) == set(best[:2])
    assert track.budgets_s == pytest.approx([40 / left for left in range(len(plan), 0, -1)], abs=1)
    assert track.launches == [1] * (len(plan) - 1) + [None]
    assert track.most[0] - track.most[1] == 100 * len(track.entered[0])
    assert len(came) == len(times) + 2
    (sentence,) = sentences
    assert sentence.startswith("racing sync, processes-")
    assert sentence.endswith(", the better half of them again, 96 calls a round, for about 40 s")


def test_whoever_was_predicted_worse_and_is_better_comes_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = as_predicted()
    last = min(times, key=lambda name: times[name])
    track = Track({**times, last: 99.0})
    run(monkeypatch, track)
    assert last in track.entered[-1]


@pytest.mark.parametrize("less", [{"left_s": 5}, {"most_calls": 96 * 45}])
def test_without_time_or_calls_the_best_predictions_alone_are_raced(
    monkeypatch: pytest.MonkeyPatch, less: dict[str, Any]
) -> None:
    times = as_predicted()
    track = Track(times)
    run(monkeypatch, track, **less)
    best = sorted(times, key=lambda name: -times[name])
    assert [names[1:-1] for names in track.entered] == [best[:2]]


def test_a_stop_ends_the_heats_and_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    track = Track(as_predicted(), interrupted=True)
    came, _ = run(monkeypatch, track)
    assert (len(track.entered), len(came)) == (1, len(as_predicted()) + 2)
    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, Track({}, interrupted=True))


def test_a_lucky_loser_of_an_early_heat_is_no_finalist() -> None:
    early = replace(raced("threads", 64, 9.9), launches=2)
    last = [
        replace(raced("threads", 16, 8.0), launches=5),
        replace(raced("threads", 8, 7.9), launches=4),
    ]
    assert finalists([raced("sync", 1, None), early, *last]) == last
