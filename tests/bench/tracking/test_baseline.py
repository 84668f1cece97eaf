"""Baselines: what is kept of a run, and what a later run on this or another machine may be told."""

import json
import re
from dataclasses import replace
from math import exp, log
from pathlib import Path
from typing import Any

import pytest

from tests.bench import synthetic
from tests.bench.others import benchmark, machine, plain, write
from waitbench.analysis.comparison import Summary
from waitbench.analysis.summary import summarise
from waitbench.cli import main
from waitbench.gate import sentences
from waitbench.gate.settings import GateSettings
from waitbench.results.load import load
from waitbench.scenario import BenchError
from waitbench.tracking import baseline
from waitbench.tracking import ratios as kept
from waitbench.tracking.baseline import Baseline
from waitbench.tracking.ratios import KeptFigure

DATE = "2026-01-01T00:00:00+00:00"
SETTINGS = GateSettings(margin=0.10)


def saved(tmp_path: Path, name: str, asyncio_ms: float, sync_ms: float, **environment: Any) -> Any:
    """A run of 12 launches in which both models are as fast as is said."""
    of = synthetic.scenario("http-50ms-n1-c1", tasks=1, concurrency=1)
    factors = [1 + 0.001 * n for n in range(12)]
    folder = tmp_path / Path(name).stem
    folder.mkdir()
    return synthetic.summary(
        folder,
        synthetic.record(of, "sync", synthetic.shaken(sync_ms, factors), width=1),
        synthetic.record(of, "asyncio", synthetic.shaken(asyncio_ms, factors), width=1),
        environment=synthetic.ENVIRONMENT | environment,
    )


@pytest.fixture
def then(tmp_path: Path) -> Baseline:
    return baseline.made(saved(tmp_path, "then.json", 10, 50), name="then", date=DATE)


def verdicts(outcome: Any) -> dict[str, str]:
    return {result.name.split("/")[-1]: result.verdict for result in outcome.results}


def test_the_same_figures_are_the_same_and_come_back_from_the_file(
    tmp_path: Path, then: Baseline
) -> None:
    read = baseline.read(baseline.write(tmp_path / "kept", then))
    assert read.rows.keys() == then.rows.keys()
    outcome = baseline.compare(read, saved(tmp_path, "now.json", 10, 50), SETTINGS)
    assert set(verdicts(outcome).values()) == {"same"}
    assert outcome.status() == 0


def test_a_model_that_lost_its_lead_is_slower_also_on_another_machine(
    tmp_path: Path, then: Baseline
) -> None:
    # Everything takes twice as long there, but asyncio takes 2.5 times as long.
    now = saved(tmp_path, "now.json", 25, 100, cpu="Another", cores_allowed=8)
    outcome = baseline.compare(then, now, SETTINGS)
    assert verdicts(outcome)["asyncio speed"] == "slower"
    assert not [name for name in verdicts(outcome) if name.endswith("wall")]
    assert "absolute times are not compared" in outcome.notes[0]
    assert "processor" in outcome.notes[0]
    assert "cores" in outcome.notes[0]
    assert outcome.status() == 1


def test_a_baseline_of_other_rows_compares_nothing_and_is_no_success(
    tmp_path: Path, then: Baseline
) -> None:
    renamed = {name.replace("n1-c1", "n2-c1"): figures for name, figures in then.rows.items()}
    now = saved(tmp_path, "now.json", 10, 50)
    outcome = baseline.compare(replace(then, rows=renamed), now, SETTINGS)
    assert {result.verdict for result in outcome.results} == {"new", "vanished"}
    assert (outcome.status(), outcome.status(allow_empty=True)) == (2, 0)


def test_on_the_same_machine_walls_are_compared_too(tmp_path: Path, then: Baseline) -> None:
    # Both twice as slow: no ratio within the run can see that.
    outcome = baseline.compare(then, saved(tmp_path, "now.json", 20, 100), SETTINGS)
    by_name = verdicts(outcome)
    assert by_name["asyncio speed"] == "same"
    assert by_name["asyncio wall"] == "slower"
    assert outcome.notes == ()


def test_rows_of_one_side_alone_are_new_or_vanished(tmp_path: Path, then: Baseline) -> None:
    rows = dict(then.rows)
    name = next(row for row in rows if row.endswith("asyncio"))
    rows["io_bound/old/asyncio"] = rows.pop(name)
    outcome = baseline.compare(
        replace(then, rows=rows), saved(tmp_path, "now.json", 10, 50), SETTINGS
    )
    by_name = {result.name: result.verdict for result in outcome.results}
    assert by_name[name] == "new"
    assert by_name["io_bound/old/asyncio"] == "vanished"


def test_a_change_puts_both_errors_together() -> None:
    # Errors of 3 and 4 % make 5 %; with 10 degrees each: 25² / ((81 + 256) / 10) = 18.5.
    then = KeptFigure(log=log(2.0), error=0.03, freedom=10, count=11)
    now = KeptFigure(log=log(1.0), error=0.04, freedom=10, count=11)
    change = kept.change(then, now, "speed")
    assert change.value == pytest.approx(0.5)
    assert change.spreads[0].error == pytest.approx(0.05)
    assert change.spreads[0].freedom == 18
    assert kept.change(then, now, "CPU").value == pytest.approx(2.0)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"schema": 1}', '{"schema": 1, "rows": {"a": {"speed": {"log": "x"}}}}'],
)
def test_a_corrupt_baseline_is_one_line_that_says_what_to_type(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(BenchError, match=r"is no baseline or is damaged .* make it anew") as raised:
        baseline.read(path)
    assert "\n" not in str(raised.value)


def test_one_of_a_newer_waitbench_is_refused(tmp_path: Path, then: Baseline) -> None:
    path = baseline.write(tmp_path, then)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 99}))
    with pytest.raises(BenchError, match="newer waitbench"):
        baseline.read(path)


def test_auto_takes_this_machine_s_and_else_the_newest(tmp_path: Path, then: Baseline) -> None:
    now, folder = saved(tmp_path, "now.json", 10, 50), tmp_path / "kept"
    with pytest.raises(BenchError, match="there is no baseline"):
        baseline.find("auto", folder, now)
    baseline.write(folder, replace(then, name="old", date="2024-01-01"))
    baseline.write(folder, replace(then, name="young", date="2025-01-01"))
    assert baseline.find("auto", folder, now).name == "young"
    own = baseline.made(now, name=None, date="2023-01-01")
    baseline.write(folder, own)
    assert baseline.find("auto", folder, now).name == own.name
    assert baseline.find("old", folder, now).name == "old"


def test_the_commands_keep_list_show_and_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from waitbench.commands import _results
    from waitbench.commands import baseline as command

    for module in (_results, command):
        monkeypatch.setattr(module, "results_folder", lambda: tmp_path)
    run = str(saved(tmp_path, "run.json", 10, 50).path)
    assert main(["baseline", "list"]) == 0
    assert main(["baseline", "update", run, "--name", "mine"]) == 0
    assert main(["baseline", "list"]) == 0
    assert main(["baseline", "show", "mine"]) == 0
    printed = capsys.readouterr().out
    assert "there is no baseline yet" in printed
    assert printed.count("mine") >= 3
    assert main(["gate", run, "--baseline", "mine"]) == 0
    assert "Nothing of" in capsys.readouterr().out
    assert main(["gate", run, "--baseline", "mine", "--base", "HEAD"]) == 2
    assert "give one of them" in capsys.readouterr().err
    kept_file = tmp_path / "baselines/mine.json"
    kept_file.write_text(re.sub(r'"error": [^,}]+', '"error": 1e300', kept_file.read_text()))
    assert main(["gate", run, "--baseline", "mine"]) == 2
    complaint = capsys.readouterr().err
    assert "mine holds a value" in complaint
    assert complaint.count("\n") == 1


def test_the_ends_of_a_change_lie_around_it() -> None:
    figure = KeptFigure(log=0.0, error=0.01, freedom=11, count=12)
    change = kept.change(figure, figure, "wall")
    assert change.low is not None
    assert change.high is not None
    assert change.low < change.value < change.high
    assert exp(0) == change.value


def of_others(path: Path, *benchmarks: object, **more: Any) -> Summary:
    return summarise(load(write(path, plain(*benchmarks, **more)), foreign=True))


def test_medians_of_another_tool_are_kept_and_compared_without_a_verdict(tmp_path: Path) -> None:
    then = of_others(tmp_path / "a.json", benchmark("test_a", 0.010), benchmark("test_a", 0.02))
    kept = baseline.made(then, name="theirs", date="2026-03-01")
    again = baseline.read(baseline.write(tmp_path, kept))
    assert set(again.rows) == {"tests/test_shop.py::test_a", "tests/test_shop.py::test_a (2)"}
    assert again.commit.startswith("1111111")
    now = of_others(tmp_path / "b.json", benchmark("test_a", 0.015), benchmark("test_new", 0.01))
    outcome = baseline.compare(again, now, GateSettings())
    by_name = {result.name: result for result in outcome.results}
    change = by_name["tests/test_shop.py::test_a wall"]
    assert change.verdict == "undecided"
    assert change.ratio is not None
    assert change.ratio.value == pytest.approx(10 / 15, rel=1e-5)
    assert change.ratio.interval is None
    assert sentences.change(change) == "+50.0 %"
    assert by_name["tests/test_shop.py::test_new"].verdict == "new"
    assert by_name["tests/test_shop.py::test_a (2)"].verdict == "vanished"
    assert any("one process each" in note for note in outcome.notes)
    elsewhere = machine(cpu={"count": 2, "brand_raw": "Another"})
    other = of_others(tmp_path / "c.json", benchmark("test_a", 0.015), machine_info=elsewhere)
    refused = baseline.compare(again, other, GateSettings())
    assert not any(result.ratio for result in refused.results)
    assert any("another machine" in note for note in refused.notes)


def test_medians_of_several_processes_have_an_interval_and_a_verdict(tmp_path: Path) -> None:
    def run(name: str, middle_s: float) -> Summary:
        shakes = (0.99, 1.0, 1.01, 1.0, 0.995, 1.005)
        runs = [{"values": [middle_s * shake] * 3} for shake in shakes]
        document = {
            "version": "1.0",
            "metadata": {"unit": "second", "perf_version": "2.6.0"},
            "benchmarks": [{"metadata": {"name": "load"}, "runs": runs}],
        }
        return summarise(load(write(tmp_path / name, document), foreign=True))

    kept = baseline.made(run("a.json", 0.010), name="theirs", date="2026-03-01")
    slower, same = (
        baseline.compare(kept, run(name, middle), GateSettings(margin=0.1)).results[0]
        for name, middle in (("b.json", 0.015), ("c.json", 0.010))
    )
    assert (slower.verdict, same.verdict) == ("slower", "same")
    assert slower.change is not None
    assert slower.change[1] < 0.5 < slower.change[2]
