"""A results file as an object: what it holds is what the file holds, for whoever reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import waitbench
from tests.bench.others import benchmark, plain, write
from tests.test_docs import code

CHECKOUT = Path(__file__).parents[3]
EXAMPLE = CHECKOUT / "results" / "example" / "run.json"


@pytest.fixture(scope="module")
def run() -> waitbench.Run:
    return waitbench.load(EXAMPLE)


def test_rows_have_estimates_verdicts_and_the_rounds_behind_them(run: waitbench.Run) -> None:
    scenario = run["io_bound/http-50ms-n10-c10"]
    assert (scenario.workload, scenario.tasks, scenario.concurrency) == ("http", 10, 10)
    assert scenario.baseline == "sync"
    row, baseline = scenario["asyncio"], scenario["sync"]
    assert row.wall_ns is not None
    assert row.wall_ns.interval is not None
    assert row.wall_ns.interval[0] < row.wall_ns.value < row.wall_ns.interval[1]
    assert row.call_ns is not None
    assert row.call_ns.value == pytest.approx(row.wall_ns.value / 10)
    assert row.times_faster is not None
    assert row.verdict == "faster"
    assert baseline.times_faster is None
    assert baseline.verdict is None
    document = json.loads(EXAMPLE.read_text())
    (record,) = (
        each["extra_info"]["waitbench"]
        for each in document["benchmarks"]
        if each["fullname"].endswith("test_io_bound.py::test_io_bound[http-50ms-n10-c10-asyncio]")
    )
    assert [each.wall_ns for each in row.rounds if hasattr(each, "wall_ns")] == [
        each["wall_ns"] for each in record["rounds"]
    ]
    assert scenario.fastest is not None
    assert scenario.fastest.wall_ns is not None
    timed = [each.wall_ns.value for each in scenario.rows if each.wall_ns and each.sound]
    assert scenario.fastest.wall_ns.value == min(timed)


def test_what_is_not_there_is_named_with_what_is(run: waitbench.Run) -> None:
    with pytest.raises(KeyError, match="sync"):
        run["io_bound/http-50ms-n10-c10"]["nobody"]
    with pytest.raises(waitbench.BenchError, match=r"^[^'].*no scenario"):
        run["nope"]
    with pytest.raises(KeyError, match="no scenario"):
        run["nothing"]
    with pytest.raises(waitbench.BenchError, match="no results file"):
        waitbench.load("nowhere.json")
    with pytest.raises(waitbench.BenchError, match="there is no format 'pdf'"):
        run.report("pdf")


def test_frames_have_a_row_for_each_contestant_and_for_each_round(run: waitbench.Run) -> None:
    frame = run.to_frame().set_index(["suite", "scenario", "model"])
    assert len(frame) == len(run.rows)
    row = run["io_bound/http-50ms-n10-c10"]["asyncio"]
    cells = frame.xs(("io_bound", "http-50ms-n10-c10", "asyncio"))
    assert row.wall_ns is not None
    assert cells["wall_ns"] == pytest.approx(row.wall_ns.value)
    assert cells["verdict"] == "faster"
    rounds = run.rounds_to_frame()
    mine = rounds[(rounds.scenario == "http-50ms-n10-c10") & (rounds.model == "asyncio")]
    assert sorted(mine[mine.suite == "io_bound"].wall_ns) == sorted(
        each.wall_ns for each in row.rounds if hasattr(each, "wall_ns")
    )


def test_a_file_of_another_tool_has_benchmarks_and_what_has_no_figure(tmp_path: Path) -> None:
    data = {"data": [0.010, 0.011, 0.012], "median": 0.011, "rounds": 3}
    good = benchmark("test_<b>", 0.011, stats=data)
    path = write(tmp_path / "theirs.json", plain(good, benchmark("test_zero", 0.0)))
    run = waitbench.load(path)
    assert not any((run.scenarios, run.rows, run.findings))
    (kept,) = run.benchmarks
    assert kept.value == pytest.approx(11e6)
    assert [(each.name, each.reason) for each in run.skipped] == [("test_zero", "its median is 0")]
    frame = run.to_frame()
    assert list(frame.value) == [pytest.approx(11e6)]
    assert list(run.rounds_to_frame().value) == [pytest.approx(x) for x in (10e6, 11e6, 12e6)]
    page = run._repr_html_()
    assert "test_&lt;b&gt;" in page
    assert "test_<b>" not in page
    assert "test_zero: its median is 0" in page
    assert "theirs.json" in repr(run)
    with pytest.raises(waitbench.BenchError, match="already"):
        run.save(tmp_path / "again.json")


def test_what_the_docs_tell_to_write_of_files_can_be_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(CHECKOUT)
    of_a_file, of_two, *_ = code(CHECKOUT / "docs" / "api.md", "python")
    exec(of_a_file, {})
    exec(of_two, {})
    shown = capsys.readouterr().out
    assert shown.startswith("waitbench ")
    assert "'cpu-no-gain': 'supported'" in shown
    assert "run.json and run.json" in shown


def test_a_notebook_is_shown_tables_with_intervals_and_verdicts(run: waitbench.Run) -> None:
    page = run._repr_html_()
    assert page.count("<table>") == len(run.scenarios)
    assert "faster than sync<br>times [95 %]" in page
    assert "<script" not in page


@pytest.mark.processes
def test_importing_it_and_listing_its_names_imports_no_library_that_costs() -> None:
    code = (
        "import sys, waitbench; waitbench.load; dir(waitbench);"
        "print([name for name in ('pandas', 'scipy', 'altair', 'pytest') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(CHECKOUT / "bench")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
