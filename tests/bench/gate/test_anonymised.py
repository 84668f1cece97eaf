"""What is written for others names sides, and no folder of the machine that measured."""

import json
from pathlib import Path

from tests.bench.gate.outcomes import SLOWER, outcome, row
from waitbench.gate import anonymised, formats
from waitbench.results.record import ContestantRecord
from waitbench.scenario import Contestant, Scenario


def of_side(name: str) -> ContestantRecord:
    made = row("bench_total", name)
    root = f"/scratch/waitbench-gate-x1/{name}"
    made.contestant = Contestant(
        name=name,
        model="sync",
        python=f"{Path.home()}/envs/old/bin/python3",
        tree="/scratch/waitbench-gate-x1/harness",
        params={
            "file": f"{root}/benchmarks.py",
            "root": root,
            "paths": f"{root}/src:{root}",
            "away": f"{Path.home()}/shop",
        },
    )
    made.failure = f"{root}/src/shop.py is gone, so is {Path.home()}/shop/src and {Path.home()}/x"
    return made


def test_a_record_names_sides_in_place_of_folders() -> None:
    rows = {("bench_total", name): of_side(name) for name in ("base", "head")}
    text = formats.render("json", outcome(SLOWER, rows=rows))
    assert "waitbench-gate-x1" not in text
    assert str(Path.home()) not in text
    record = json.loads(text)["benchmarks"][0]["extra_info"]["waitbench"]
    assert record["contestant"]["tree"] == "waitbench"
    assert record["contestant"]["python"] == "python3"
    assert record["contestant"]["params"] == {
        "file": "head/benchmarks.py",
        "root": "head",
        "paths": "head/src:head",
        "away": ".",
    }
    assert record["failure"] == "head/src/shop.py is gone, so is ./src and ~/x"


def test_a_checkout_of_the_suites_is_called_by_its_side() -> None:
    scenario = Scenario(suite="x", workload="sleep", params={}, tasks=1, concurrency=1)
    contestant = Contestant(name="base", model="sync", tree="/scratch/waitbench-gate-x1/base")
    names = anonymised.replacements([ContestantRecord(scenario=scenario, contestant=contestant)])
    assert anonymised.anonymised(["/scratch/waitbench-gate-x1/base/bench"], names) == ["base/bench"]
