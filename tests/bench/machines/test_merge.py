"""Parts of a run, written as machines would have: which go together, and what they come to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import ENVIRONMENT, MS, computing, document, record, shaken
from waitbench.analysis.summary import summarise
from waitbench.cli import main
from waitbench.findings import Finding
from waitbench.findings._machines import on_machines
from waitbench.machines import merge, parts
from waitbench.report.formats import html, markdown, terminal
from waitbench.results import load
from waitbench.scenario import BenchError


def part(  # noqa: PLR0913 - what parts may differ in
    folder: Path,
    number: int,
    *,
    of: int = 4,
    machine: str = "aaaa",
    sync_ms: float = 40,
    gain: float = 1.9,
    seed: int = 7,
    options: dict[str, Any] | None = None,
    environment: dict[str, Any] | None = None,
) -> Path:
    """Write part `number`: the launches number - 1 and number - 1 + `of` of two models."""
    scenario = computing()
    records = [
        record(scenario, "sync", shaken(sync_ms, (0.99, 1.01))),
        record(scenario, "processes", shaken(sync_ms / gain, (1.0, 1.0))),
    ]
    for each in records:
        for entry in (*each["launches"], *each["rounds"]):
            entry["launch"] = number - 1 + entry["launch"] * of
    made = document(
        records,
        seed=seed,
        machine=machine,
        options={"launches": 8, "budget_s": 60, **(options or {}), "part": [number, of]},
        environment={**ENVIRONMENT, **(environment or {})},
    )
    path = folder / f"part-{number}-{machine}-{seed}.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    return path


def merged(folder: Path, *paths: Path) -> load.Run:
    made, _ = merge.merged([load.load(path) for path in paths])
    path = folder / "merged.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    return load.load(path)


def four(folder: Path, **more: Any) -> list[Path]:
    """Write a part of each of four machines, whose speeds differ threefold."""
    return [
        part(folder, number, machine=f"m{number}", sync_ms=ms, **more)
        for number, ms in enumerate((40, 60, 80, 120), 1)
    ]


def test_parts_of_one_machine_are_a_run_like_any_other(tmp_path: Path) -> None:
    run = merged(tmp_path, *(part(tmp_path, number) for number in (1, 2, 3, 4)))
    assert run.machines == ()
    (row,) = (each for each in run.contestants if each.name == "sync")
    assert [each.launch for each in row.launches] == [0, 4, 1, 5, 2, 6, 3, 7]
    assert "part" in run.meta["options"]
    assert run.meta["options"]["part"] is None
    ratio = summarise(run).scenarios[0].rows[1].ratio
    assert ratio is not None
    assert (ratio.over, ratio.count) == ("launches", 8)


def test_times_of_machines_stay_apart_and_their_ratio_is_in_common(tmp_path: Path) -> None:
    run = merged(tmp_path, *four(tmp_path))
    summary = summarise(run)
    stored = json.loads(run.path.read_text())["benchmarks"][0]["stats"]["data"]
    assert {round(seconds * 1e3) for seconds in stored} == {40}  # for stock tools, too
    sync, processes = summary.scenarios[0].rows
    assert {
        name: round(each.wall.value / MS)
        for name, each in sync.measured.by_machine.items()
        if each.wall
    } == {
        "machine 1": 40,
        "machine 2": 60,
        "machine 3": 80,
        "machine 4": 120,
    }
    assert sync.wall is not None
    assert round(sync.wall.value / MS) == 40  # that of the first, and of nobody else
    assert processes.ratio is not None
    assert processes.ratio.value == pytest.approx(1.9, rel=0.01)
    assert (processes.ratio.over, processes.ratio.count) == ("machines", 4)
    assert processes.disagree > 0.05


def test_a_missing_part_is_said_and_the_rest_decided(tmp_path: Path) -> None:
    paths = four(tmp_path)[:3]
    run = merged(tmp_path, *paths)
    assert any("part 4 of 4 is missing" in warning["text"] for warning in run.meta["warnings"])
    (_, processes) = summarise(run).scenarios[0].rows
    assert processes.verdict is not None
    assert processes.verdict.verdict == "faster"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"seed": 8}, "seed 7, not 8"),
        ({"of": 5}, "4 parts, not 5"),
        ({"options": {"launches": 9}}, "launches 8, not 9"),
        ({"environment": {"commit": "def5678"}}, "commit abc1234, not def5678"),
        ({"environment": {"dirty": True}}, "dirty False, not True"),
        ({"environment": {"python": "3.14.1"}}, "python 3.10, not 3.14.1"),
        ({"environment": {"packages": {"requests": "2.32"}}}, "aiohttp 3.14.5, not unknown"),
    ],
)
def test_parts_of_different_runs_are_refused_by_what_differs(
    tmp_path: Path, other: dict[str, Any], said: str
) -> None:
    paths = part(tmp_path, 1), part(tmp_path, 2, machine="bbbb", **other)
    with pytest.raises(BenchError, match=said):
        merged(tmp_path, *paths)


def test_the_same_part_twice_and_a_whole_run_are_refused(tmp_path: Path) -> None:
    first, again = part(tmp_path, 1), part(tmp_path, 1, machine="bbbb")
    with pytest.raises(BenchError, match="both part 1 of 4"):
        merged(tmp_path, first, again)
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(document([record(computing(), "sync", shaken(40))])))
    with pytest.raises(BenchError, match="is a whole run"):
        merged(tmp_path, whole)


def test_machines_that_disagree_make_a_finding_conditional_and_are_named(tmp_path: Path) -> None:
    paths = [
        part(tmp_path, 1, machine="m1", gain=1.9, environment={"cores_allowed": 8}),
        part(tmp_path, 2, machine="m2", gain=1.0),
    ]
    run = merged(tmp_path, *paths)
    summary = summarise(run)
    (_, processes) = summary.scenarios[0].rows
    assert processes.disagree < 0.001
    finding = Finding(
        claim="gains",
        verdict="supported",
        sentence="It gains.",
        evidence=("compute-n8-c8/processes",),
    )
    told = on_machines(finding, summary)
    assert told.verdict == "conditional"
    (condition,) = told.conditions
    assert "1.90 times as fast as its baseline on machine 1 (Imagined CPU, 8 cores" in condition
    assert "gains nothing on machine 2 (Imagined CPU, 2 cores, CPython 3.10)" in condition
    unrelated = Finding(claim="gains", verdict="supported", sentence="It gains.")
    assert on_machines(unrelated, summary) == unrelated
    for form in (terminal, markdown, html):
        text = form.render(summary, [told])
        assert "Machines" in text
        assert "machine 2 (Imagined" in " ".join(text.split())
        assert "disagree" in text


def test_the_merged_results_are_written_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "all.json"
    paths = [str(path) for path in four(tmp_path)[1:]]
    assert main(["merge", *paths, "-o", str(saved), "--quiet"]) == 0
    shown = capsys.readouterr()
    assert "part 1 of 4 is missing" in shown.err
    assert len(load.load(saved).machines) == 3
    assert main(["merge", str(saved)]) == 2
    assert "is a whole run" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "0/4", "5/4", "2", "2/4/6", "a/b", "-1/4"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(BenchError, match="write the second of four as --part 2/4"):
        parts.parsed(text, seeded=True)


def test_a_part_wants_a_seed() -> None:
    assert parts.parsed("2/4", seeded=True) == (2, 4)
    with pytest.raises(BenchError, match="--seed N, the same for every part"):
        parts.parsed("2/4", seeded=False)
