"""The figures of the proof, worked out by hand, and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.proof.advisor.accuracy import accuracy, judged, pick
from tests.proof.advisor.corpus import CORPORA, cases
from tests.proof.advisor.page import page

if TYPE_CHECKING:
    from tests.proof.advisor.trial import CaseRecord


def record(
    waiting: float = 0.9, corpus: str = "held_out", idle: float | None = None, **cells: Any
) -> CaseRecord:
    made = {
        "corpus": corpus,
        "name": "fetch",
        "waiting": waiting,
        "idle": idle,
        "beside": 0,
        "cells": [
            {"name": name.replace("_", "-"), "predicted": predicted, "measured": measured}
            for name, (predicted, measured) in cells.items()
        ],
    }
    return cast("CaseRecord", made)


def test_a_pick_is_the_plainest_within_a_tie_or_sync_where_little_is_won() -> None:
    assert pick({"threads-4": 3.9, "threads-16": 4.0}) == "threads-4"
    assert pick({"threads-4": 1.0, "processes-4": 1.9}) == "processes-4"
    assert pick({"threads-4": 1.0, "processes-4": 1.19}) == "sync"


def test_regret_is_how_much_faster_the_best_was() -> None:
    function = judged(record(threads_16=(8.0, 6.0), processes_4=(3.8, 7.5)))
    assert (function.pick, function.best) == ("threads-16", "processes-4")
    assert function.regret == pytest.approx(0.25)
    assert function.offs == [pytest.approx(1 / 3), pytest.approx(0.4933, abs=1e-3)]


def test_the_rule_of_thumb_is_judged_by_the_same_measure() -> None:
    computing = judged(record(0.1, threads_16=(1.9, 1.8), processes_4=(1.9, 1.2)))
    assert computing.rule_regret == pytest.approx(0.5)
    assert computing.regret == 0


def test_the_race_between_the_best_predictions_of_each_model_decides_what_is_advised() -> None:
    # Eight processes are predicted to reach less than half of the best, 4.5, and are not raced.
    threads: dict[str, Any] = {"threads_4": (3.0, 2.0), "threads_16": (4.5, 2.9)}
    function = judged(record(**threads, processes_4=(3.9, 3.2), processes_8=(1.9, 3.84)))
    assert (function.pick, function.advised, function.best) == (
        "threads-16",
        "processes-4",
        "processes-8",
    )
    assert function.regret == pytest.approx(0.94 / 2.9)
    assert function.advised_regret == pytest.approx(0.2)
    little = judged(record(threads_4=(2.0, 1.05), processes_4=(1.0, 1.0)))
    assert (little.pick, little.advised) == ("threads-4", "sync")
    figures = accuracy([function, little])
    assert figures
    assert figures.advised_good == 1
    assert figures.advised_worst_regret == pytest.approx(0.2)
    assert figures.advised_mean_regret == pytest.approx(0.125)


def test_the_race_takes_another_width_than_the_predicted_one_where_that_is_faster() -> None:
    # Predicted no faster at 8, they were.
    cells: dict[str, Any] = {"threads_4": (1.2, 1.2), "processes_4": (2.0, 3.0)}
    function = judged(record(0.1, **cells, processes_8=(2.0, 4.0)))
    assert (function.pick, function.advised, function.best) == (
        "processes-4",
        "processes-8",
        "processes-8",
    )
    assert function.regret == pytest.approx(1 / 3)
    assert function.advised_regret == 0


def test_a_cell_that_failed_is_no_figure() -> None:
    assert list(judged(record(threads_4=(2, 2), processes_4=(2, None))).cells) == ["threads-4"]


def test_a_corpus_is_summed_up() -> None:
    both = [
        judged(record(threads_16=(10, 10), processes_4=(4, 2))),
        judged(record(threads_16=(11, 10), processes_4=(4, 4))),
    ]
    figures = accuracy(both)
    assert figures is not None
    assert (figures.functions, figures.cells, figures.near, figures.good) == (2, 4, 3, 2)
    assert figures.median_off == pytest.approx(0.05)
    assert accuracy([]) is None


def test_the_page_states_both_corpora_beside_the_rule() -> None:
    cases = [
        record(threads_16=(10, 10), processes_4=(4, 4)),
        record(corpus="tuning", threads_16=(10, 10)),
    ]
    written = page([({}, case) for case in cases])
    assert "On 1 functions that it was never tuned on" in written
    picks = "| picks, before the race: within 10 % of the best | ≥ 15 of 16 |"
    assert f"{picks} 1 of 1 | 1 of 1 | 1 of 1 |" in written
    assert "## Tuning corpus, in-sample" in written
    assert "Nothing of the test corpus" in page([])


def test_both_corpora_have_sixteen_functions_and_share_none() -> None:
    named = {corpus: {case.name for case in cases(corpus)} for corpus in CORPORA}
    assert all(len(names) >= 16 for names in named.values())
    assert named["tuning"].isdisjoint(named["held_out"])
    assert all(case.what for corpus in CORPORA for case in cases(corpus))


def test_wait_shares_are_held_against_the_race_where_it_tells_them() -> None:
    functions = [
        judged(record(waiting=0.9, idle=idle, threads_4=(4.0, 4.0))) for idle in (0.93, 0.80)
    ]
    figures = accuracy([*functions, judged(record())])
    assert figures
    assert (figures.shares_near, figures.shares) == (1, 2)
