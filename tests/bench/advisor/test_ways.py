"""The plain way and how both are judged: heats, picks and regrets worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.bench.advisor.probes import QUESTION
from tests.proof.advisor import halving, ways
from tests.proof.advisor.halving import better, grid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.proof.advisor.ways import WaysRecord
    from waitbench.scenario import Contestant


def test_the_grid_has_what_can_run_it_at_most_as_wide_as_a_round() -> None:
    assert list(grid(24, awaited=False)) == [
        *("threads-4", "threads-16", "threads-24"),
        *("processes-2", "processes-4", "processes-8", "processes-16"),
    ]
    assert len(grid(240, awaited=True)) == 10


def test_the_fastest_go_on_in_the_order_of_the_grid_and_who_failed_does_not() -> None:
    live = grid(8, awaited=False)
    assert list(live) == ["threads-4", "threads-8", "processes-2", "processes-4", "processes-8"]
    times = {"threads-4": 1.5, "threads-8": 1.4, "processes-4": 1.8, "processes-8": 0.9}
    assert list(better(live, times, 2)) == ["threads-4", "processes-4"]
    assert "processes-2" not in better(live, times, 4)


class Race:
    """Stands in for a race: how many times faster than sync each is, and who was entered."""

    tasks_run = next_launch = 0
    interrupted = False
    entered: list[list[str]]

    def __init__(self, times: dict[str, float]) -> None:
        self.times, self.entered, self.launches = times, [], list[int]()

    def race(self, _: object, entered: Sequence[Contestant], *__: object, again: int) -> Race:
        self.entered.append([contestant.name for contestant in entered])
        self.launches.append(again)
        return self

    def extend(self, later: Race, *, renumber: int) -> None: ...


def test_the_plain_way_halves_until_two_are_left_and_takes_the_plainest_of_equals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    track = Race({"threads-16": 2.0, "processes-8": 2.05, "threads-4": 1.6, "processes-4": 1.9})
    monkeypatch.setattr(halving, "_calls", lambda *_: 240)
    monkeypatch.setattr(halving, "race", track.race)
    monkeypatch.setattr(halving, "RaceRecord", lambda: track)
    monkeypatch.setattr(halving, "_times", lambda record: record.times)
    halved = halving.halve(QUESTION, 30, "")
    assert halved.pick == "threads-16"
    assert [len(names) for names in track.entered] == [8, 5, 3]
    assert track.entered[-1] == ["sync", "threads-16", "processes-8"]
    assert track.launches == [1, 1, 3]
    assert len(halved.heats) == 3


def test_the_best_is_found_in_one_half_of_the_launches_and_held_against_the_pick_in_the_other() -> (
    None
):
    walls = {"threads-16": (1.0, 1.0), "threads-4": (1.3, 1.1), "processes-2": (0.95, 1.02)}
    # In even launches processes were the fastest, in odd ones threads-16.
    assert ways.regret(walls, "threads-4") == pytest.approx(
        ((1.1 / 1.02 - 1) + (1.3 / 1.0 - 1)) / 2
    )
    # Processes, the best of the even launches, were slower in the odd ones.
    assert ways.regret(walls, "threads-16") == pytest.approx(((1 / 1.02 - 1) + 0) / 2)
    assert ways.regret({"sync": (1.0, 1.0)}, "sync") == 0


def record(name: str, advisor: str, halving: str, **walls: tuple[float, float]) -> WaysRecord:
    made: dict[str, Any] = {
        "recipe": ways.RECIPE,
        "name": name,
        "seconds": 30.0,
        "ways": {
            "advisor": {"pick": advisor, "took_s": 30.4},
            "halving": {"pick": halving, "took_s": 31.0},
        },
        "heats": [],
        "walls": walls,
    }
    return cast("WaysRecord", made)


def test_a_way_is_summed_up_and_stands_beside_the_other() -> None:
    both = [
        record("fetch", "threads", "processes", threads=(1.0, 1.0), processes=(1.2, 1.2)),
        record("parse", "processes", "processes", processes=(1.0, 1.0)),
    ]
    plain = ways.score(both, ways.HALVING)
    assert (plain.functions, plain.good) == (2, 1)
    assert plain.mean_regret == pytest.approx(0.1)
    assert plain.worst_regret == pytest.approx(0.2)
    assert ways.score(both, ways.ADVISOR).good == 2
    written = ways.section(both, [])
    assert "| advisor, 30 s | 2 of 2 | 0.0 % | 0 % | 30 (30) |" in written
    assert "| plain way, 30 s | 1 of 2 | 10.0 % | 20 % | 31 (31) |" in written


def test_it_is_told_where_the_grid_had_nothing_as_wide_as_the_advisors_pick() -> None:
    wide = record("fetch", "threads-24", "threads-16", sync=(1.0, 1.0))
    wide["walls"] = {"threads-24": (1.0, 1.0), "threads-16": (1.8, 1.8)}
    sentence = "The grid had nothing so wide as the advisor's pick in fetch."
    for widest, told in ((16, True), (24, False)):
        wide["heats"] = [{"threads-4": 3.9, f"threads-{widest}": 11.0, "processes-32": 9.0}]
        assert (sentence in ways.section([wide], [])) is told


def test_the_last_record_of_a_function_counts(tmp_path: Path) -> None:
    file = tmp_path / ways.NAME
    older = record("fetch", "sync", "sync", sync=(1.0, 1.0))
    newer = record("fetch", "threads", "sync", sync=(1.0, 1.0))
    lines = [{"machine": {"cpu": "this"}}, older, newer, {"recipe": 0, "name": "fetch"}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ((machine, kept),) = ways.read(file)
    assert (machine, kept["ways"]) == (lines[0], newer["ways"])
