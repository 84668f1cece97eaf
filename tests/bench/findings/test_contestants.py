"""Claims about other loops, trio, gevent and loops in threads: hand-made rows, every verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.synthetic import record, scenario, shaken, summary
from waitbench.findings import gevent_or_asyncio, loop_per_thread, loops_matter, trio_cost
from waitbench.suites import test_structured as structured

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import ModuleType

    from waitbench.findings import Finding

WIDER = (0.7, 1.0, 1.4)
"""What three launches differ by, where nothing can be sure."""
USUAL = {"loops": "asyncio", "structured": "asyncio", "greenlets": "gevent"}
ASKED = {
    loops_matter: ("loops", "uvloop"),
    trio_cost: ("structured", "trio"),
    gevent_or_asyncio: ("greenlets", "gevent"),
}
"""Claims on CPU: the suite of each, and who is asked about."""


def raced(suite: str, name: str, cpu_ms: Mapping[str, float]) -> list[dict[str, Any]]:
    """Rows of one scenario that all take the same wall, and so much CPU a round."""
    of = scenario(name, suite=suite, baseline=USUAL[suite], waits_ns=0)
    return [
        record(of, model, shaken(100), cpu_ms=cpu, kind=model.removesuffix("-again"), width=32)
        for model, cpu in cpu_ms.items()
    ]


def restless(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, of which the CPU of the last differs from launch to launch."""
    for entry in records[-1]["rounds"]:
        entry["cpu_ns"] = round(entry["cpu_ns"] * WIDER[entry["launch"]])
    return records


def find(claim: ModuleType, folder: Path, *records: dict[str, Any]) -> Finding:
    finding: Finding = claim.find(summary(folder, *records))
    return finding


def pair(claim: ModuleType, name: str, times: float) -> list[dict[str, Any]]:
    """Rows of the claim's suite: who is asked about takes so many times asyncio's CPU."""
    suite, asked = ASKED[claim]
    return raced(suite, name, {"asyncio": 100, asked: 100 * times})


@pytest.mark.parametrize(
    ("claim", "yes", "no"),
    [(loops_matter, 0.5, 0.95), (trio_cost, 1.5, 1.0), (gevent_or_asyncio, 2.0, 0.9)],
)
def test_a_claim_on_cpu_has_each_of_the_four_verdicts(
    claim: ModuleType, yes: float, no: float, tmp_path: Path
) -> None:
    supported = find(claim, tmp_path, *pair(claim, "a", yes), *pair(claim, "b", yes))
    assert supported.verdict == "supported"
    assert supported.effect == pytest.approx(yes)
    assert supported.unit == "times the CPU"
    refuted = find(claim, tmp_path, *pair(claim, "a", no))
    assert (refuted.verdict, refuted.conditions) == ("refuted", ())
    either = find(claim, tmp_path, *pair(claim, "a", yes), *pair(claim, "b", no))
    assert either.verdict == "conditional"
    assert len(either.conditions) == 1
    unsure = find(claim, tmp_path, *restless(pair(claim, "a", (yes + no) / 2)))
    assert (unsure.verdict, unsure.undecided_for) == ("undecided", "too unsure")
    assert f"waitbench run {claim.SUITES[0]} --launches" in unsure.sentence
    none = find(claim, tmp_path, record(scenario(), "sync", shaken(1600)))
    assert (none.verdict, none.undecided_for) == ("undecided", "not measured")
    assert f"`waitbench run {claim.SUITES[0]}`" in none.sentence
    for finding in (supported, refuted, either, unsure):
        assert len(finding.brief or "") < 100
        assert len(finding.evidence) == len(set(finding.evidence))


def test_which_loop_for_what_and_by_how_much(tmp_path: Path) -> None:
    finding = find(
        loops_matter,
        tmp_path,
        *raced("loops", "timers", {"asyncio": 100, "uvloop": 60, "rloop": 90}),
        *raced("loops", "callbacks", {"asyncio": 100, "uvloop": 40}),
        *raced("loops", "requests", {"asyncio": 100, "uvloop": 95, "rloop": 90}),
    )
    assert finding.sentence == (
        "CPU of a task, as a multiple of what asyncio's own loop takes, for timers: uvloop 0.60 "
        "[0.60, 0.60] and rloop 0.90 [0.90, 0.90]; callbacks: uvloop 0.40 [0.40, 0.40]; requests: "
        "uvloop 0.95 [0.95, 0.95] and rloop 0.90 [0.90, 0.90]."
    )
    assert "requests/rloop" in finding.evidence
    assert finding.conditions == (
        "uvloop for timers: 0.60 [0.60, 0.60]",
        "uvloop for callbacks: 0.40 [0.40, 0.40]",
    )
    assert finding.effect_of == "uvloop for callbacks"
    assert finding.brief == "a fifth or more is saved in 2 of 5 rows"


def test_one_loop_that_saves_in_every_scenario_is_enough(tmp_path: Path) -> None:
    finding = find(
        loops_matter,
        tmp_path,
        *raced("loops", "timers", {"asyncio": 100, "uvloop": 60, "rloop": 90}),
        *raced("loops", "callbacks", {"asyncio": 100, "uvloop": 90, "rloop": 50}),
    )
    assert (finding.verdict, finding.conditions) == ("supported", ())


@pytest.mark.parametrize("claim", ASKED)
def test_a_scenario_whose_control_differs_from_itself_is_left_out(
    claim: ModuleType, tmp_path: Path
) -> None:
    suite, asked = ASKED[claim]
    again = f"{USUAL[suite]}-again"
    steady = {"asyncio": 100, asked: 50 if claim is loops_matter else 200}
    steady[again] = steady[USUAL[suite]]
    drifting = raced(suite, "drifting", {"asyncio": 100, asked: 100, again: 300})
    finding = find(claim, tmp_path, *raced(suite, "steady", steady), *drifting)
    assert finding.verdict == "supported"
    assert "the same contestant twice differed by a tenth: drifting." in finding.sentence
    assert find(claim, tmp_path, *drifting).undecided_for == "not measured"


def test_what_stands_beside_trio_and_gevent_decides_nothing(tmp_path: Path) -> None:
    finding = find(
        trio_cost,
        tmp_path,
        *raced("structured", "requests", {"asyncio": 100, "trio": 150, "anyio": 104}),
    )
    assert finding.verdict == "supported"
    assert finding.sentence.endswith(
        "Under AnyIO on asyncio a task takes 1.04 [1.04, 1.04] in requests times the CPU that it "
        "takes under asyncio."
    )
    finding = find(
        gevent_or_asyncio,
        tmp_path,
        *raced("greenlets", "requests", {"asyncio": 50, "threads": 120, "gevent": 100}),
    )
    assert finding.verdict == "supported"
    assert "0.83 [0.83, 0.83] in requests times the CPU that it takes with threads" in (
        finding.sentence
    )


def test_all_scenarios_of_a_suite_stand_in_one_short_line(tmp_path: Path) -> None:
    rows = []
    for scenario_ in structured.FULL:
        trio = 90 if scenario_.name == "sleeps" else 150
        rows += raced("structured", scenario_.name, {"asyncio": 100, "trio": trio})
    brief = find(trio_cost, tmp_path, *rows).brief
    assert brief == (
        "trio takes more CPU than asyncio: in httpx2-20-at-once and httpx2-one-by-one, "
        "not in sleeps"
    )
    assert len(brief) < 100


def loops(name: str, threads_ms: float, *, gil: bool = True) -> list[dict[str, Any]]:
    """One loop, one in each thread, and one in each process, which takes 50 ms."""
    of = scenario(name, suite="many_loops", baseline="asyncio")
    rows = [
        record(of, "asyncio", shaken(100)),
        record(of, "loop_per_thread", shaken(threads_ms)),
        record(of, "processes_asyncio", shaken(50)),
    ]
    rows[1]["state"] = {"gil": gil}
    return rows


def test_loops_in_threads_have_each_of_the_four_verdicts_by_the_gil(tmp_path: Path) -> None:
    slow = find(loop_per_thread, tmp_path, *loops("busy", 100))
    assert slow.verdict == "refuted"
    assert slow.effect == pytest.approx(0.5)
    assert slow.conditions == ("with the GIL",)
    assert "0.50 [0.50, 0.50] in busy with the GIL (1.00 [1.00, 1.00] of one loop's)" in (
        slow.sentence
    )
    fast = find(loop_per_thread, tmp_path, *loops("busy", 50, gil=False))
    assert (fast.verdict, fast.conditions) == ("supported", ("without the GIL",))
    both = find(loop_per_thread, tmp_path, *loops("busy", 50), *loops("requests", 100))
    assert both.verdict == "conditional"
    unsure = loops("busy", 55)
    unsure[1] = record(unsure[1]["scenario"], "loop_per_thread", shaken(55, WIDER))
    assert find(loop_per_thread, tmp_path, *unsure).undecided_for == "too unsure"
    assert find(loop_per_thread, tmp_path, *loops("busy", 50)[::2]).undecided_for == "not measured"
