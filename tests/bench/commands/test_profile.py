"""`waitbench profile`, as it is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from waitbench.cli import main
from waitbench.profiling import profiled_pass
from waitbench.pytest_plugin.profile_lineup import lineup

if TYPE_CHECKING:
    from pathlib import Path

    from waitbench.profiling.profile import Profile
    from waitbench.race.plan import Lineup


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["profile", *arguments]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("waitbench: ")
    assert complaint.count("\n") == 1
    return complaint


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nowhere"], "there is no suite 'nowhere'; there are"),
        (["-k", "fibers"], "no contestant matches -k 'fibers'"),
        (["--models", "fibers"], "there is no model named 'fibers'; there are"),
        (["--format", "svg", "-o", "x"], "there is no format 'svg'; there are text, html"),
        (["--format", "html"], "name a folder, too"),
        (["--seconds", "0"], "--seconds is a number above zero"),
        (["serving"], "has a race of its own"),
        (["none.json"], "none.json cannot be read"),
    ],
)
def test_a_mistake_is_a_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    assert expected in complaint(capsys, *arguments)


def test_without_words_the_quick_scenarios_are_profiled() -> None:
    chosen, left_out = lineup([], None, (), None)
    assert {scenario.suite for scenario, _ in chosen} == {"io_bound", "cpu_bound"}
    assert {contestant.name for _, contestants in chosen for contestant in contestants} >= {
        "sync",
        "asyncio",
    }
    assert left_out == []


def test_a_pattern_finds_scenarios_of_any_suite() -> None:
    chosen, _ = lineup([], "http-10ms-*", ("sync", "asyncio"), None)
    assert all(scenario.name.startswith("http-10ms-") for scenario, _ in chosen)
    assert {contestant.model for _, contestants in chosen for contestant in contestants} == {
        "sync",
        "asyncio",
    }


def test_a_scenario_of_the_quick_run_is_found_by_its_name_once() -> None:
    for scenario, _ in lineup([], None, (), None)[0]:
        (chosen,) = lineup([scenario.suite], scenario.name, (), None)[0]
        assert chosen[0] == scenario


@pytest.mark.processes
def test_it_is_profiled_written_and_shown_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["cpu_bound", "--scenario", "compute-*", "--models", "sync", "--seconds", "0.2"]
    assert main(["profile", *asked, "-o", str(tmp_path), "--format", "speedscope"]) == 0
    out, err = capsys.readouterr()
    assert "1/1 compute-" in err
    assert "sync: 1 thread" in out
    assert "profiles.json, profile.svg and profile.png, and 1 file of one model each" in out
    assert len(json.loads((tmp_path / "profiles.json").read_text())["profiles"]) == 1
    assert main(["profile", str(tmp_path)]) == 0
    again = capsys.readouterr().out
    assert again.partition("The answer")[0] == out.partition("The answer")[0]


@pytest.mark.processes
def test_what_was_profiled_before_a_stop_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = profiled_pass.profile

    def stopped(lineup: Lineup, **options: object) -> list[Profile]:
        scenario, contestants = lineup[0]
        return real([(scenario, contestants[:1])], **options)  # type: ignore[arg-type]

    monkeypatch.setattr(profiled_pass, "profile", stopped)
    asked = ["cpu_bound", "--scenario", "compute-*", "--seconds", "0.1"]
    assert main(["profile", *asked]) == 130
    out, err = capsys.readouterr()
    assert "sync: 1 thread" in out
    assert "stopped; what was profiled so far is above" in err
