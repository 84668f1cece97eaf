"""What of servers is shown: the block of the report, and the picture."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import altair as alt
import pytest

from tests.bench.findings.test_blocking_app_crawls import CRAWLS, HOLDS, served, step
from tests.bench.synthetic import summary, whole
from waitbench.analysis import load_curve
from waitbench.analysis.comparison import Summary
from waitbench.charts import _line_ends, rising_load
from waitbench.findings import find_all
from waitbench.report import load_tables, render

MS = 1_000_000


@pytest.fixture
def raced(tmp_path: Path) -> Summary:
    """Two servers that wait, at two loads and at their knees."""
    records: list[dict[str, Any]] = []
    for model, slow, knee in (("sync", CRAWLS, 20), ("asyncio", HOLDS, 0.5)):
        for load, ms in (("1x", 21), ("10x", slow), ("knee", knee)):
            record = served(model, load, ms)
            rate = {"1x": 25.0, "10x": 250.0, "knee": 1_000 / knee}[load]
            for each in record["loads"]:
                each["steps"] = [step(rate, ms if load != "knee" else 90)]
                if load != "knee":
                    each["metrics"] = {
                        "goodput_per_s": rate, "health_max_ns": ms * MS,
                        "recovery_ns": 1_000 * MS, "refused": 0,
                    }  # fmt: skip
            records.append(record)
    return summary(tmp_path, *records)


def test_servers_are_gathered_by_work_with_their_loads_and_knees(raced: Summary) -> None:
    (series,) = load_curve.load_series(raced)
    assert (series.work, series.half_busy, series.multiples) == ("wait", 25, (1, 10))
    sync, asyncio = series.curves
    assert sync.knee
    assert asyncio.knee
    assert sync.knee.value == pytest.approx(50, rel=1e-3)
    assert asyncio.knee.value == pytest.approx(2_000, rel=1e-3)
    assert sync.knee.low
    assert sync.knee.high
    assert sync.knee.low < 50 < sync.knee.high
    assert [point.rate_per_s for point in sync.points] == [25] * 12 + [50] * 12 + [250] * 12


def test_suites_that_race_the_same_work_have_tables_and_pictures_of_their_own(
    tmp_path: Path,
) -> None:
    records = [served("sync", "10x", CRAWLS), served("asyncio", "10x", HOLDS)]
    for model, launch_width in (("uvicorn", 160), ("gthread", 32), ("gthread-default", 1)):
        record = served(model, "10x", HOLDS)
        record["scenario"] |= {"suite": "servers", "baseline": "uvicorn"}
        record["width"] = launch_width
        records.append(record)
    both = summary(tmp_path, *records)
    assert [series.suite for series in load_curve.load_series(both)] == ["serving", "servers"]
    picture = rising_load.draw(both)
    assert picture
    keys = {value["key"] for value in picture.spec["data"]["values"]}
    assert {key.partition("-")[0] for key in keys} == {"serving", "servers"}
    assert {value["model"] for value in picture.spec["data"]["values"] if "model" in value} == {
        "sync",
        "asyncio",
        "uvicorn",
        "gthread",
    }  # what a server does by itself stands in the table alone
    text = " ".join(render("markdown", both, find_all(both)).split())
    assert "Suite servers: Waiting 20 ms a request." in text
    assert "| uvicorn | 160 |" in text
    assert "| gthread | 32 |" in text
    assert "| gthread-default | 1 |" in text


def test_of_a_load_from_many_machines_the_latest_is_shown(tmp_path: Path) -> None:
    held, missed = step(25.0, 21), step(250.0, 400)
    held |= {"skew_ns": 3 * MS, "senders": [{"lag_p99_ns": 2 * MS}, {"lag_p99_ns": 7 * MS}]}
    missed |= {"skew_ns": 90 * MS, "senders": [{"lag_p99_ns": 80 * MS}] * 2}
    record = served("sync", "1x", 21)
    for each in record["loads"]:
        each["steps"] = [{**held, "sustained": True}, {**missed, "sustained": False}]
    (table,) = load_tables.tables(summary(tmp_path, record))
    shown = {column.head: column.cells for column in table.columns}
    assert shown["sent late"] == ("7.00",)
    assert shown["begun apart"] == ("3.00",)
    assert "errors of their clocks counted in" in table.aid


def test_a_run_without_servers_shows_none(tmp_path: Path) -> None:
    other = summary(tmp_path, *whole())
    assert load_curve.load_series(other) == []
    assert rising_load.draw(other) is None
    assert "Servers under rising load" not in render("markdown", other, find_all(other))


@pytest.mark.parametrize("form", ["markdown", "terminal"])
def test_the_report_says_what_a_higher_load_is_and_who_holds_it(raced: Summary, form: str) -> None:
    text = " ".join(render(form, raced, find_all(raced)).split())
    assert "At 25 requests/s one worker that takes one at a time is half busy: that is 1x." in text
    assert "Loads: 1x = 25/s, 10x = 250/s. Level: 99 of 100 requests (p99) within 100 ms." in text
    assert "one request that waits 20ms, at 10x" in text
    assert "40.0" in text  # times what sync holds


def test_the_table_has_knee_times_at_each_load_recovery_and_health(raced: Summary) -> None:
    text = render("markdown", raced, find_all(raced))
    table = text.partition("## Servers under rising load")[2].partition("\n| sync")[0]
    for head in ("holds, per s", "times sync", "1x p50, ms", "10x p99, ms", "recovery", "health",
                 "CPU", "memory"):  # fmt: skip
        assert head in table, head


def test_the_picture_is_valid_and_says_who_holds_least_and_most(raced: Summary) -> None:
    picture = rising_load.draw(raced)
    assert picture
    alt.Chart.from_dict(dict(picture.spec))
    assert picture.caption == (
        "Of requests that wait 20 ms, asyncio holds 2,000 a second with p99 within 100 ms, "
        "sync 50.0."
    )
    names = [value for value in picture.spec["data"]["values"] if "name" in value]
    assert {(value["key"], value["name"]) for value in names} == {
        (f"serving-wait-{quantile}", model)
        for quantile in ("p50", "p99")
        for model in ("sync", "asyncio")
    }


def test_names_at_the_ends_of_lines_do_not_meet() -> None:
    points = [
        {"key": "wait-p99", "model": str(number), "family": "other", "rate": rate, "ms": 50.0}
        for number, rate in enumerate([100.0, 100.0, 100.0, 800.0])
    ]
    labels = _line_ends.names(points, (10, 1_000), (10, 1_000), (330, 260))
    *meet, far = (label["label_ms"] for label in labels)
    # 17 of 260 pixels of a height of a factor 100: 100 ** (17 / 260) = 1.351.
    assert all(upper / lower == pytest.approx(1.351, abs=0.001) for lower, upper in pairwise(meet))
    assert far == pytest.approx(50)
