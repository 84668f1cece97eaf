"""The claim that what is not awaited does not happen: each verdict from a hand-made run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import Finding
from waitbench.findings import forgotten_await as claim

LOST = {"began": 0, "ran": 0, "warned": 1, "told_where": 1}
CUT_OFF = {"began": 1, "ran": 0, "warned": 0, "told_where": 0}
DONE = {"began": 1, "ran": 1, "warned": 0, "told_where": 0}


def program(run: str, name: str, seen: Mapping[str, float]) -> dict[str, Any]:
    """Twelve runs of the program, all with the same end."""
    of = scenario(
        f"forgotten-{run}",
        suite="forgotten",
        workload="forgotten",
        params={"run": run},
        tasks=1,
        concurrency=1,
        baseline="awaited" if run == "python" else "await",
        waits_ns=0,
    )
    well = "exit_zero" if run == "python" else "pytest_green"
    return record(of, name, shaken(70), kind="sync", metrics={well: 1, **seen})


RIGHT = program("python", "awaited", DONE)


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return claim.find(summary(folder, *records))


def test_what_is_lost_without_a_failure_supports_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        RIGHT,
        program("python", "await", LOST),
        program("python", "task", CUT_OFF),
        program("pytest", "await", LOST),
        program("pytest", "task", CUT_OFF),
    )
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "A forgotten await: what it forgot did not even begin in any of 12 runs; a warning on "
        "stderr naming file and line of the slip; exit status 0, and pytest stays green. "
        "A task that nobody waits for: what it forgot began and was cut off in all of 12 runs; not "
        "a word on stderr; exit status 0, and pytest stays green without a word."
    )
    assert finding.brief == "of 2 slips 2 did not run to the end, 1 warned, 0 made anything fail"
    assert finding.effect == 1.0
    assert "forgotten-pytest/task" in finding.evidence


def test_what_runs_all_the_same_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, RIGHT, program("python", "await", DONE))
    assert finding.verdict == "refuted"
    assert "ran to its end in all of 12 runs" in finding.sentence


def test_what_fails_refutes_it_too(tmp_path: Path) -> None:
    failing = program("python", "await", {**LOST, "exit_zero": 0})
    assert find(tmp_path, RIGHT, failing).verdict == "refuted"
    red = program("pytest", "await", {**LOST, "pytest_green": 0})
    finding = find(tmp_path, RIGHT, program("python", "await", LOST), red)
    assert finding.verdict == "refuted"
    assert "exit status 0, and pytest fails" in finding.sentence


def test_some_slips_only_make_it_conditional_on_which(tmp_path: Path) -> None:
    finding = find(
        tmp_path, RIGHT, program("python", "await", LOST), program("python", "gather", DONE)
    )
    assert finding.verdict == "conditional"
    assert finding.effect == 0.5
    assert finding.conditions == (
        "a forgotten await: lost without a failure",
        "a gather that is not awaited: not lost unnoticed",
    )


def test_a_slip_that_is_lost_in_some_runs_makes_it_conditional(tmp_path: Path) -> None:
    fickle = program("python", "await", LOST)
    fickle["rounds"][0]["metrics"]["ran"] = 1
    finding = find(tmp_path, RIGHT, fickle)
    assert finding.verdict == "conditional"
    assert finding.conditions == ("a forgotten await: lost in some runs",)


def test_without_the_program_that_is_right_nothing_is_shown(tmp_path: Path) -> None:
    finding = find(tmp_path, program("python", "await", LOST))
    assert finding.verdict == "undecided"
    assert "`waitbench run forgotten`" in finding.sentence
    wrong = program("python", "awaited", CUT_OFF)
    assert find(tmp_path, wrong, program("python", "await", LOST)).verdict == "undecided"
