"""Does the client library change what a request costs, and what do aiohttp's extras buy?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import Finding, client_library_matters


def clients(at_once: int, cpu_ms: Mapping[str, float], tasks: int = 100) -> list[dict[str, Any]]:
    """Requests by several libraries, with the CPU of a round; all take the same wall."""
    of = scenario(
        f"http-n{tasks}-c{at_once}",
        suite="clients",
        tasks=tasks,
        concurrency=at_once,
        waits_ns=0,
        baseline="sync",
    )
    return [
        record(of, name, shaken(200), cpu_ms=cpu, kind=name.partition("-")[0], width=at_once)
        for name, cpu in cpu_ms.items()
    ]


def find(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return client_library_matters.find(summary(tmp_path, *records))


def test_libraries_that_all_differ_twofold_support_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *clients(1, {"sync": 30, "sync-urllib3": 10, "sync-httpx2": 75}))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(1 / 3)


def test_libraries_that_differ_by_less_refute_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *clients(1, {"sync": 30, "sync-urllib3": 24, "sync-httpx2": 36}))
    assert finding.verdict == "refuted"
    assert finding.sentence == (
        "How many times the CPU a request takes with urllib3 in place of requests, one at a time: "
        "0.80 [0.80, 0.80]; with httpx2 in place of requests, one at a time: 1.20 [1.20, 1.20]."
    )


def test_it_may_depend_on_which_library_under_which_model(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *clients(1, {"sync": 30, "sync-httpx2": 36, "asyncio": 16, "asyncio-httpx2": 80}),
        *clients(20, {"asyncio": 10, "asyncio-httpx2": 200}),
    )
    assert finding.verdict == "conditional"
    assert finding.effect == pytest.approx(20)
    assert finding.conditions == (
        "httpx2 in place of aiohttp, one at a time: 5.00 [5.00, 5.00]",
        "httpx2 in place of aiohttp, 20 at once: 20.0 [20.0, 20.0]",
    )


def test_extras_are_said_beside_it_and_decide_nothing(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *clients(1, {"sync": 30, "sync-urllib3": 24}),
        *clients(20, {"asyncio": 10, "asyncio-httpx": 90, "asyncio-pure": 25, "uvloop": 8}),
        *clients(4, {"asyncio-gzip": 30, "asyncio-br": 30}, tasks=20),
    )
    assert finding.verdict == "refuted"
    assert finding.sentence.endswith(
        "Less CPU: uvloop in place of asyncio's own loop, 20 at once: 0.80 [0.80, 0.80]. "
        "More CPU: httpx in place of aiohttp, 20 at once: 9.00 [9.00, 9.00]; "
        "aiohttp without its C code, 20 at once: 2.50 [2.50, 2.50]. "
        "No difference seen: a body as br in place of gzip, 4 at once: 1.00 [1.00, 1.00]."
    )


def test_threads_and_what_its_own_limits_do_are_told(tmp_path: Path) -> None:
    cpu_ms = {"asyncio": 10, "asyncio-niquests": 30, "asyncio-niquests-default": 31}
    records = clients(150, {**cpu_ms, "asyncio-default": 10})
    figures = [
        {"threads": 1, "requests_at_once": 150, "connections_opened": 0},
        {"threads": 3, "requests_at_once": 150, "connections_opened": 0},
        {"threads": 3, "requests_at_once": 10, "connections_opened": 7},
        {"threads": 1, "requests_at_once": 100, "connections_opened": 0},
    ]
    for row, metrics in zip(records, figures, strict=True):
        for entry in row["rounds"]:
            entry["metrics"] = metrics
    for entry in records[2]["rounds"]:
        entry["wall_ns"] *= 15
    sentence = find(tmp_path, *records).sentence
    assert "Most threads of a process, 1 at least: niquests 3." in sentence
    assert sentence.endswith(
        "By the limits that they have by themselves, niquests had 10 of 150 under way, "
        "opened 7 anew and took 15.0 times as long; aiohttp had 100 of 150 under way, "
        "opened 0 anew and took 1.00 times as long."
    )


def test_cpu_that_may_be_twice_as_much_or_not_is_left_open(tmp_path: Path) -> None:
    records = clients(1, {"sync": 30, "sync-httpx2": 60})
    for entry in records[1]["rounds"]:
        entry["cpu_ns"] = round(entry["cpu_ns"] * (0.9, 1.0, 1.1)[entry["launch"]])
    assert find(tmp_path, *records).verdict == "undecided"


def test_without_its_suite_it_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, record(scenario(), "sync", shaken(1600)))
    assert finding.verdict == "undecided"
    assert "`waitbench run clients`" in finding.sentence
