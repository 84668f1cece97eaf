from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, shaken, summary, whole
from waitbench.findings import Finding, blocking_app_crawls

LAUNCHES = (0.99, 1.0, 1.01)


def step(rate: float, p99_ms: float, **changed: Any) -> dict[str, Any]:
    return {
        "rate_per_s": rate, "goodput_per_s": rate, "p50_ns": 20 * MS, "p99_ns": p99_ms * MS,
        "service_p99_ns": p99_ms * MS, "planned": 100, "answered": 100, "refused": 0, "failed": 0,
        "unsent": 0, "sustained": True, "generator_limited": False, "level_ns": 100 * MS,
        "ideal_ns": 20 * MS,
    } | changed  # fmt: skip


def served(  # noqa: PLR0913  all that a row of this suite varies in
    model: str,
    load: str,
    ms: float,
    *,
    work: str = "wait",
    limit: bool = False,
    launches: tuple[float, ...] = LAUNCHES,
) -> dict[str, Any]:
    """A server that took so many ms a request on average; at its knee that is 1,000 / rate."""
    of = {
        "name": f"{work}-{load}",
        "suite": "serving",
        "workload": "serve",
        "params": {
            "work": work,
            "latency" if work == "wait" else "work_time": "20ms",
            "load": load,
            "step": "600ms",
        },
        "tasks": 1,
        "concurrency": 1,
        "waits_ns": 20 * MS if work == "wait" else 0,
        "computes": work != "wait",
        "needs_target": False,
        "baseline": "sync",
    }
    made = record(of, model, shaken(ms, launches))
    rounds, made["rounds"] = made["rounds"], []
    made["loads"] = [
        {
            "launch": round_["launch"],
            **(
                {"knee_per_s": 1e9 / round_["wall_ns"]}
                if load == "knee"
                else {"mean_latency_ns": round_["wall_ns"]}
            ),
            "cpu_per_request_ns": round_["cpu_ns"],
            "errors": 0,
            "spans": round_["spans"],
            "generator_limited": limit,
            "steps": [step(25, ms)],
        }
        for round_ in rounds
    ]
    return made


HOLDS, CRAWLS, SLOWS = 22, 1_500, 70
LOADED = {"sync": CRAWLS, "asyncio": HOLDS}


def raced(walls: Mapping[str, float], load: str = "10x", **details: Any) -> list[dict[str, Any]]:
    return [served(model, load, ms, **details) for model, ms in walls.items()]


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return blocking_app_crawls.find(summary(folder, *records))


def test_it_is_supported_where_only_what_awaits_holds(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced({**LOADED, "threads": CRAWLS, "processes": SLOWS}))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith(
        "At 10x the load at which one blocking worker is half busy (250 requests/s of 20 ms), a "
        "request took 1.5 s on average with one sync worker (crawls) and 22 ms with aiohttp that "
        "awaits (holds)."
    )
    assert "Slower, but no crawl, with processes. Crawling too: threads." in finding.sentence
    assert finding.effect == pytest.approx(1_500 / 22, rel=1e-3)


def test_it_is_conditional_where_threads_hold_as_well(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced({**LOADED, "threads": HOLDS}))
    assert finding.verdict == "conditional"
    assert "threads holds it too" in finding.conditions
    assert finding.brief == (
        "at 10x the load a request takes 75 times as long as alone with sync, 1.1 with asyncio; "
        "1 other way holds too"
    )


def test_it_is_conditional_on_awaiting_where_a_blocking_call_in_a_coroutine_crawls(
    tmp_path: Path,
) -> None:
    finding = find(tmp_path, *raced({**LOADED, "asyncio-blocking": CRAWLS}))
    assert finding.verdict == "conditional"
    assert "only if the handler awaits: a blocking call left in it crawls" in finding.conditions
    assert "left in the coroutine: 75 times its own time (crawls)." in finding.sentence


def test_it_says_for_computing_who_gains_nothing_and_who_does(tmp_path: Path) -> None:
    walls = {"sync": 10, "threads": 11, "asyncio": 10.2, "processes": 6, "asyncio-to-thread": 10.4}
    finding = find(tmp_path, *raced(LOADED), *raced(walls, "knee", work="compute"))
    assert finding.verdict == "conditional"
    assert (
        "only for waiting: computing gains nothing with threads, asyncio or asyncio-to-thread; it "
        "does with processes"
    ) in finding.conditions
    assert "times what one sync worker holds: held more: processes 1.67" in finding.sentence
    assert "; gained nothing: threads 0.91" in finding.sentence
    assert "too unsure" not in finding.sentence


def test_an_unsure_gain_of_computing_is_no_condition(tmp_path: Path) -> None:
    knees = [
        *raced({"sync": 10}, "knee", work="compute"),
        *raced({"asyncio": 7}, "knee", work="compute", launches=(0.5, 1.0, 2.0)),
    ]
    finding = find(tmp_path, *raced(LOADED), *knees)
    assert finding.conditions == (
        "requests that wait 20 ms",
        "10x the load at which one blocking worker is half busy",
    )
    assert "too unsure to call: asyncio 1.4" in finding.sentence


def test_it_is_refuted_where_the_asyncio_version_crawls(tmp_path: Path) -> None:
    assert find(tmp_path, *raced({"sync": CRAWLS, "asyncio": CRAWLS})).verdict == "refuted"


def test_it_is_refuted_where_the_blocking_app_holds(tmp_path: Path) -> None:
    assert find(tmp_path, *raced({"sync": HOLDS, "asyncio": HOLDS})).verdict == "refuted"


def test_restless_times_leave_it_undecided_and_name_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced({"sync": 100, "asyncio": 22}, launches=(0.2, 1.0, 5.0)))
    assert finding.verdict == "undecided"
    assert "`waitbench run serving --launches 6` would narrow it." in finding.sentence


def test_a_row_that_the_generator_held_back_is_not_leant_on(tmp_path: Path) -> None:
    records = [served("sync", "10x", CRAWLS), served("asyncio", "10x", HOLDS, limit=True)]
    finding = find(tmp_path, *records)
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run serving` does it" in finding.sentence


def test_more_than_ten_times_is_no_moderately_higher_load(tmp_path: Path) -> None:
    records = [*raced(LOADED, "5x"), *raced({"sync": CRAWLS, "asyncio": CRAWLS}, "40x")]
    assert find(tmp_path, *records).verdict == "supported"


def test_the_knees_stand_beside_it_with_their_intervals(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced(LOADED), *raced({"sync": 20, "asyncio": 0.5}, "knee"))
    assert (
        "Requests/s held with p99 within 100 ms: 50.0 (sync); 2,000 (asyncio, 40.0"
        in finding.sentence
    )
    assert finding.effect == pytest.approx(40, rel=1e-3)


def test_without_the_suite_it_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *whole())
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run serving`" in finding.sentence
