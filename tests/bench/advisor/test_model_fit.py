"""The queueing model fitted to trials, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

import pytest

from tests.bench.advisor.probes import MS, OVERHEADS, advised, fit, pair, probe
from waitbench.advisor.core_contention import CoreContention
from waitbench.advisor.model_overhead import Overhead
from waitbench.advisor.predict import predict, predictions
from waitbench.perfmodel.demand import Demand

if TYPE_CHECKING:
    from waitbench.advisor.concurrent_trials import Trial
    from waitbench.advisor.probe import Probe

BESIDE = replace(pair(10, 200), disturbed=True, undelayed_ns=200 * MS)


def test_two_copies_that_hinder_each_other_in_processes_make_cores_contend() -> None:
    # Ten calls of 20 ms on two cores are 100 ms; they took 150.
    probed = probe(0, free=20, overheads=OVERHEADS, trials={"processes": (pair(10, 150),)})
    assert fit(probed).contention == pytest.approx(1.5, abs=0.01)


def test_a_pair_in_threads_tells_how_much_holds_the_lock() -> None:
    # The lock was never seen held; but two threads take as long as one, so all of it holds it.
    probed = probe(0, free=20, overheads=OVERHEADS, trials={"threads": (pair(10, 200),)})
    assert fit(probed).demand.held_ns == pytest.approx(20 * MS, rel=0.05)


def test_one_tiny_call_is_predicted_with_what_handing_it_over_takes() -> None:
    # 100 calls of 10 µs are 1 ms; two processes take 100 + 10 µs for each of 50, and 1 ms a round.
    handed = {"processes": Overhead(call_ns=0.1 * MS, round_ns=MS)}
    tiny = fit(probe(0, held=0.01, overheads=handed))
    assert tiny.wall_ns("processes", 2, 100) == pytest.approx(6.5 * MS, rel=0.05)
    assert predict(tiny, "processes", 2, 100).times == pytest.approx(1 / 6.5, rel=0.05)


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
    probed = replace(probed, alone=replace(probed.alone, demand=demand))
    gains = [fit(probed).wall_ns("sync", 1, 10) / fit(probed).wall_ns(m, 2, 10) for m in OVERHEADS]
    assert gains == pytest.approx([1, 1 / 3], rel=0.02)


def test_a_crowd_that_waits_longer_shares_what_serves_few() -> None:
    # Of eight at once four are served: 16 calls of 10 ms take 40 ms, not 20.
    probed = probe(
        10, overheads=OVERHEADS, trials={"threads": (pair(10, 50), pair(16, 40, width=8))}
    )
    assert fit(probed).wall_ns("threads", 16, 64) == pytest.approx(160 * MS, rel=0.02)


def test_what_no_station_explains_corrects_the_widths_between_and_beyond() -> None:
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


def test_a_third_width_tells_a_ceiling_from_an_overhead_per_thread() -> None:
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
