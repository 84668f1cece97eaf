"""The newest other interpreter that is here races too: skipped, with a reason, where none is."""

import sys
from pathlib import Path

import pytest

from waitbench import cli
from waitbench.pythons import found
from waitbench.pythons.interpreter import Interpreter
from waitbench.results.load import load

pytestmark = pytest.mark.processes


def newest_other() -> Interpreter | None:
    others = [each for each in found.here() if each.version[:2] != sys.version_info[:2]]
    usual = [each for each in others if not each.free_threaded and each.implementation == "CPython"]
    return max(usual, key=lambda each: each.version, default=None)


def test_another_version_computes_the_same_and_its_pools_are_paid_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = newest_other()
    if other is None:
        pytest.skip("no other Python from 3.11 on is here; `waitbench list --pythons`")
    monkeypatch.chdir(tmp_path)
    words = ["run", "cpu_bound", "-k", "compute", "--models", "sync,processes", "--force"]
    switched = f",{other.path}+jit" if other.jit_available else ""
    asked = f"{sys.executable},{other.path}{switched}"
    status = cli.main(
        [*words, "--python", asked, "--budget", "1", "--launches", "1", "-o", "run.json"]
    )
    assert status == 0, capsys.readouterr().err
    run = load(tmp_path / "run.json")
    own, newer, *jit = run.builds
    assert own != newer
    for record in run.contestants:
        least = min(each.cpu_ns for each in record.rounds)
        # A pool's children are reaped by a fork server: their CPU counts under every version.
        assert least > 1_000_000, record.name
        assert record.failure is None
        assert record.state["start_method"] == "forkserver"
        # Its start-up is a later pool's: what the first one waits for stands beside it.
        assert bool(record.state.get("first_pool_ns")) is ("processes" in record.name)
        # Workers are handed the switch, and what they are warmed up by is no time.
        assert bool(record.state["jit"]) is (record.contestant.build in jit)
        assert all(bool(launch.warm_ns) is bool(record.state["jit"]) for launch in record.launches)
    versions = {record.contestant.build: record.state["python"] for record in run.contestants}
    assert all(versions[build].startswith(build[:4]) for build in (own, newer))
