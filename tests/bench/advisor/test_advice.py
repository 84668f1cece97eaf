"""From trials and a race to advice, worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

import pytest

from bench.advisor import reasons, text
from bench.advisor.advice import Advice, advise
from bench.advisor.api import AdviceReport
from bench.advisor.as_json import as_json
from bench.advisor.bare import Overhead
from bench.advisor.crowding import CoreContention
from bench.advisor.fitted import fit_model
from bench.advisor.measured import spot
from bench.advisor.miss import suspect
from bench.advisor.page import page
from bench.advisor.picture import picture
from bench.advisor.predict import predictions
from bench.advisor.probe import Probe
from bench.advisor.question import Question, present
from bench.advisor.sketch import code_example
from bench.advisor.together import Trial
from bench.advisor.verify import Raced, evened, launches
from bench.demand import Demand
from bench.profiling.share import Share
from bench.scenario import BenchError
from bench.stats import Estimate
from bench.workloads._answers import Answers
from tests.bench.synthetic import summary
from tests.bench.test_map import cell

if TYPE_CHECKING:
    from pathlib import Path

    from bench.advisor.setting import FittedModel

MS = 1_000_000
QUESTION = Question(function="shop:fetch")


def probe(wait: float, held: float = 0, free: float = 0, **more: Any) -> Probe:
    demand = Demand(waits_ns=wait * MS, held_ns=held * MS, free_ns=free * MS)
    share = Share(
        demand=demand,
        first_ns=round(demand.alone_ns),
        spreads=(1.0,),
        calls=50,
        others_share=0.0,
        answers=more.pop("answers", Answers()),
    )
    return Probe(share=share, **more)


def raced(model: str, width: int, times: float | None, failure: str | None = None) -> Raced:
    ratio = times and Estimate(
        value=times,
        low=0.9 * times,
        high=1.1 * times,
        confidence=0.95,
        over="launches",
        count=3,
        spreads=(),
    )
    return Raced(
        name=f"{model}-{width}",
        model=model,
        width=width,
        wall_ns=None if failure else 1e8,
        times=ratio or None,
        startup_ns=2 * MS,
        memory_bytes=40_000_000,
        failure=failure,
        calls=100,
    )


def fit(probed: Probe) -> FittedModel:
    return fit_model(probed, 2)


def advised(probed: Probe, *came: Raced) -> Advice:
    return advise(QUESTION, probed, fit(probed), 64, came)


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


def test_a_call_shorter_than_handing_it_over_stays_sequential() -> None:
    advice = advised(probe(0.04, held=0.01), raced("threads", 4, 1.5))
    assert text.verdict(advice).startswith("stay sequential, a call takes 50 µs")


def test_a_gain_that_may_be_none_is_not_sold_as_one() -> None:
    wide = Estimate(
        value=5.25, low=0.26, high=108, confidence=0.95, over="launches", count=3, spreads=()
    )
    advice = advised(probe(20), replace(raced("threads", 24, 5.25), times=wide))
    assert text.verdict(advice) == (
        "probably threads, 24 workers, but it is not sure to gain: give --minutes more"
    )


def test_without_a_race_the_prediction_decides() -> None:
    advice = advised(probe(20))
    assert (advice.model, advice.low) == ("threads", None)
    assert text.sentence(advice).endswith(f"use threads, {advice.width} workers.")


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
    assert "disturbed 50%" in suspect(fitted, replace(came, disturbed=0.5), 16.0, 64)
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


@pytest.mark.parametrize(
    ("probed", "model", "most"),
    [
        (probe(20, held=5), "threads", 5),  # the lock
        (probe(20, held=5), "processes", 10),  # two cores
        (probe(20, free=5), "threads", 10),
        (probe(20, free=5), "asyncio", 5),  # a loop computes in one thread
        (probe(20), "threads", inf),
    ],
)
def test_c_star_is_a_call_alone_over_its_busiest_station(
    probed: Probe, model: str, most: float
) -> None:
    assert fit(probed).saturates_at(model) == pytest.approx(most)


def test_no_width_goes_far_beyond_c_star_or_leaves_workers_idle() -> None:
    widths = [prediction.width for prediction in predictions(fit(probe(20, held=5)), "threads", 96)]
    assert widths == [2, 3, 4, 6]
    assert 64 not in {prediction.width for prediction in predictions(fit(probe(20)), "threads", 96)}


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


def test_the_bound_is_one_plain_sentence() -> None:
    assert reasons.bound(advised(probe(20, held=5))) == (
        "Waits overlap, but the lock admits one call at a time: threads reach 5.00x at most, and "
        "2 cores compute at once: processes reach 10.0x at most."
    )


def test_where_nobody_saw_the_lock_both_answers_are_given() -> None:
    # 10 ms of computing: with the lock threads gain nothing, without it as many as two cores.
    blind = probe(0, held=10)
    probed = replace(blind, share=replace(blind.share, lock_told=False))
    (remark,) = advised(probed).remarks
    assert "If it computes without it: threads 2.00x at 2." in remark
    assert advised(probed).model == "processes"
    assert advised(probed, raced("threads", 2, 1.9)).remarks == ()
    assert advised(blind).remarks == ()


def test_half_the_wait_changes_the_answer() -> None:
    words = reasons.changes(advised(probe(20, held=5)))
    assert words.startswith("with half the wait: ")
    assert "with 4 cores: " in words


def test_json_and_markdown_carry_the_same_sentence() -> None:
    advice = advised(probe(20), raced("sync", 1, None), raced("threads", 16, 15.5))
    document = json.loads(as_json(advice))
    assert document["sentence"] == text.sentence(advice)
    assert document["advice"]["model"] == "threads"
    assert document["measured"][1]["interval"] == [pytest.approx(13.95), pytest.approx(17.05)]
    assert text.sentence(advice) in text.markdown(advice)
    assert text.markdown(advice).rstrip().endswith("```")
    assert str(AdviceReport(advice=advice)).startswith(text.sentence(advice))


@pytest.mark.parametrize("model", ["threads", "processes", "asyncio"])
@pytest.mark.parametrize("items", ["", "[1, 2]"])
def test_an_example_is_python(model: str, items: str) -> None:
    question = Question(function="src/shop.py:fetch", items=items, args='{"url": "x"}')
    written = code_example(question, model, 8)
    compile(written, "sketch", "exec")
    assert "from shop import fetch" in written
    assert items or "items" not in written or model == "asyncio"
    assert len(written.strip().splitlines()) <= 13


def test_how_it_is_run_today_is_read() -> None:
    assert (present("threads:8").model, present("threads:8").width) == ("threads", 8)
    for wrong in ("fibres:8", "threads:x", "threads:0"):
        with pytest.raises(BenchError, match="give sync, threads:8"):
            present(wrong)


def pair(calls: int, wall_ms: float, width: int = 2) -> Trial:
    return Trial(width=width, calls=calls, wall_ns=wall_ms * MS, cpu_ns=0)


OVERHEADS = {
    "threads": Overhead(call_ns=0, round_ns=0),
    "processes": Overhead(call_ns=0, round_ns=0),
}


def test_two_copies_that_hinder_each_other_in_processes_make_cores_contend() -> None:
    # Ten calls of 20 ms on two cores are 100 ms; they took 150.
    probed = probe(0, free=20, overheads=OVERHEADS, trials={"processes": (pair(10, 150),)})
    assert fit(probed).contention == pytest.approx(1.5, abs=0.01)


def test_a_pair_in_threads_tells_how_much_holds_the_lock() -> None:
    # Knocks saw no lock at all; but two threads take as long as one, so all of it holds it.
    probed = probe(0, free=20, overheads=OVERHEADS, trials={"threads": (pair(10, 200),)})
    assert fit(probed).demand.held_ns == pytest.approx(20 * MS, rel=0.05)


BESIDE = replace(pair(10, 200), disturbed=True, undelayed_ns=200 * MS)


def test_computing_beside_other_programs_is_predicted_without_trials() -> None:
    # Two of ours get no more of the cores than one does: that is no lock, and no crowd.
    trials: dict[str, tuple[Trial, ...]] = {"threads": (BESIDE,), "processes": (BESIDE,)}
    probed = probe(0, free=20, overheads=OVERHEADS, trials=trials)
    assert fit(probed).demand.free_ns == 20 * MS
    assert fit(probed).contention == 1
    assert fit(probed).wall_ns("threads", 2, 10) == pytest.approx(100 * MS, rel=0.01)
    assert "this machine was never seen calm" in advised(probed).remarks[0]


def test_beside_other_programs_a_calm_moment_tells_how_cores_contend() -> None:
    trials: dict[str, tuple[Trial, ...]] = {"threads": (BESIDE,), "processes": (BESIDE,)}
    calm = CoreContention(cores=1.25, lock=1.1, day="2026-11-26")
    probed = probe(0, held=20, overheads=OVERHEADS, trials=trials, contention=calm)
    # Ten calls of 20 ms: on two cores, each 1.25 times slower, 125 ms; in turn with the lock 220.
    assert fit(probed).wall_ns("processes", 2, 10) == pytest.approx(125 * MS, rel=0.01)
    assert fit(probed).wall_ns("threads", 2, 10) == pytest.approx(220 * MS, rel=0.01)
    assert "calm, last on 2026-11-26." in advised(probed).remarks[0]


def test_trials_that_were_mostly_calm_tell_more_than_what_is_kept() -> None:
    trials = {"processes": (pair(10, 150),), "threads": (pair(10, 100), BESIDE)}
    calm = CoreContention(cores=1.25, lock=1.1, day="2026-11-26")
    probed = probe(0, free=20, overheads=OVERHEADS, trials=trials, contention=calm)
    assert fit(probed).contention == pytest.approx(1.5, abs=0.01)
    assert not any("calm" in remark for remark in advised(probed).remarks)


def test_what_waits_shows_beside_other_programs_whom_it_waits_for() -> None:
    # One at a time, although no worker stood ready without a core.
    trials: dict[str, tuple[Trial, ...]] = {"threads": (BESIDE,), "processes": (BESIDE,)}
    waits = fit(probe(20, overheads=OVERHEADS, trials=trials))
    assert waits.wall_ns("threads", 2, 10) == pytest.approx(200 * MS, rel=0.05)


def test_what_workers_stood_ready_without_a_core_is_no_wait_for_somebody() -> None:
    # The same walls, but half of the time, and more, they had no core: no less than predicted.
    late = replace(BESIDE, undelayed_ns=80 * MS)
    trials: dict[str, tuple[Trial, ...]] = {"threads": (late,), "processes": (late,)}
    waits = fit(probe(20, overheads=OVERHEADS, trials=trials))
    assert waits.wall_ns("threads", 2, 10) == pytest.approx(100 * MS, rel=0.01)
    assert waits.corrections["processes"][-1] == pytest.approx((2, 1))


def test_what_took_less_beside_other_programs_than_predicted_is_believed() -> None:
    # By the lock, 16 calls that hold it for 4 ms take 64 ms and more; at eight at once they took
    # 50, as calls need less CPU the more are under way.
    quick = replace(pair(16, 50, 8), disturbed=True, undelayed_ns=45 * MS)
    fitted = fit(probe(20, held=4, overheads=OVERHEADS, trials={"threads": (quick,)}))
    assert fitted.wall_ns("threads", 8, 16) == pytest.approx(50 * MS, rel=0.01)


def test_a_library_s_lock_hinders_threads_but_not_processes() -> None:
    probed = probe(
        10, overheads=OVERHEADS, trials={"threads": (pair(10, 100),), "processes": (pair(10, 50),)}
    )
    fitted = fit(probed)
    assert fitted.capacity_inside == pytest.approx(1, rel=0.05)
    assert fitted.wall_ns("threads", 8, 16) > 2 * fitted.wall_ns("processes", 8, 16)


def test_one_at_a_time_in_processes_too_is_no_lock_inside() -> None:
    pairs = {"threads": (pair(10, 100),), "processes": (pair(10, 98),)}
    fitted = fit(probe(10, overheads=OVERHEADS, trials=pairs))
    assert fitted.capacity == pytest.approx(1, rel=0.05)
    assert fitted.capacity_inside == inf
    assert fitted.saturates_at("processes") == pytest.approx(1, rel=0.05)


def test_helpers_that_hinder_each_other_alone_do_so_in_the_time_alone() -> None:
    # Two helpers fill both cores for 10 ms; two processes at once take three times as long.
    demand = Demand(waits_ns=0, held_ns=0, free_ns=0, helped_ns=20 * MS, helped_span_ns=10 * MS)
    probed = probe(
        0, overheads=OVERHEADS, trials={"threads": (pair(10, 100),), "processes": (pair(10, 300),)}
    )
    probed = replace(probed, share=replace(probed.share, demand=demand))
    gains = [fit(probed).wall_ns("sync", 1, 10) / fit(probed).wall_ns(m, 2, 10) for m in OVERHEADS]
    assert gains == pytest.approx([1, 1 / 3], rel=0.02)


def test_a_crowd_that_waits_longer_shares_what_serves_few() -> None:
    # Of eight at once four are served: 16 calls of 10 ms take 40 ms, not 20.
    probed = probe(
        10, overheads=OVERHEADS, trials={"threads": (pair(10, 50), pair(16, 40, width=8))}
    )
    assert fit(probed).wall_ns("threads", 16, 64) == pytest.approx(160 * MS, rel=0.02)


def test_what_no_station_explains_bends_the_widths_between_and_beyond() -> None:
    # Two at once are as predicted, eight take twice as long: four lie half-way, on a scale of logs.
    trials = {"processes": (pair(8, 40), pair(16, 40, width=8))}
    fitted = fit(probe(10, overheads=OVERHEADS, trials=trials))
    plain = replace(fitted, corrections={})
    for width, factor in ((1, 1), (2, 1), (4, 2**0.5), (8, 2), (16, 2)):
        correction = fitted.wall_ns("processes", width, 32) / plain.wall_ns("processes", width, 32)
        assert correction == pytest.approx(factor, rel=0.01)
    assert fitted.wall_ns("threads", 8, 32) == plain.wall_ns("threads", 8, 32)


def test_more_at_once_do_not_compute_faster_whatever_a_trial_says() -> None:
    # Two cores would take 100 and 160 ms; 125 and 160 came: both count, at every width.
    trials = {"processes": (pair(10, 125), pair(16, 160, width=8))}
    fitted = fit(probe(0, free=20, overheads=OVERHEADS, trials=trials))
    took = [fitted.wall_ns("processes", width, 32) for width in (2, 4, 8)]
    assert took == pytest.approx([took[0]] * 3, rel=0.01)
    # What waits may well: the widest trial is the one that is met.
    trials = {"processes": (pair(10, 125), pair(16, 40, width=8))}
    waits = fit(probe(20, overheads=OVERHEADS, trials=trials))
    assert waits.wall_ns("processes", 8, 16) == pytest.approx(40 * MS, rel=0.01)


def test_what_hardly_waits_is_not_said_to_wait_for_somebody() -> None:
    for wait, said_so in ((20, True), (0.02, False)):
        probed = probe(wait, held=1)
        advice = replace(advised(probed), fitted=replace(fit(probed), capacity=0.2))
        assert ("what it waits for serves" in reasons.bound(advice)) is said_so


def test_no_trial_makes_more_cores_than_there_are() -> None:
    # Beside three hogs, alone has half of a core and eight processes nearly one and a half.
    trials = {"processes": (pair(10, 125), pair(16, 111, width=8))}
    fitted = fit(probe(0, held=20, overheads=OVERHEADS, trials=trials))
    assert fitted.wall_ns("processes", 8, 32) == pytest.approx(320 * MS, rel=0.01)


def test_a_crowd_that_gets_through_faster_than_the_lock_would_let_it_holds_it_for_less() -> None:
    # 2 of 12 ms were taken to hold it, so 6 times at most; sixteen at once gained 10 times.
    trials = {"threads": (pair(10, 60), pair(32, 38.4, width=16))}
    fitted = fit(probe(10, held=2, overheads=OVERHEADS, trials=trials))
    assert fitted.demand.held_ns < 1.2 * MS
    assert fitted.saturates_at("threads") > 10
    assert max(prediction.width for prediction in predictions(fitted, "threads", 96)) > 8


def test_a_third_width_tells_a_ceiling_from_threads_that_jostle() -> None:
    # 10 ms of waiting: eight at once are served four at a time in both; are sixteen, too?
    pairs = (pair(10, 50), pair(16, 40, width=8))
    ceiling = fit(
        probe(10, overheads=OVERHEADS, trials={"threads": (*pairs, pair(32, 80, width=16))})
    )
    assert ceiling.capacity == pytest.approx(4, rel=0.05)
    assert ceiling.saturates_at("threads") == pytest.approx(4, rel=0.05)
    slope = fit(
        probe(10, overheads=OVERHEADS, trials={"threads": (*pairs, pair(32, 160, width=16))})
    )
    assert slope.capacity == inf
    assert slope.per_thread_ns > 0


def test_where_nothing_waits_the_reasons_do_not_speak_of_waits() -> None:
    advice = advised(probe(0, held=20))
    assert reasons.bound(advice) == (
        "Hardly anything waits; the lock admits one call at a time: threads reach 1.00x at most, "
        "and 2 cores compute at once: processes reach 2.00x at most."
    )
    assert reasons.changes(advice) == "with 4 cores: processes 4.00x at 4 (predicted)."
    assert "lock" not in reasons.bound(advised(probe(0, held=1, free=9)))
    free = advised(probe(0, free=20))
    assert reasons.made_of(free.fitted.demand) == (
        "one call takes 20 ms: 20 ms computing without the lock."
    )
    assert reasons.bound(free) == (
        "Hardly anything waits; 2 cores compute at once: threads and processes reach 2.00x at most."
    )


def test_what_asyncio_takes_for_granted_is_said() -> None:
    assert "taken for granted" in dict(text.paragraphs(advised(probe(20))))


def test_the_map_names_winners_and_rings_the_function() -> None:
    shown = picture(advised(probe(20, held=5)))
    assert shown.caption == "fetch waits 20 ms and computes 5 ms: the ring is where it lies."
    cells, ring = shown.spec["layer"][0]["data"]["values"], shown.spec["layer"][-1]
    assert ring["data"]["values"] == [{"wait": 20.0, "computing": 5.0}]
    assert len(cells) == 36
    winners = {
        cell["winner"].partition(" ")[0]
        for cell in cells
        if cell["wait"] < 20 <= cell["wait_end"] and cell["computing"] < 5 <= cell["computing_end"]
    }
    computes = max(cells, key=lambda cell: cell["computing"] / cell["wait"])
    assert winners == {"processes"}
    assert computes["winner"] == "processes 2.00x"  # two cores
    waits = max(cells, key=lambda cell: cell["wait"] / cell["computing"])
    assert waits["winner"].startswith("threads 4")  # 48 calls, the plainest of those that wait


def test_a_function_that_never_waits_lies_at_the_rim() -> None:
    assert picture(advised(probe(0, held=5))).caption.endswith("At the rim it lies beyond.")


def test_a_measured_map_stands_beside_the_predicted_one_in_every_form(tmp_path: Path) -> None:
    advice = advised(probe(10, held=1), raced("threads", 16, 8.0))
    run = summary(tmp_path, *cell({"sync": 176, "asyncio": 44}))
    spotted = spot(advice.probe.share.demand, "shop:fetch", run)
    written = page(advice, spotted)
    assert written.count("<svg") == 2
    assert spotted.picture.title in written
    assert f"- **on the map of {spotted.run}**: {spotted.words}" in text.markdown(advice, spotted)
    assert f"on the map of {spotted.run}: {spotted.words}" in text.plain(advice, spotted)
    (nearest,) = json.loads(as_json(advice, spotted))["nearest_measured"]
    assert nearest == {"scenario": "mixed-10ms-10_000-n16-c4", "level": ["asyncio"]}
    assert json.loads(as_json(advice))["nearest_measured"] is None


def test_the_page_holds_the_sentence_the_map_and_the_example_and_escapes_all() -> None:
    advice = advised(probe(20, refused={"processes": "<b>no</b>"}), raced("threads", 16, 15.5))
    written = page(advice)
    assert text.sentence(advice) in written
    assert "<h1>Use threads, 16 workers</h1>" in written
    assert "<svg" in written
    assert "from shop import fetch" in written
    assert "&lt;b&gt;no&lt;/b&gt;" in written
    assert "<b>no" not in written
