"""Do threads and processes keep up with asyncio, and what do they cost beside it?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import record, scenario, shaken, summary, target
from waitbench.findings import Finding, threads_processes_complexity


def requests(at_once: int, walls_ms: Mapping[str, float]) -> list[dict[str, Any]]:
    """Requests of 50 ms, all at once; the CPU of a round is a tenth of its wall."""
    of = scenario(f"http-50ms-n{at_once}-c{at_once}", tasks=at_once, concurrency=at_once)
    memory = {"asyncio": 26_000_000, "threads": 25_000_000, "processes": 300_000_000}
    return [
        record(of, model, shaken(wall), cpu_ms=wall / 10, stats=target(), memory=memory.get(model))
        for model, wall in walls_ms.items()
    ]


def find(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return threads_processes_complexity.find(summary(tmp_path, *records))


def test_behind_everywhere_supports_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *requests(10, {"threads": 75, "processes": 100, "asyncio": 50}))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(1.5)
    assert finding.conditions == (
        "threads behind from 10 at once of 50 ms",
        "processes behind from 10 at once of 50 ms",
    )


def test_level_everywhere_refutes_it(tmp_path: Path) -> None:
    assert (
        find(tmp_path, *requests(10, {"threads": 51, "processes": 40, "asyncio": 50})).verdict
        == "refuted"
    )


def test_keeping_up_to_some_concurrency_makes_it_conditional_on_that(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *requests(200, {"threads": 130, "processes": 260, "asyncio": 65}),
        *requests(10, {"threads": 51, "processes": 52, "asyncio": 50}),
        *requests(50, {"threads": 55, "processes": 100, "asyncio": 52}),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "threads level up to 50 at once of 50 ms and behind from 200 at once of 50 ms",
        "processes level up to 10 at once of 50 ms and behind from 50 at once of 50 ms",
    )
    assert finding.sentence == (
        "asyncio was, in times as fast, against threads 1.02 [1.02, 1.02] with 10 at once of 50 ms "
        "and 2.00 [2.00, 2.00] with 200 at once of 50 ms; against processes 1.04 [1.04, 1.04] "
        "with 10 at once of 50 ms and 4.00 [4.00, 4.00] with 200 at once of 50 ms. With 200 at "
        "once of 50 ms threads took 2.00 [2.00, 2.00] times asyncio's CPU, 25.0 MB of memory "
        "(26.0 MB) and 2 ms to start (2 ms); processes took 4.00 [4.00, 4.00] times asyncio's "
        "CPU, 300 MB of memory (26.0 MB) and 2 ms to start (2 ms)."
    )


def test_a_lead_about_the_limit_is_left_open(tmp_path: Path) -> None:
    records = requests(10, {"threads": 55, "asyncio": 50})
    for entry in records[0]["rounds"]:
        entry["wall_ns"] = round(entry["wall_ns"] * (0.8, 1.0, 1.3)[entry["launch"]])
    finding = find(tmp_path, *records)
    assert finding.verdict == "undecided"
    assert finding.conditions == ("threads too unsure to call",)


def test_without_asyncio_beside_them_it_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *requests(10, {"sync": 500, "threads": 51}))
    assert finding.verdict == "undecided"
    assert "`waitbench run io_bound`" in finding.sentence


def test_pure_waiting_and_other_suites_are_not_asked(tmp_path: Path) -> None:
    of = scenario("sleep-50ms-n9-c9", workload="sleep", tasks=9, concurrency=9)
    other = scenario("http-9", suite="waiters", tasks=9, concurrency=9)
    records = [
        record(where, model, shaken(50))
        for where in (of, other)
        for model in ("threads", "asyncio")
    ]
    assert find(tmp_path, *records).evidence == ()
