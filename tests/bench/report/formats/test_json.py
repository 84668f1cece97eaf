import json as plain
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.bench.report.runs import RUNS, usual
from waitbench.findings import find_all
from waitbench.report.formats import json

SCHEMA = json.schema()
CHECK = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == json.FORMAT


@pytest.mark.parametrize("name", RUNS)
def test_every_report_follows_the_schema(tmp_path: Path, name: str) -> None:
    made = RUNS[name](tmp_path)
    document = plain.loads(json.render(made, find_all(made)))
    CHECK.validate(document)


@pytest.mark.parametrize("name", RUNS)
def test_every_field_is_described(tmp_path: Path, name: str) -> None:
    made = RUNS[name](tmp_path)
    document = plain.loads(json.render(made, find_all(made)))
    assert list(document) == list(SCHEMA["properties"])
    assert set(document["methods"]) == set(SCHEMA["properties"]["methods"]["properties"])
    for comparison in (*document["scenarios"], *document["controls"]):
        assert set(comparison) == set(SCHEMA["$defs"]["scenario"]["properties"])
        for row in comparison["rows"]:
            assert set(row) == set(SCHEMA["$defs"]["row"]["properties"])
    for claim in document["claims"]:
        assert set(claim) == set(SCHEMA["$defs"]["claim"]["properties"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.pop("methods"),
        lambda it: it["scenarios"][0]["rows"][0].update(wall_ns="fast"),
        lambda it: it["claims"][0].update(verdict="maybe"),
        lambda it: it.update(format=1),
    ],
    ids=["a field is gone", "text for a figure", "another verdict", "another format"],
)
def test_the_schema_refuses_what_is_wrong(tmp_path: Path, spoil: Any) -> None:
    made = usual(tmp_path)
    document = plain.loads(json.render(made, find_all(made)))
    spoil(document)
    assert not CHECK.is_valid(document)


def test_what_is_no_number_is_null(tmp_path: Path) -> None:
    made = replace(usual(tmp_path), environment={"load_before": [math.nan, 1.0], "quota": math.inf})
    text = json.render(made, find_all(made))
    document = plain.loads(text, parse_constant=pytest.fail)
    assert document["environment"] == {"load_before": [None, 1], "quota": None}


def test_a_suite_alone(tmp_path: Path) -> None:
    document = plain.loads(json.render(usual(tmp_path), [], only=["cpu_bound"]))
    CHECK.validate(document)
    assert {comparison["suite"] for comparison in document["scenarios"]} == {"cpu_bound"}
