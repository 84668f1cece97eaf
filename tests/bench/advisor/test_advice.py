"""From trials and a race to advice, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bench.advisor.probes import advised, fit, probe, raced
from waitbench.advisor import closing, text
from waitbench.advisor.predict import predictions
from waitbench.advisor.question import Question, present
from waitbench.advisor.race import evened, launches
from waitbench.scenario import BenchError
from waitbench.stats.estimates import Estimate


def test_the_sentence_says_what_waits_what_was_predicted_and_what_came() -> None:
    advice = advised(probe(20, held=5), raced("threads", 24, 4.8), raced("processes", 8, 4.5))
    assert text.sentence(advice).startswith("80 % waiting; predicted processes 5.71x, threads 4.74")
    assert text.sentence(advice).endswith(
        "measured threads 4.80x [4.32, 5.28], processes 4.50x [4.05, 4.95]: "
        "use threads, 24 workers."
    )


def test_a_plainer_model_within_a_tie_is_taken() -> None:
    advice = advised(probe(20, held=5), raced("processes", 8, 5.0), raced("threads", 16, 4.8))
    assert (advice.model, advice.width) == ("threads", 16)


def test_the_faster_one_is_taken_beyond_a_tie() -> None:
    advice = advised(probe(0, held=20), raced("threads", 4, 1.0), raced("processes", 2, 1.9))
    assert (advice.model, advice.times) == ("processes", 1.9)
    assert advice.low == pytest.approx(1.71)


def test_little_to_win_is_no_reason_to_change() -> None:
    advice = advised(probe(0, held=20), raced("threads", 4, 0.97), raced("processes", 2, 1.1))
    assert advice.model == "sync"
    assert text.verdict(advice) == "stay sequential, the most that any model gains is 1.10 times"
    assert text.code(advice) == ""


def test_where_all_are_slower_no_model_makes_it_faster() -> None:
    advice = advised(probe(0, held=20), raced("threads", 4, 0.97), raced("processes", 2, 0.2))
    assert text.verdict(advice) == "stay sequential, no model makes it faster"
    (gain,) = (
        line.text
        for line in closing.lines(advice, facts={}, page="", following="")
        if line.word == "Gain"
    )
    assert gain.startswith("the best, threads with 4 workers, was 0.97 times as fast as sync [")


def test_one_first_call_that_is_as_short_as_that_of_nothing_is_no_reason_to_change() -> None:
    probed = probe(0, held=0.2)
    once = replace(probed, alone=replace(probed.alone, calls=1))
    assert "as a first call of almost nothing does" in advised(once).because
    assert advised(probed).because == ""
    longer = probe(0, held=2)
    assert advised(replace(longer, alone=replace(longer.alone, calls=1))).because == ""


def test_of_what_is_awaited_asyncio_is_the_plainest() -> None:
    question = Question(function="shop:load", coroutine="shop:load")
    races = (raced("sync", 1, None), raced("threads", 16, 15.5), raced("asyncio", 16, 15.4))
    assert advised(probe(20), *races).model == "threads"
    assert advised(probe(20), *races, question=question).model == "asyncio"


def test_a_call_shorter_than_handing_it_over_stays_sequential() -> None:
    advice = advised(probe(0.04, held=0.01), raced("threads", 4, 1.5))
    assert text.verdict(advice).startswith("stay sequential, a call takes 50 µs")


def test_a_gain_that_may_be_none_is_not_sold_as_one() -> None:
    wide = Estimate(
        value=5.25, low=0.26, high=108, confidence=0.95, over="launches", count=3, spreads=()
    )
    advice = advised(probe(20), replace(raced("threads", 24, 5.25), times=wide))
    assert text.verdict(advice) == (
        "probably threads, 24 workers, but it is not sure to gain: give it more --budget"
    )


def test_without_a_race_the_prediction_decides() -> None:
    advice = advised(probe(20))
    assert (advice.model, advice.low) == ("threads", None)
    assert text.sentence(advice).endswith(f"use threads, {advice.width} workers.")


@pytest.mark.parametrize(("seconds", "times"), [(4, 3), (15.9, 3), (20, 5), (28, 7), (300, 7)])
def test_a_longer_race_starts_afresh_more_often(seconds: float, times: int) -> None:
    assert launches(seconds) == times


def test_a_round_is_shared_out_without_a_rest() -> None:
    assert [evened(calls) for calls in (200, 97, 31, 13, 9, 3, 2)] == [192, 96, 24, 12, 8, 2, 2]


def test_what_cannot_run_it_is_neither_predicted_nor_hidden() -> None:
    probed = probe(20, refused={"processes": "its result cannot travel"})
    advice = advised(probed)
    assert "processes" not in {prediction.model for prediction in advice.predicted}
    assert "processes cannot run it: its result cannot travel." in advice.remarks


def test_what_fails_in_a_crowd_is_advised_at_fewer() -> None:
    probed = probe(20, limits={"threads": (16, "refused (3 of 64 calls)")})
    advice = advised(probed)
    assert max(prediction.width for prediction in predictions(fit(probed), "threads", 96)) == 12
    assert advice.remarks == (
        "threads failed at 16 at once: refused (3 of 64 calls); fewer are advised.",
    )


def test_results_that_differ_beside_others_are_not_thread_safe() -> None:
    wrong = "call 3 gave 7, which is not what it gives alone"
    advice = advised(probe(20, refused={"threads": wrong}, different=wrong))
    assert advice.remarks == (f"Not thread-safe as seen: {wrong}.",)
    assert advice.model != "threads"


def test_what_failed_in_the_race_is_told() -> None:
    advice = advised(probe(20), raced("threads", 16, None, "boom"), raced("processes", 8, 7.0))
    assert advice.model == "processes"
    assert "threads-16 failed in the race: boom." in advice.remarks


def test_where_nobody_saw_the_lock_both_answers_are_given() -> None:
    # 10 ms of computing: with the lock threads gain nothing, without it as many as two cores.
    blind = probe(0, held=10)
    probed = replace(blind, alone=replace(blind.alone, lock_told=False))
    (remark,) = advised(probed).remarks
    assert "If it computes without it: threads 2.00x at 2." in remark
    advice = advised(probed)
    assert advice.model == "processes"
    assert "threads 1.00x if it holds the lock" in text.sentence(advice)
    parts = dict(text.paragraphs(advice))
    assert "without it: not known" in parts["made of"]
    assert "if it holds the interpreter's lock, the lock admits" in parts["bound"]
    told = advised(probed, raced("threads", 2, 1.9))
    assert told.remarks == ()
    assert "if it holds" not in text.sentence(told)
    assert advised(blind).remarks == ()


def test_how_it_is_run_today_is_read() -> None:
    assert (present("threads:8").model, present("threads:8").width) == ("threads", 8)
    for wrong in ("fibres:8", "threads:x", "threads:0"):
        with pytest.raises(BenchError, match="give sync, threads:8"):
            present(wrong)
