"""Predictions that a race did not bear out, and whom they suspect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bench.advisor.probes import MS, advised, fit, probe, raced
from waitbench.advisor import text
from waitbench.advisor.mispredictions import suspect

if TYPE_CHECKING:
    from waitbench.advisor.probe import Probe


def test_a_prediction_far_off_says_that_the_model_was_wrong_and_whom_it_suspects() -> None:
    advice = advised(probe(20), raced("threads", 16, 4.0), raced("processes", 16, 15.0))
    (misprediction,) = advice.mispredictions
    assert (misprediction.model, misprediction.measured) == ("threads", 4.0)
    assert misprediction.predicted == pytest.approx(16)
    heading, words = next(
        paragraph for paragraph in text.paragraphs(advice) if "wrong" in paragraph[0]
    )
    assert heading == "the model was wrong"
    assert "saturation" in words


@pytest.mark.parametrize(
    ("probed", "model", "times", "word"),
    [
        (probe(20), "threads", 0.5, "saturation"),
        (probe(20), "asyncio", 0.5, "client library"),
        (probe(0, held=5), "threads", 0.5, "lock"),
        (probe(0, held=5), "processes", 0.5, "memory bandwidth"),
        (probe(0, held=5), "threads", 1.5, "than alone"),
    ],
)
def test_the_suspect_is_named_by_what_the_call_is_made_of(
    probed: Probe, model: str, times: float, word: str
) -> None:
    assert word in suspect(fit(probed), raced(model, 8, times), 1.0, 64)


def test_before_the_callable_the_race_itself_is_suspected() -> None:
    fitted, came = fit(probe(20)), raced("threads", 16, 4.0)
    assert "disturbed 50 %" in suspect(fitted, replace(came, disturbed=0.5), 16.0, 64)
    assert "a short race" in suspect(fitted, came, 4.3, 64)
    assert suspect(fitted, came, 16.0, 20).startswith("a short round: 20 calls leave 16")
    assert "calls took 1.6 times as long in the race" in suspect(fitted, came, 16.0, 64, 1.6)
    assert "saturation" in suspect(fitted, came, 16.0, 64, 0.9)


def test_a_call_that_took_longer_in_the_race_than_before_it_is_suspected_first() -> None:
    # 64 calls of 20 ms are 1.28 s; in the race they took 2.56.
    slow = replace(raced("sync", 1, None), wall_ns=2 * 64 * 20 * MS)
    (misprediction,) = advised(probe(20), slow, raced("threads", 16, 4.0)).mispredictions
    assert "calls took 2.0 times as long in the race as before it" in misprediction.suspect


def test_of_a_model_that_was_wrong_the_first_width_is_told_and_the_best_is_advised() -> None:
    probed, came = (
        probe(20, held=5),
        [("threads", 6, 2.0), ("threads", 3, 2.4), ("threads", 12, 1.5)],
    )
    advice = advised(probed, raced("sync", 1, None), *(raced(*each) for each in came))
    assert [
        (misprediction.model, misprediction.width) for misprediction in advice.mispredictions
    ] == [("threads", 6)]
    assert "measured threads 2.40x [2.16, 2.64]: use threads, 3 workers." in text.sentence(advice)
    # A narrower one that is hardly slower is taken, and it is its figure that is given.
    level = advised(
        probed, *(raced("threads", width, times) for width, times in ((6, 2.0), (3, 1.95)))
    )
    assert "measured threads 1.95x" in text.sentence(level)
    rows = [(model, width) for model, width, *_ in text.table(advice)[1:]]
    assert rows[:4] == [("sync", "1"), ("threads", "3"), ("threads", "6"), ("threads", "12")]
