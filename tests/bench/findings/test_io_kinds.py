from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target
from waitbench.findings import Finding, io_kinds

UNSURE = [[10 * MS, 14 * MS], [17 * MS, 12 * MS], [11 * MS, 9 * MS]]
"""Walls so restless that nothing near 12 ms can be told apart."""
NETWORK = {"sync": 1600.0, "asyncio": 50.0}


def requests(walls_ms: Mapping[str, float] = NETWORK, wait_ms: float = 50) -> list[dict[str, Any]]:
    of = scenario("http", waits_ns=round(wait_ms * MS))
    return [record(of, model, shaken(wall), stats=target()) for model, wall in walls_ms.items()]


def stored(
    workload: str, word: str, walls_ms: Mapping[str, float], cpu_ms: float = 10
) -> list[dict[str, Any]]:
    """A scenario of 10 tasks; asyncio's other forms are named like it and their own way."""
    of = scenario(
        f"{workload}-{word}",
        suite="storage",
        workload=workload,
        params={"query": word},
        tasks=10,
        concurrency=5,
        waits_ns=0,
        needs_target=False,
    )
    return [
        record(of, model, shaken(wall), cpu_ms=cpu_ms, kind=model.partition("-")[0])
        for model, wall in walls_ms.items()
    ]


def everything(asyncio_ms: float) -> list[dict[str, Any]]:
    """All four kinds, on each of which sync takes 100 ms."""
    walls = {"sync": 100.0, "asyncio": asyncio_ms}
    return [
        *requests(walls),
        *stored("postgres", "select", walls),
        *stored("sqlite", "read", walls),
        *stored("file", "read", walls),
    ]


def find(tmp_path: Path, *records: dict[str, Any], **meta: Any) -> Finding:
    return io_kinds.find(summary(tmp_path, *records, **meta))


def test_a_gain_on_every_kind_supports_the_claim(tmp_path: Path) -> None:
    finding = find(tmp_path, *everything(50))
    assert finding.verdict == "supported"
    assert finding.brief == "suits network requests, PostgreSQL, SQLite and files"
    assert finding.sentence == (
        "How many times as fast as sync asyncio is: network requests 2.00 (gains); "
        "PostgreSQL 2.00 (gains); SQLite 2.00 (gains); files 2.00 (gains). "
        "Behind asyncio's form for SQLite and files is a pool of threads."
    )
    assert finding.effect == pytest.approx(2)
    assert len(finding.evidence) == 4


def test_no_gain_on_any_kind_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *everything(105))
    assert finding.verdict == "refuted"
    assert finding.brief == "no gain for network requests, PostgreSQL, SQLite and files"


def test_a_gain_on_some_kinds_makes_it_conditional_on_them_and_on_the_wait(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *requests(),
        *stored("postgres", "wait", {"sync": 60, "asyncio": 10}),
        *stored("postgres", "select", {"sync": 12, "asyncio": 24}),
        *stored("sqlite", "read", {"sync": 10, "asyncio": 100}),
        *stored("file", "read", {"sync": 10, "asyncio": 50}),
    )
    assert finding.verdict == "conditional"
    # 10 tasks took sync 60 ms and 10 ms of CPU, so each waited 5 ms; of the select's, 0.2 ms.
    assert finding.conditions == (
        "network requests: gains",
        "PostgreSQL: gains in part",
        "SQLite: no gain",
        "files: no gain",
        "gains where a task waits 5 ms or longer",
        "not where it waits 200 µs or less",
    )
    assert "PostgreSQL 6.00 for wait, 0.50 for select (gains in part); SQLite 0.10 (no gain)" in (
        finding.sentence
    )
    assert finding.sentence.endswith(
        "It gains where a task waits 5 ms or longer, not where it waits 200 µs or less."
    )
    assert finding.effect == pytest.approx(0.1)
    assert (
        finding.brief == "suits network requests; in part PostgreSQL; no gain for SQLite and files"
    )


def away(distance: str, walls_ms: Mapping[str, float]) -> list[dict[str, Any]]:
    """The scenario `select` of PostgreSQL, so far away."""
    records = stored("postgres", f"select-{distance}", walls_ms)
    for entry in records:
        entry["scenario"]["params"] = {"query": "select", "distance": distance}
    return records


def test_a_database_is_told_for_each_distance_that_it_was_raced_at(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *requests(),
        *away("20ms", {"sync": 210, "asyncio": 30}),
        *stored("postgres", "select", {"sync": 12, "asyncio": 24}),
        *stored("postgres", "insert", {"sync": 12, "asyncio": 24}),
        *away("5ms", {"sync": 60, "asyncio": 10}),
        *stored("sqlite", "read", {"sync": 10, "asyncio": 100}),
        *stored("file", "read", {"sync": 10, "asyncio": 50}),
    )
    assert finding.verdict == "conditional"
    assert "PostgreSQL 0.50 (no gain)" in finding.sentence  # what is far away is no kind of its own
    assert (
        "; for a local database 0.50 (no gain), for one 5 ms away 6.00 (gains),"
        " for one 20 ms away 7.00 (gains)." in finding.sentence
    )
    assert "a local database: no gain" in finding.conditions
    assert "one 5 ms away: gains" in finding.conditions
    assert finding.brief is not None
    assert finding.brief.endswith("suits databases 5 ms away")
    assert "postgres-select-20ms/asyncio" in finding.evidence
    assert len(finding.evidence) == len(set(finding.evidence)) == 7


def test_no_line_is_drawn_where_a_longer_wait_gains_less(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *stored("postgres", "insert", {"sync": 110, "asyncio": 220}),
        *stored("file", "write", {"sync": 12, "asyncio": 6}),
    )
    assert finding.verdict == "conditional"
    assert "or longer" not in finding.sentence
    assert len(finding.conditions) == 4


def test_the_best_of_asyncios_forms_counts(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *requests(),
        *stored("file", "fsync", {"sync": 100, "asyncio": 120, "asyncio-to_thread": 40}),
    )
    assert "files 2.50 (gains)" in finding.sentence
    assert finding.evidence[-1] == "file-fsync/asyncio-to_thread"


def test_other_models_gains_are_not_asyncios(tmp_path: Path) -> None:
    finding = find(
        tmp_path, *requests(), *stored("file", "fsync", {"sync": 100, "threads": 20, "asyncio": 99})
    )
    assert "files 1.01 (no gain)" in finding.sentence


def test_without_a_server_the_kind_is_named_with_the_reason_and_not_guessed(tmp_path: Path) -> None:
    left_out = [
        {
            "suite": "storage",
            "scenario": "postgres-select",
            "model": model,
            "reason": "needs PostgreSQL: install it",
        }
        for model in ("sync", "asyncio")
    ]
    alike = {"sync": 10.0, "asyncio": 30.0}
    kinds = [*stored("sqlite", "read", alike), *stored("file", "read", alike)]
    finding = find(tmp_path, *requests(), *kinds, left_out=left_out)
    assert finding.verdict == "conditional"
    assert "PostgreSQL: not measured" in finding.conditions
    assert finding.sentence.endswith("Not measured: PostgreSQL (needs PostgreSQL: install it).")
    finding = find(tmp_path, *kinds, left_out=left_out)
    assert finding.verdict == "undecided"
    assert finding.sentence.endswith("`waitbench run storage io_bound` measures all of them.")


def test_requests_alone_leave_it_undecided(tmp_path: Path) -> None:
    finding = find(tmp_path, *requests())
    assert finding.verdict == "undecided"
    assert finding.brief == "suits network requests; not measured: PostgreSQL, SQLite and files"
    assert "network requests 32.0 (gains)" in finding.sentence


def test_restless_walls_leave_it_undecided_and_say_what_would_help(tmp_path: Path) -> None:
    records = everything(50)
    for entry in records:
        if entry["scenario"]["workload"] == "file" and entry["model"] == "asyncio":
            of = entry["scenario"]
    files = [record(of, "sync", shaken(12)), record(of, "asyncio", UNSURE)]
    finding = find(tmp_path, *records[:-2], *files)
    assert finding.verdict == "undecided"
    assert "(unclear)" in finding.sentence
    assert finding.sentence.endswith(
        "`waitbench run storage io_bound --launches 6` would narrow it."
    )


def test_a_kind_with_a_sure_loss_and_an_open_race_has_no_certain_gain(tmp_path: Path) -> None:
    slow = stored("file", "read", {"sync": 10, "asyncio": 50})
    of = stored("file", "fsync", {"sync": 12})[0]["scenario"]
    restless = [record(of, "sync", shaken(12)), record(of, "asyncio", UNSURE)]
    finding = find(tmp_path, *requests(), *slow, *restless)
    assert finding.verdict == "conditional"
    assert "files: no certain gain" in finding.conditions
    assert "files 0.20 for read, " in finding.sentence


def test_requests_that_wait_for_nothing_and_rows_held_back_do_not_count(tmp_path: Path) -> None:
    of = scenario("late")
    late = [
        record(of, model, shaken(wall), stats=target(error_ms=9)) for model, wall in NETWORK.items()
    ]
    finding = find(tmp_path, *requests(wait_ms=0), *late)
    assert finding.verdict == "undecided"
    assert finding.evidence == ()
    assert "`waitbench run storage io_bound`" in finding.sentence
