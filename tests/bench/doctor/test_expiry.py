"""Limits that ran out while a loop stood still: facts made by hand, and programs of the corpus."""

import pytest

from tests.bench.doctor.corpus import LIMITS, faults
from tests.bench.doctor.test_corpus import examined as examined_program
from tests.bench.doctor.test_diagnosis import LOAD, MS, PAGE, _activity, _look, _step
from tests.calm import tried_again
from waitbench.doctor.diagnosis import examined
from waitbench.doctor.findings import Finding, SourceLine
from waitbench.doctor.leaks import Leaks
from waitbench.doctor.limits import RanOut
from waitbench.doctor.pool import Pool, Wait

ASKS = SourceLine(file=LOAD.co_filename, line=3, function="load")
HOLD = _step(_look(50, (PAGE, 9)), wall_ms=200, at_ms=100)


def _limit(due_ms: int, fired_ms: int, *, answered: bool = False) -> RanOut:
    return RanOut(
        due_ns=due_ms * MS,
        fired_ns=fired_ms * MS,
        subject="load",
        place=ASKS,
        answered=answered,
    )


def _expired(*limits: RanOut) -> list[Finding]:
    seen = examined(_activity(HOLD), Leaks(began_ns=0), [], limits)
    return [finding for finding in seen.findings if finding.kind == "expired"]


def test_limits_that_came_due_in_a_hold_are_told_with_its_line() -> None:
    (finding,) = _expired(_limit(150, 301, answered=True), _limit(200, 302, answered=True))
    assert (finding.place, finding.times) == (ASKS, 2)
    assert finding.inside == SourceLine(file=PAGE.co_filename, line=9, function="page")
    assert (finding.longest_ns, finding.total_ns) == (151 * MS, 253 * MS)
    assert "whose answers had come" in finding.detail


def test_answers_that_had_not_come_are_not_said_to_have() -> None:
    (finding,) = _expired(_limit(150, 301, answered=True), _limit(200, 302))
    assert "the answers of 1 had come" in finding.detail
    (finding,) = _expired(_limit(150, 301))
    assert finding.detail == ""


@pytest.mark.parametrize("due_ms", [99, 320])
def test_a_limit_that_came_due_at_another_time_is_no_matter(due_ms: int) -> None:
    assert _expired(_limit(due_ms, due_ms)) == []


def test_a_line_for_a_pool_that_a_hold_made_long_is_not_the_pools_fault() -> None:
    def kinds(*waits: Wait) -> list[str]:
        pool = Pool(name="a pool", limit=1, chosen=True, in_loop=True, calls=9, waits=[*waits])
        seen = examined(_activity(HOLD), Leaks(began_ns=0), [pool])
        return [finding.kind for finding in (*seen.findings, *seen.notes)]

    # Held from 100 to 300 ms: of the first wait 20 ms are the pool's, of the second 60.
    assert kinds(Wait(80 * MS, 220 * MS, served=False)) == ["waiting"]
    assert kinds(Wait(40 * MS, 260 * MS)) == ["waiting", "pool"]


@pytest.mark.processes
@pytest.mark.parametrize("name", LIMITS)
@tried_again
def test_a_limit_that_a_hold_made_run_out_is_found_with_its_line(name: str) -> None:
    _, report, _ = examined_program(f"tests.bench.doctor.corpus.{name}:main")
    (limit,) = (finding for finding in report["findings"] if finding["kind"] == "expired")
    assert {limit["place"]["line"]} == faults(name)
    assert limit["inside"]["file"] == limit["place"]["file"]
    assert ("had come" in limit["says"]) == (name != "limit_turn")
