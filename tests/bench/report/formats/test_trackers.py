"""What trackers are given: one unit for ever, intervals as bounds, nothing that is itself one."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.bench import synthetic
from tests.bench.others import benchmark, plain, write
from waitbench.analysis.summary import summarise
from waitbench.cli import main
from waitbench.report import files, named, render
from waitbench.results.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.analysis.comparison import Summary

BMF = {
    "type": "object",
    "patternProperties": {
        ".+": {
            "type": "object",
            "patternProperties": {
                ".+": {
                    "type": "object",
                    "properties": {
                        name: {"type": "number"} for name in ("value", "lower_value", "upper_value")
                    },
                    "required": ["value"],
                }
            },
        }
    },
}
"""What Bencher publishes of its format at bencher.dev/bmf.json."""
WALLS = synthetic.shaken(500, (0.99, 1.0, 1.01))
SYNC = "io_bound/http-50ms-n32-c32/sync"


@pytest.fixture
def summary(tmp_path: Path) -> Summary:
    return synthetic.summary(
        tmp_path,
        synthetic.record(synthetic.scenario(), "sync", WALLS, cpu_ms=64),
        synthetic.record(synthetic.scenario(), "asyncio", synthetic.shaken(55)),
    )


def theirs(path: Path, *benchmarks: object, **more: Any) -> Path:
    return write(path, plain(*benchmarks, **more))


def test_bencher_is_given_wall_cpu_and_memory_with_intervals_as_bounds(summary: Summary) -> None:
    document = json.loads(render("bencher", summary, ()))
    jsonschema.validate(document, BMF)
    assert set(document) == {SYNC, SYNC.replace("sync", "asyncio")}
    measures = document[SYNC]
    assert set(measures) == {"latency", "cpu-time", "memory"}
    latency = measures["latency"]
    assert latency["value"] == pytest.approx(500e6, rel=0.001)
    assert latency["lower_value"] < latency["value"] < latency["upper_value"]
    assert measures["cpu-time"]["value"] == pytest.approx(2e6)  # 64 ms over 32 tasks
    assert measures["memory"] == {"value": 45_000_000}


def test_the_action_is_given_names_of_their_own_one_unit_and_the_interval_as_text(
    summary: Summary,
) -> None:
    entries = json.loads(render(named("github-action-benchmark"), summary, ()))
    names = [entry["name"] for entry in entries]
    assert len(set(names)) == len(names)
    assert names[:3] == [f"{SYNC} wall", f"{SYNC} CPU", f"{SYNC} memory"]
    assert [entry["unit"] for entry in entries[:3]] == ["ns", "ns", "bytes"]
    low, _, high = entries[0]["range"].partition(" to ")
    assert float(low) < entries[0]["value"] < float(high)
    assert "range" not in entries[2]


def test_of_another_tool_only_an_interval_over_processes_is_a_bound(tmp_path: Path) -> None:
    path = theirs(tmp_path / "a.json", benchmark("test_a", 0.01), benchmark("test_a", 0.02))
    document = json.loads(render("bencher", summarise(load(path, foreign=True)), ()))
    assert document == {
        "tests/test_shop.py::test_a": {"latency": {"value": 10_000_000}},
        "tests/test_shop.py::test_a (2)": {"latency": {"value": 20_000_000}},
    }
    longer = "test_" + "é" * 1000
    path = theirs(tmp_path / "b.json", benchmark(longer))
    (name,) = json.loads(render("bencher", summarise(load(path, foreign=True)), ()))
    assert len(name.encode()) <= 1024
    assert name.endswith("é")


def test_what_the_target_held_back_is_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [
        synthetic.record(synthetic.scenario(), "sync", WALLS),
        synthetic.record(
            synthetic.scenario(),
            "asyncio",
            synthetic.shaken(55),
            stats=synthetic.target(error_ms=20, cpu_ms=54),
        ),
    ]
    path = write(tmp_path / "run.json", synthetic.document(records))
    assert main(["report", str(path), "--format", "bencher"]) == 0
    shown = capsys.readouterr()
    assert list(json.loads(shown.out)) == [SYNC]
    assert "1 row of run.json left out, without a time of their own" in shown.err


def test_otava_is_given_a_line_for_each_run_of_one_machine_in_the_order_of_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = theirs(
        tmp_path / "1.json",
        benchmark("test_a", 0.012),
        benchmark("test_new", 0.01),
        datetime="2026-03-02T12:00:00+00:00",
        commit_info={"id": "2" * 40},
    )
    first = theirs(tmp_path / "2.json", benchmark("test_a", 0.010))
    info = plain()["machine_info"] | {"cpu": {"count": 8, "brand_raw": "Another"}}
    other = theirs(tmp_path / "3.json", benchmark("test_a", 0.005), machine_info=info)
    runs = [str(later), str(first), str(other)]
    assert main(["report", *runs, "--format", "otava", "-o", str(tmp_path / "out")]) == 0
    assert "1 run left out, of another machine: 3.json" in capsys.readouterr().err
    text = (tmp_path / "out" / "report.otava.csv").read_text()
    column = "tests/test_shop.py::test_a wall ns"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["commit"][0], row[column]) for row in rows] == [
        ("1", "10000000"),
        ("2", "12000000"),
    ]
    assert list(rows[0]) == ["time", "commit", column]  # test_new is not in all of them
    settings = (tmp_path / "out" / "otava.yaml").read_text()
    assert f'"{column}":\n        direction: -1' in settings
    assert "file: report.otava.csv" in settings
    assert main(["report", *runs, "-o", str(tmp_path / "x.otava.csv")]) == 0
    assert (tmp_path / "x.otava.csv").read_text() == text


def test_one_run_is_a_series_of_one_line(summary: Summary) -> None:
    written = files("otava", summary, ())
    assert set(written) == {"report.otava.csv", "otava.yaml"}
    (row,) = csv.DictReader(io.StringIO(written["report.otava.csv"]))
    assert row["time"] == "2026-11-22T12:00:00+00:00"
    assert float(row[f"{SYNC} CPU ns"]) > 0


def test_a_series_without_times_or_without_a_common_figure_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    undated = theirs(tmp_path / "a.json", benchmark("test_a"), datetime=None)
    assert main(["report", str(undated), "--format", "otava"]) == 2
    assert "does not say when it was measured" in capsys.readouterr().err
    one = theirs(tmp_path / "b.json", benchmark("test_a"))
    two = theirs(tmp_path / "c.json", benchmark("test_b"))
    assert main(["report", str(one), str(two), "--format", "otava"]) == 2
    assert "no figure in common" in capsys.readouterr().err
    assert main(["compare", str(one), str(two), "--format", "bencher"]) == 2
    assert "bencher is a format of single runs" in capsys.readouterr().err
