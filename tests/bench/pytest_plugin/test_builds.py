import sys
from pathlib import Path

import pytest

from waitbench import cli
from waitbench.analysis.summary import summarise
from waitbench.report import rerun_command
from waitbench.results.load import load

pytestmark = pytest.mark.processes
ZONE = "TZ=UTC"


def test_a_run_under_two_builds_of_this_interpreter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = "{}.{}".format(*sys.version_info)
    asked = f"{sys.executable},{sys.executable}+{ZONE},3.8888,{own}/nothing"
    words = ["run", "cpu_bound", "-k", "compute", "--models", "sync,threads", "--python", asked]
    status = cli.main([*words, "--budget", "1", "--launches", "1", "--force", "-o", "run.json"])
    told = capsys.readouterr()
    assert status == 0, told.err
    assert "--python 3.8888: there is none here" in told.err
    assert f"--python {own}/nothing: there is no such file" in told.err
    run = load(tmp_path / "run.json")
    first, second = run.builds
    assert second == f"{first}+{ZONE}"
    rows = {record.name: record for record in run.contestants}
    assert set(rows) == {
        f"{model}@{build}" for model in ("sync", "threads") for build in run.builds
    }
    assert {record.scenario.baseline for record in rows.values()} == {f"sync@{first}"}
    blocks = [set(record.blocks()) for record in rows.values()]
    assert all(blocks)
    assert all(record.state["python"].startswith(own) for record in rows.values())
    assert rows[f"sync@{second}"].contestant.environ[ZONE[:2]] == "UTC"
    assert sys.executable not in (tmp_path / "run.json").read_text()
    assert "Interpreters" in told.out
    assert f"--python {first},{second}" in rerun_command.command(summarise(run))


def test_where_none_of_them_can_race_it_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "cpu_bound", "--python", "3.8888", "--force"]) == 2
    told = capsys.readouterr().err.strip()
    assert told.count("\n") == 0
    assert "3.8888: there is none here" in told


def test_an_environment_of_mine_is_used_and_one_of_no_use_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = sys.prefix
    words = ["run", "cpu_bound", "-k", "compute", "--models", "sync", "--force", "-o", "run.json"]
    words += ["--budget", "1", "--launches", "1"]
    assert cli.main([*words, "--python-env", own]) == 0
    (build,) = load(tmp_path / "run.json").builds
    assert build.startswith("{}.{}".format(*sys.version_info))
    capsys.readouterr()
    assert cli.main([*words, "--python-env", str(tmp_path / "none")]) == 2
    assert "holds no bin/python" in capsys.readouterr().err
