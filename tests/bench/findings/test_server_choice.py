"""Does the server under an application matter: hand-made rows of each verdict."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.findings.test_blocking_app_crawls import served
from tests.bench.synthetic import summary
from waitbench.findings import Finding, server_choice

Figures = Mapping[str, float]


def raced(load: str, walls_ms: Figures, cpu_us: Figures) -> list[dict[str, Any]]:
    """Return servers at a load, with the mean time or 1,000 / rate, and the CPU of a request."""
    records = []
    for model, wall_ms in walls_ms.items():
        record = served(model, load, wall_ms)
        record["scenario"] |= {"suite": "servers", "baseline": "uvicorn"}
        record["width"] = 160
        for each in record["loads"]:
            each["cpu_per_request_ns"] = round(cpu_us[model] * 1_000)
        records.append(record)
    return records


def find(folder: Path, cpu_us: Figures, knees_ms: Figures | None = None) -> Finding:
    steady = raced("20x", dict.fromkeys(cpu_us, 21), cpu_us)
    knees = raced("knee", knees_ms, dict.fromkeys(knees_ms, 100)) if knees_ms else []
    return server_choice.find(summary(folder, *steady, *knees))


def test_servers_that_all_differ_twofold_support_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        {"uvicorn": 200, "hypercorn": 600, "granian": 180},
        {"uvicorn": 0.5, "hypercorn": 1.5, "granian": 0.2},
    )
    assert finding.verdict == "supported"
    # granian costs 0.9 times the CPU and holds 2.5 times the load.
    assert finding.sentence.startswith(
        "Another server under the same application: "
        "hypercorn in place of uvicorn: 0.33 [0.33, 0.33] times the load held, "
        "3.00 [3.00, 3.00] times the CPU; granian in place of uvicorn: 2.50"
    )
    assert finding.effect == pytest.approx(1 / 3)
    assert finding.unit == "times the load held"
    assert finding.evidence[:2] == ("wait-20x/hypercorn", "wait-20x/uvicorn")


def test_servers_that_differ_by_less_refute_it_where_both_were_measured(tmp_path: Path) -> None:
    cpu_us = {"gthread": 300, "gevent": 250, "uvicorn": 200, "uvicorn-h11": 350}
    knees_ms = {"gthread": 0.6, "gevent": 0.5, "uvicorn": 0.5, "uvicorn-h11": 0.9}
    finding = find(tmp_path, cpu_us, knees_ms)
    assert finding.verdict == "refuted"
    assert finding.brief == "in none of 2 swaps"
    partly = find(tmp_path, cpu_us)
    assert (partly.verdict, partly.reason) == ("undecided", "partly measured")
    assert "`waitbench run servers` does it" in partly.sentence


def test_it_may_depend_on_which_server_is_put_in(tmp_path: Path) -> None:
    finding = find(tmp_path, {"uvicorn": 200, "hypercorn": 600, "uvicorn-h11": 300})
    assert finding.verdict == "conditional"
    assert finding.brief == "it surely does in 1 of 2 swaps"
    assert finding.conditions == ("hypercorn in place of uvicorn: 3.00 [3.00, 3.00] times the CPU",)


def test_a_server_that_may_cost_twice_as_much_or_not_is_left_open(tmp_path: Path) -> None:
    records = raced("20x", {"uvicorn": 21, "hypercorn": 21}, {"uvicorn": 200, "hypercorn": 400})
    for each in records[1]["loads"]:
        each["cpu_per_request_ns"] = round(400_000 * (0.9, 1.0, 1.1)[each["launch"] % 3])
    assert server_choice.find(summary(tmp_path, *records)).verdict == "undecided"


def test_what_servers_serve_by_themselves_is_told_where_it_differs(tmp_path: Path) -> None:
    records = raced("20x", {"gthread": 21, "gevent": 21}, {"gthread": 200, "gevent": 900})
    records += raced("20x", {"gthread-default": 900}, {"gthread-default": 200})
    records[0]["width"], records[2]["width"] = 32, 1
    sentence = server_choice.find(summary(tmp_path, *records)).sentence
    assert sentence.endswith("Served at once by their own settings: gthread 1 rather than 32.")


def test_without_its_suite_it_names_the_command(tmp_path: Path) -> None:
    finding = server_choice.find(summary(tmp_path, served("sync", "10x", 21)))
    assert finding.verdict == "undecided"
    assert "`waitbench run servers`" in finding.sentence
