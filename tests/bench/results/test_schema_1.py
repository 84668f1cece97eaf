"""A file of schema 1 and the figures that the waitbench of its time made of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from waitbench.analysis.summary import summarise
from waitbench.findings import find_all
from waitbench.report.formats.json import document_of
from waitbench.results.load import load
from waitbench.results.record_json import from_json, to_json

HERE = Path(__file__).parent
SAVED = HERE / "schema-1.json"
MADE: dict[str, Any] = json.loads((HERE / "schema-1-report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made = summarise(load(SAVED))
    return document_of(made, find_all(made))


IN_PART = ("sequential-vs-concurrent", "io-or-cpu-bound", "threads-processes-complexity")
"""Claims of which that run measured a part; since then, all of it is wanted for a verdict."""


def figures(scenario: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """A row's figures; those that are told by a name go by their order: names have changed."""
    return {
        **row,
        "scenario": scenario["scenario"],
        "ideal_ns": scenario["ideal_ns"],
        "phases_ns": list(row["phases_ns"].values()),
        "metrics": [metric["median"] for metric in row["metrics"].values()],
    }


def test_every_figure_and_verdict_is_what_it_was(document: dict[str, Any]) -> None:
    rows = [
        figures(scenario, row) for scenario in document["scenarios"] for row in scenario["rows"]
    ]
    assert len(rows) == len(MADE["rows"])
    for row, expected in zip(rows, MADE["rows"], strict=True):
        if row["wall_ns"] is None:  # a server's: latency, or a rate
            assert 1e9 / row["tasks_per_s"] == pytest.approx(expected["wall_ns"], rel=1e-10)
        for name, value in expected.items():
            if name.startswith("wall_") and row["wall_ns"] is None:
                continue
            close = isinstance(value, float | int | list)
            assert row[name] == (pytest.approx(value, rel=1e-10) if close else value), name


def test_every_claim_is_judged_as_it_was(document: dict[str, Any]) -> None:
    verdicts = {claim["id"]: claim["verdict"] for claim in document["claims"]}
    added = dict.fromkeys(verdicts.keys() - MADE["claims"].keys(), "undecided")  # since then
    assert verdicts == {**MADE["claims"], **dict.fromkeys(IN_PART, "undecided"), **added}
    reasons = {claim["id"]: claim["reason"] for claim in document["claims"]}
    assert {reasons[name] for name in IN_PART} <= {"not measured", "partly measured"}
    assert {**document["methods"], "text": ""} == {**MADE["methods"], "text": ""}


def test_what_was_read_is_written_in_the_present_form_and_comes_back() -> None:
    for record in load(SAVED).contestants:
        assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_a_rate_is_no_wall_any_more() -> None:
    loads = {
        (record.scenario.params["load"], record.name): record.loads
        for record in load(SAVED).contestants
        if record.loads
    }
    assert loads["knee", "sync"][0].knee_per_s == pytest.approx(1e9 / 20_195_234)
    assert (loads["10x", "sync"][0].mean_latency_ns or 0) > 20_000_000
    assert loads["10x", "sync"][0].knee_per_s is None
