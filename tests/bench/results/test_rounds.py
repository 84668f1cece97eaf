"""Rounds by column, told apart by hand; and the same answers as the frame gives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from waitbench.results.rounds import Rounds, present

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = Rounds(
    {
        "model": ["sync", "asyncio", "sync", "sync"],
        "timed": [True, True, False, True],
        "left_out": [False, False, False, True],
        "cpu_ns": [5, None, 7, math.nan],
        "wall_ns": [50, 60, 70, 80],
    }
)


def test_a_column_is_its_cells_and_what_is_missing_is_no_figure() -> None:
    assert ROUNDS.column("wall_ns") == [50, 60, 70, 80]
    assert ROUNDS.known("wall_ns", "cpu_ns") == [(50, 5), (70, 7)]
    assert [present(cell) for cell in (0, False, "", None, math.nan)] == [True] * 3 + [False] * 2


def test_a_column_that_nobody_measured_is_empty() -> None:
    assert ROUNDS.column("seen_lag") == []
    assert ROUNDS.known("wall_ns", "seen_lag") == []
    assert len(Rounds({})) == 0


def test_chosen_are_those_of_which_all_is_true_or_nothing() -> None:
    assert ROUNDS.where("timed").column("wall_ns") == [50, 60, 80]
    assert ROUNDS.where("timed", "left_out").column("wall_ns") == [80]
    assert ROUNDS.where("timed", "left_out", are=False).column("wall_ns") == [70]
    assert len(ROUNDS.where("timed").where("left_out")) == 1


def test_groups_keep_the_order_of_the_file() -> None:
    groups = ROUNDS.groups("model", "timed")
    assert list(groups) == [("sync", True), ("asyncio", True), ("sync", False)]
    assert groups["sync", True].column("wall_ns") == [50, 80]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 9)))),
)
def test_it_answers_as_the_frame_does(cells: Sequence[tuple[str, int | None]]) -> None:
    frame = pd.DataFrame(cells, columns=["model", "figure"])
    complete = frame.dropna(subset=["figure"])
    ours = Rounds.of(frame)
    assert list(ours.names) == ["model", "figure"]
    assert [figure for (figure,) in ours.known("figure")] == complete["figure"].tolist()
    assert {name: len(rounds) for (name,), rounds in ours.groups("model").items()} == dict(
        frame["model"].value_counts()
    )
