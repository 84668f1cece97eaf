"""Which widths are raced: first the best predictions, then others where the model was wrong."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.bench.advisor.probes import QUESTION, fit, probe, raced
from waitbench.advisor import races
from waitbench.advisor.predict import predict_models
from waitbench.advisor.question import Present
from waitbench.advisor.second_race import doubted, other_widths, wider

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.advisor.predict import Prediction
    from waitbench.advisor.race import Raced
    from waitbench.scenario import Contestant


MOST = {"threads": 20.0, "processes": 20.0}


def test_nobody_is_doubted_who_came_about_as_predicted() -> None:
    assert doubted({("threads", 16): (8.0, 6.5), ("processes", 4): (3.0, 3.7)}, MOST) is None
    assert doubted({}, MOST) is None


def test_whoever_came_far_off_and_may_be_the_best_is_doubted() -> None:
    threads, processes = ("threads", 16), ("processes", 4)
    assert doubted({threads: (8.0, 6.5), processes: (2.0, 7.0)}, MOST) == processes
    assert doubted({threads: (8.0, 5.0), processes: (4.0, 4.0)}, MOST) == threads
    # Far off, but not even what was predicted would have won.
    assert doubted({threads: (4.0, 2.0), processes: (5.0, 5.0)}, MOST) is None
    # Far off, and there is little to win.
    assert doubted({threads: (1.1, 0.5), processes: (1.0, 1.0)}, MOST) is None


def test_whoever_came_beyond_what_the_model_can_reach_is_doubted() -> None:
    # Two cores were to be the end of it; a sixth more came, so that more may come of more.
    cells = {("threads", 2): (1.0, 1.0), ("processes", 2): (2.0, 2.3)}
    assert doubted(cells, {**MOST, "processes": 2.05}) == ("processes", 2)
    assert doubted(cells, {**MOST, "processes": 2.2}) is None


def widths(came: float, width: int = 8, model: str = "threads", **more: Any) -> list[int]:
    fitted = replace(fit(probe(20)), **more)
    return [
        prediction.width
        for prediction in other_widths(
            fitted, 64, [raced("sync", 1, None), raced(model, width, came)]
        )
    ]


def test_more_than_predicted_calls_for_wider_and_less_for_narrower() -> None:
    assert widths(7.5) == []  # 8 were predicted
    assert widths(11.0) == [16, 4, 32]
    assert widths(4.0) == [4, 2, 16]
    assert widths(1.3, width=2) == [4]


def test_more_than_two_cores_can_give_calls_for_more_processes() -> None:
    fitted = fit(probe(0, held=20))
    for came, others in ((2.1, []), (2.4, [4, 8])):
        predicted = other_widths(fitted, 64, [raced("sync", 1, None), raced("processes", 2, came)])
        assert [prediction.width for prediction in predicted] == others


def test_the_fastest_is_raced_at_twice_its_width_where_that_can_be() -> None:
    fitted = fit(probe(20))
    came = [raced("sync", 1, None), raced("threads", 8, 7.5), raced("processes", 4, 3.8)]
    assert [each.place for each in wider(fitted, 64, came)] == [("threads", 8), ("threads", 16)]
    limited = replace(fitted, limits={"threads": 9})
    assert wider(limited, 64, came) == []
    assert wider(fitted, 8, came) == []  # all of a round are under way at once
    assert wider(fitted, 64, [*came[:1], raced("threads", 8, 1.1)]) == []  # nothing is won


def test_no_width_is_raced_that_cannot_be() -> None:
    assert widths(11.0, limits={"threads": 20}) == [16, 4]
    assert widths(30.0, width=16, model="processes") == [8]
    assert widths(90.0, width=32) == [64, 16]  # of 64 calls


def test_a_width_that_was_raced_is_not_raced_again() -> None:
    came = [raced("sync", 1, None), raced("threads", 8, 4.0), raced("threads", 4, 3.9)]
    assert [prediction.width for prediction in other_widths(fit(probe(20)), 64, came)] == [2, 16]


@dataclass
class Record:
    """Stands in for what a race gives: who was in it, and that a hundred calls each were made."""

    entered: list[Contestant]
    interrupted: bool = False
    tasks_run: int = 0

    next_launch: ClassVar = 1

    def extend(self, later: Record, *, renumber: int) -> None:
        assert renumber == self.next_launch
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

    def race(
        self,
        _: object,
        entered: Sequence[Contestant],
        __: int,
        ___: str,
        budget_s: float,
        most: int,
    ) -> Record:
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
    fitted, sentences = fit(probe(20, held=5)), list[str]()
    together = races.Races(
        question=replace(QUESTION, present=Present(model="threads", width=2)),
        fitted=fitted,
        calls=96,
        answers="",
        most_calls=most_calls,
        say=sentences.append,
    )
    predicted: list[Prediction] = predict_models(probe(20, held=5), fitted, 96, awaited=False)
    return together.run(predicted, time.monotonic() + left_s), sentences


def first(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Who is raced first, each as predicted."""
    track = Track({})
    run(monkeypatch, track)
    fitted = fit(probe(20, held=5))
    sync_ns = fitted.wall_ns("sync", 1, 96)
    places = {"present": ("threads", 2)}
    for name in track.entered[0][1:]:
        if name not in places:
            model, _, width = name.partition("-")
            places[name] = model, int(width)
    return {name: sync_ns / fitted.wall_ns(*place, 96) for name, place in places.items()}


def test_where_all_came_as_predicted_the_last_part_asks_whether_more_at_once_are_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track = Track(first(monkeypatch))
    came, sentences = run(monkeypatch, track)
    assert track.entered[0] == ["sync", "processes-12", "threads-6", "present"]
    assert track.entered[1] == ["sync", "processes-12", "processes-16"]  # at most sixteen
    assert track.budgets_s == pytest.approx([24, 16], abs=1)
    assert track.most == [100_000, 99_600]
    assert sentences == [
        "racing sync, processes-12, threads-6, present, 96 calls a round, for about 40 s",
        "the last 16 s go to sync, processes-12, processes-16",
    ]
    assert len(came) == 5


def test_where_the_best_came_far_off_other_widths_have_the_last_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = ["processes-6", "processes-3"]  # and no more processes than sixteen
    track = Track({**first(monkeypatch), "processes-12": 4.0} | dict.fromkeys(others, 2.0))
    came, sentences = run(monkeypatch, track)
    assert track.entered[1] == ["sync", *others]
    assert sentences[1] == (
        "the model was wrong about processes: the last 16 s go to sync, processes-6, processes-3"
    )
    assert [(contestant.model, contestant.width) for contestant in came[-2:]] == [
        ("processes", 6),
        ("processes", 3),
    ]
    assert len(came) == 6


@pytest.mark.parametrize("less", [{"left_s": 9}, {"most_calls": 96 * 45}])
def test_without_time_or_calls_the_first_part_is_all(
    monkeypatch: pytest.MonkeyPatch, less: dict[str, Any]
) -> None:
    track = Track(dict.fromkeys(first(monkeypatch), 20.0))
    came, _ = run(monkeypatch, track, **less)
    assert len(track.entered) == 1
    assert len(came) == 4


def test_a_stop_ends_the_races_and_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    track = Track(dict.fromkeys(first(monkeypatch), 20.0), interrupted=True)
    came, _ = run(monkeypatch, track)
    assert (len(track.entered), len(came)) == (1, 4)
    with pytest.raises(KeyboardInterrupt):
        run(monkeypatch, Track({}, interrupted=True))
