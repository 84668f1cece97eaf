from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, computing, record, shaken, summary
from waitbench.findings import Finding, cpu_other_cures

UNSURE = [[10 * MS, 14 * MS], [17 * MS, 12 * MS], [11 * MS, 9 * MS]]
CURED = {
    "compute": {"sync": 40.0, "threads": 40.0, "processes": 20.0, "leaps": 0.04},
    "checksum": {"sync": 40.0, "c": 0.4},
    "digest": {"sync": 20.0, "threads": 10.0},
    "image": {"sync": 60.0, "threads": 40.0},
}
"""Walls in ms in which everything helps that is said to."""


def rows(walls_ms: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    return [
        record(computing(f"{workload}-n8-c2", suite="cures", workload=workload), name, shaken(wall))
        for workload, walls in walls_ms.items()
        for name, wall in walls.items()
    ]


def decide(tmp_path: Path, *records: dict[str, Any], **meta: Any) -> Finding:
    return cpu_other_cures.find(summary(tmp_path, *records, **meta))


def test_cures_that_all_help_support_it(tmp_path: Path) -> None:
    finding = decide(tmp_path, *rows(CURED))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(1000)
    assert finding.sentence == (
        "Against the plain way, times as fast: a better algorithm 1,000 [1,000, 1,000], the same "
        "loop in C 100 [100, 100], processes 2.00 [2.00, 2.00], library code in threads 1.50 to "
        "2.00. Beside them: threads with pure Python 1.00 [1.00, 1.00]."
    )
    assert finding.conditions == ("2 cores", "with the GIL")


def test_cures_of_which_none_helps_refute_it(tmp_path: Path) -> None:
    idle = {work: dict.fromkeys(walls, 40.0) for work, walls in CURED.items()}
    finding = decide(tmp_path, *rows(idle))
    assert finding.verdict == "refuted"
    assert "None of them helps here." in finding.sentence


def test_a_cure_that_does_not_help_here_makes_it_conditional(tmp_path: Path) -> None:
    one_core = {**CURED, "compute": {**CURED["compute"], "processes": 42.0}}
    finding = decide(tmp_path, *rows(one_core))
    assert finding.verdict == "conditional"
    assert "Of no help here: processes." in finding.sentence
    assert finding.conditions[-1] == "processes: 0.95 in compute-n8-c2"


def test_library_code_that_helps_in_some_work_only_makes_it_conditional(tmp_path: Path) -> None:
    finding = decide(tmp_path, *rows({**CURED, "image": {"sync": 60.0, "threads": 60.0}}))
    assert finding.verdict == "conditional"
    assert "Of help with some work only: library code in threads." in finding.sentence
    assert "image-n8-c2" in finding.conditions[-1]


def test_restless_walls_leave_it_undecided_and_say_what_would_help(tmp_path: Path) -> None:
    of = computing("compress-n8-c2", suite="cures", workload="compress")
    restless = [record(of, "sync", shaken(12)), record(of, "threads", UNSURE)]
    finding = decide(tmp_path, *rows(CURED), *restless)
    assert finding.verdict == "undecided"
    assert "`waitbench run cures --launches 6`" in finding.sentence


def test_a_cure_that_was_not_measured_leaves_it_undecided(tmp_path: Path) -> None:
    finding = decide(tmp_path, *rows({work: CURED[work] for work in ("compute", "checksum")}))
    assert finding.verdict == "undecided"
    assert "Not measured in a way that counts: library code in threads" in finding.sentence


def test_without_rows_the_command_is_named(tmp_path: Path) -> None:
    elsewhere = computing()  # of the suite cpu_bound
    finding = decide(tmp_path, record(elsewhere, "sync", shaken(40)))
    assert finding.verdict == "undecided"
    assert "`waitbench run cures`" in finding.sentence


def test_an_interpreter_without_the_gil_counts_where_there_is_one(tmp_path: Path) -> None:
    free = {**CURED["compute"], "free-threaded": 25.0, "free-threaded-sync": 50.0}
    finding = decide(tmp_path, *rows({**CURED, "compute": free}))
    assert finding.verdict == "supported"
    assert "threads without the GIL 1.60" in finding.sentence
    assert "sync without the GIL 0.80" in finding.sentence


def test_the_lack_of_one_is_said_and_decides_nothing(tmp_path: Path) -> None:
    gone = {"suite": "cures", "scenario": "compute-n8-c2", "model": "free-threaded"}
    left_out = [{**gone, "reason": "needs an interpreter whose GIL is off"}]
    finding = decide(tmp_path, *rows(CURED), left_out=left_out)
    assert finding.verdict == "supported"
    assert finding.sentence.endswith(
        "Threads without the GIL: needs an interpreter whose GIL is off."
    )
