"""How a figure went, in series made by hand: steps, drifts, noise that is neither, and its ends."""

from collections.abc import Callable
from math import log
from typing import Any

import numpy as np
import pytest

from waitbench.tracking import change_points, history, machine_identity
from waitbench.tracking.change_points import Course
from waitbench.tracking.history import HistoryEntry

Logs = np.ndarray[Any, np.dtype[np.float64]]
SEEDS = range(20)
PER_CENT_2 = log(1.02)


def course(logs: Logs) -> Course:
    return change_points.course(np.exp(logs).tolist())


def noise(seed: int, runs: int, spread: float) -> Logs:
    return np.asarray(np.random.default_rng(seed).normal(size=runs) * spread, dtype=np.float64)


def hopping(seed: int, share: float) -> Logs:
    """Sixty runs of which a share, chosen by chance, is 10 % up."""
    up = np.random.default_rng(seed).random(60) < share
    return np.asarray(0.1 * up, dtype=np.float64) + noise(seed, 60, 0.003)


def hanging_together(seed: int, runs: int, spread: float, share: float) -> Logs:
    """Noise of which each run keeps a share of the one before it, long under way."""
    before = 30
    fresh = noise(seed, before + runs, spread * (1 - share**2) ** 0.5)
    logs = np.zeros(before + runs)
    for run in range(1, before + runs):
        logs[run] = share * logs[run - 1] + fresh[run]
    return logs[before:]


@pytest.mark.parametrize(("runs", "spread"), [(8, 0.001), (12, 0.005), (20, 0.01), (60, 0.02)])
def test_2_per_cent_a_release_is_one_trend_and_no_commit_s_step(runs: int, spread: float) -> None:
    for seed in SEEDS:
        drift = course(PER_CENT_2 * np.arange(runs) + noise(seed, runs, spread))
        assert drift.points == ()
        (trend,) = drift.trends
        assert (trend.first, trend.last) == (0, runs - 1)
        assert trend.a_run == pytest.approx(0.02, abs=0.006)


@pytest.mark.parametrize("spread", [0.002, 0.005])
def test_five_runs_of_each_release_are_no_flight_of_steps(spread: float) -> None:
    for seed in SEEDS:
        # Ten releases, each 2 % above the one before it: 1.02 ** 9 = 1.195.
        stairs = course(PER_CENT_2 * (np.arange(50) // 5) + noise(seed, 50, spread))
        assert stairs.points == ()
        (trend,) = stairs.trends
        assert trend.step == pytest.approx(0.195, abs=0.03)


def test_a_drift_between_two_levels_has_its_span() -> None:
    rise = np.concatenate([np.zeros(20), PER_CENT_2 * np.arange(12), np.full(10, PER_CENT_2 * 11)])
    for seed in SEEDS:
        figures = course(rise + noise(seed, 42, 0.004))
        (trend,) = figures.trends
        assert abs(trend.first - 20) <= 2
        assert abs(trend.last - 31) <= 2
        assert figures.points == ()


def test_a_step_before_a_drift_is_a_step_and_the_drift_a_trend() -> None:
    logs = np.concatenate([np.zeros(15), 0.2 + PER_CENT_2 * np.arange(15)])
    figures = course(logs + noise(3, 30, 0.005))
    assert [point.index for point in figures.points] == [15]
    (trend,) = figures.trends
    assert (trend.first, trend.last) == (15, 29)


def test_a_drift_down_is_one_as_well_and_a_bad_run_within_it_is_none_of_it() -> None:
    for seed in SEEDS:
        logs = -PER_CENT_2 * np.arange(20) + noise(seed, 20, 0.004)
        logs[11] += 0.5
        figures = course(logs)
        assert figures.points == ()
        assert [trend.step < 0 for trend in figures.trends] == [True]


NOISES: dict[str, Callable[[int], Logs]] = {
    "white": lambda seed: noise(seed, 60, 0.03),
    "quiet": lambda seed: noise(seed, 60, 0.0005),
    "of two speeds": lambda seed: hopping(seed, 0.5),
    "one in four slow": lambda seed: hopping(seed, 0.25),
    "wandering": lambda seed: hanging_together(seed, 120, 0.03, 0.9),
    "a slope of 1 % in all": lambda seed: noise(seed, 60, 0.001) + 0.01 * np.arange(60) / 60,
}


@pytest.mark.parametrize("kind", NOISES)
def test_noise_is_laid_on_no_commit(kind: str) -> None:
    courses = [course(NOISES[kind](seed)) for seed in SEEDS]
    assert sum(len(figures.points) + len(figures.trends) for figures in courses) <= 1


MOST_FALSE = {0.0: 0.02, 0.5: 0.08, 0.7: 0.14, 0.9: 0.14}
"""Steps and trends that may be found in a short history of noise, by the share that a run keeps."""


@pytest.mark.parametrize("share", MOST_FALSE)
def test_short_histories_that_hang_together_have_few_false_steps(share: float) -> None:
    courses = [
        course(hanging_together(seed, runs, 0.04, share))
        for runs in (8, 12, 16, 20)
        for seed in range(60)
    ]
    steps = sum(len(figures.points) for figures in courses)
    trends = sum(len(figures.trends) for figures in courses)
    assert steps <= MOST_FALSE[share] * len(courses)
    assert trends <= MOST_FALSE[share] * len(courses)


@pytest.mark.parametrize("share", [0.0, 0.6])
@pytest.mark.parametrize("runs", [8, 12, 20, 60])
def test_a_step_is_found_where_noise_hangs_together(runs: int, share: float) -> None:
    found = 0
    for seed in SEEDS:
        at = 3 + seed % (runs - 5)
        logs = hanging_together(seed, runs, 0.01, share) + 0.1 * (np.arange(runs) >= at)
        found += any(abs(point.index - at) <= 1 for point in course(logs).points)
    assert found >= 0.9 * len(SEEDS)


@pytest.mark.parametrize("at", [3, 4, 5])
def test_a_clear_step_near_an_end_is_no_trend(at: int) -> None:
    for seed in SEEDS:
        figures = course(noise(seed, 8, 0.002) + 0.2 * (np.arange(8) >= at))
        assert [point.index for point in figures.points] == [at]
        assert figures.trends == ()


def test_what_goes_to_and_fro_is_told_as_that() -> None:
    for seed in SEEDS:
        figures = course(0.1 * (np.arange(50) // 10 % 2) + noise(seed, 50, 0.005))
        assert (figures.points, figures.turns) == ((), 4)
        # One change that was taken back is two steps that commits made.
        reverted = course(0.1 * (np.arange(30) // 10 % 2) + noise(seed, 30, 0.005))
        assert [point.index for point in reverted.points] == [10, 20]


def test_first_against_last_is_medians_of_three() -> None:
    figures = change_points.course([10.0, 30.0, 11.0, 12.0, 13.0, 13.0, 9.0, 14.0])
    assert figures.before == pytest.approx(11)
    assert figures.after == pytest.approx(13)
    assert figures.whole == pytest.approx(2 / 11)
    short = change_points.course([10.0, 10.2, 10.4, 10.6, 10.8])  # of five runs, two on each side
    assert short.whole == pytest.approx((10.6 * 10.8 / (10.0 * 10.2)) ** 0.5 - 1, abs=1e-4)
    assert short.steady


def test_machines_and_interpreters_have_a_series_each() -> None:
    def run(number: int) -> HistoryEntry:
        machine, figure = (("a-python-3.11", 5.0), ("a-python-3.13", 6.0))[number % 2]
        rows = {"s/x/asyncio": {"speed": figure + 0.01 * (number // 2 % 2)}}
        return HistoryEntry(time=f"{number:03d}", commit="", machine=machine, rows=rows)

    made = history.series([run(number) for number in range(24)])
    assert [series.name for series in made] == [
        "s/x/asyncio on a-python-3.11 speed",
        "s/x/asyncio on a-python-3.13 speed",
    ]
    assert all(series.course.steady for series in made)


def test_a_machine_s_name_tells_interpreters_and_shares_of_cores_apart() -> None:
    usual: dict[str, object] = {
        "cpu": "X",
        "cores_allowed": 2,
        "platform": "Linux",
        "python": "3.13.1",
    }
    facts: list[dict[str, object]] = [
        {},
        {"gil": False},
        {"implementation": "PyPy"},
        {"cgroup_cpu_quota": 1.5},
        {"python": "3.14.0"},
    ]
    names = [machine_identity.slug(machine_identity.described(usual | fact)) for fact in facts]
    assert len(set(names)) == len(facts)
    alike = usual | {"gil": True, "implementation": "CPython", "python": "3.13.9"}
    assert machine_identity.slug(machine_identity.described(alike)) == names[0]
