"""All four verdicts of `is-it-io-bound`, from rows made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary, whole
from waitbench.findings import Finding, is_it_io_bound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RESTLESS = [[10 * MS, 90 * MS], [60 * MS, 12 * MS], [11 * MS, 70 * MS]]


def watched(own_ms: float, held: int, free: int) -> dict[str, float]:
    """16 calls watched alone: their CPU in ms, and samples that found the lock held or free."""
    names = ("threads_ns", "children_ns", "system_share", "own_queued_ns", "threads_queued_ns")
    rest = dict.fromkeys((*names, "children_queued_ns", "switches", "knocks_queued"), 0.0)
    rest |= {"helpers": 1.0, "knocks_idle_share": 0.0, "knocks_limit_ns": 0.0}
    rest |= {"own_ns": own_ms * MS, "knocks_held": held, "knocks_free": free}
    return {f"watched_{name}": figure for name, figure in rest.items()}


WAITS = watched(3.2, 2, 98)
"""Of 160 ms: 0.2 of every 10 ms compute."""
COMPUTES = watched(160, 100, 0)


def raced(
    name: str, seen: Mapping[str, float], walls_ms: Mapping[str, float], **details: Any
) -> list[dict[str, Any]]:
    """16 calls of 10 ms, eight at once, with each model's wall."""
    of = scenario(name, suite="advice", workload=name, tasks=16, concurrency=8, controls=["alone"])
    rows = [
        record(of, model, **{"walls": shaken(wall), **details.get(model, {})})
        for model, wall in {"sync": 160, **walls_ms}.items()
    ]
    return [*rows, record(of, "alone", shaken(160), kind="sync", width=1, metrics=seen)]


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return is_it_io_bound.find(summary(folder, *records))


def test_foretold_right_everywhere_supports_it(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *raced("http", WAITS, {"threads": 21, "processes": 25}),
        *raced("compute", COMPUTES, {"threads": 161, "processes": 82}),
    )
    assert finding.verdict == "supported"
    assert "within 10 % of the best in 2 of 2 scenarios." in finding.sentence
    assert "http 98 % (use threads), compute 0 % (use processes)" in finding.sentence
    assert finding.effect is not None
    assert finding.effect < 0.1
    assert "http/alone" in finding.evidence


def test_foretold_wrong_everywhere_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced("http", WAITS, {"threads": 80, "processes": 25}))
    assert finding.verdict == "refuted"
    assert "in 0 of 1 scenario, and a worse one in 1" in finding.sentence


def test_right_here_and_wrong_there_is_conditional_on_where(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        *raced("http", WAITS, {"threads": 21, "processes": 25}),
        *raced("compute", COMPUTES, {"threads": 50, "processes": 82}),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "http, 98 % waiting: threads, as foretold",
        "compute, 0 % waiting: processes foretold (wrong), threads first",
    )


def test_too_close_to_call_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    close = raced("http", WAITS, {"threads": 30, "processes": 27}, threads={"walls": RESTLESS})
    finding = find(tmp_path, *close)
    assert finding.verdict == "undecided"
    assert "`waitbench run advice --launches 6`" in finding.sentence


def test_without_a_watched_call_it_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *whole())
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run advice`" in finding.sentence


def test_a_watched_row_is_a_control_and_never_wins(tmp_path: Path) -> None:
    rows = summary(tmp_path, *raced("http", WAITS, {"threads": 170})).scenarios[0].rows
    assert [row.model for row in rows if row.control] == ["alone"]


def test_how_far_speed_ups_are_off_is_its_effect(tmp_path: Path) -> None:
    # Two turns of 10 ms for 16 calls: 8 times is foretold, less what goes through the lock.
    finding = find(tmp_path, *raced("http", WAITS, {"threads": 40}))
    assert finding.effect == pytest.approx(0.9, abs=0.1)
