from pathlib import Path

import pytest

from tests.bench.builds import under
from tests.bench.synthetic import computing, scenario, summary
from waitbench.analysis.comparison import Summary
from waitbench.findings import (
    Finding,
    claims,
    cpu_other_cures,
    find_all,
    free_threading_cost,
    jit,
    which_build,
)

Walls = dict[str, float | str]
COMPUTING = computing("compute-n8-c2", concurrency=2)
OTHER = computing("checksum-n8-c2", concurrency=2, workload="checksum", suite="cures")
WAITING = scenario("sleep-10ms-n8-c2", workload="sleep", concurrency=2)


def made(folder: Path, *walls: Walls) -> Summary:
    """Computing, then other computing, then waiting: as many as there are walls."""
    scenarios = (COMPUTING, OTHER, WAITING)
    rows = [row for of, each in zip(scenarios, walls, strict=False) for row in under(of, each)]
    return summary(folder, *rows)


def wide(ms: float | str) -> Walls:
    return {"sync@3.14": 60, "sync@3.14t": ms}


@pytest.mark.parametrize(
    ("computing_ms", "other_ms", "verdict"),
    [
        (90, 80, "supported"),
        (60, 58, "refuted"),
        (90, 58, "conditional"),
        ("63?", 80, "undecided"),
    ],
)
def test_one_thread_without_the_gil(
    tmp_path: Path, computing_ms: float | str, other_ms: float, verdict: str
) -> None:
    finding = free_threading_cost.find(made(tmp_path, wide(computing_ms), wide(other_ms)))
    assert finding.verdict == verdict
    assert set(finding.evidence) == {
        f"{name}/sync@{build}"
        for name in ("compute-n8-c2", "checksum-n8-c2")
        for build in ("3.14", "3.14t")
    }


def test_the_gil_is_compared_within_a_version_and_by_the_state_after_the_rounds(
    tmp_path: Path,
) -> None:
    other_version = made(tmp_path, {"sync@3.13": 60, "sync@3.14t": 90})
    finding = free_threading_cost.find(other_version)
    assert (finding.verdict, finding.undecided_for) == ("undecided", "not measured")
    assert "--python 3.14,3.14t" in finding.sentence
    rows = under(COMPUTING, {"sync@3.14": 60, "sync@3.14t": 90})
    rows[1]["state"] = {**rows[1]["state"], "gil": True}  # an import has switched it on
    assert free_threading_cost.find(summary(tmp_path, *rows)).evidence == ()


@pytest.mark.parametrize(
    ("sync_ms", "processes_ms", "verdict"),
    [
        (40, 30, "supported"),
        (60, 41, "refuted"),
        (40, 41, "conditional"),
        ("57?", 30, "undecided"),
    ],
)
def test_the_jit_on_computing_in_python(
    tmp_path: Path, sync_ms: float | str, processes_ms: float, verdict: str
) -> None:
    walls: Walls = {
        "sync@3.15": 60,
        "sync@3.15+jit": sync_ms,
        "processes@3.15": 40,
        "processes@3.15+jit": processes_ms,
    }
    finding = jit.find(made(tmp_path, walls, {}, {"sync@3.15": 80, "sync@3.15+jit": 80}))
    assert finding.verdict == verdict
    assert len(finding.evidence) == 4
    # Told round by round, and no part of the ratio: 60 / 40 is not 60 / 90.
    assert "took 90 ms, 60 ms, 59 ms a round, and then" in finding.sentence
    if verdict == "supported":
        assert finding.effect == pytest.approx(1.5, rel=0.02)


def test_without_its_twin_nothing_is_said_of_the_jit(tmp_path: Path) -> None:
    finding = jit.find(made(tmp_path, {"sync@3.14": 60, "sync@3.15+jit": 40}))
    assert (finding.verdict, finding.evidence) == ("undecided", ())


def test_pypys_jit_is_not_cpythons(tmp_path: Path) -> None:
    rows = under(COMPUTING, {"sync@3.15": 60, "sync@3.15+jit": 20})
    rows[1]["state"] = {**rows[1]["state"], "implementation": "PyPy"}
    finding = jit.find(summary(tmp_path, *rows))
    assert (finding.verdict, finding.evidence) == ("undecided", ())


@pytest.mark.parametrize(
    ("newer_ms", "waiting_ms", "verdict"),
    [
        (40, 300, "supported"),
        (58, 398, "refuted"),
        (40, 398, "conditional"),
        ("54?", 300, "undecided"),
    ],
)
def test_whether_another_interpreter_pays(
    tmp_path: Path, newer_ms: float | str, waiting_ms: float, verdict: str
) -> None:
    walls: Walls = {
        "sync@3.13": 60,
        "processes@3.13": 61,
        "sync@3.15": newer_ms,
        "processes@3.15": 80,
    }
    waits: Walls = {
        "sync@3.13": 900,
        "asyncio@3.13": 400,
        "sync@3.15": 900,
        "asyncio@3.15": waiting_ms,
    }
    finding = which_build.find(made(tmp_path, walls, {}, waits))
    assert finding.verdict == verdict
    assert "compute-n8-c2/sync@3.15" in finding.evidence
    assert "sleep-10ms-n8-c2/asyncio@3.13" in finding.evidence


def of(findings: list[Finding], claim: str) -> Finding:
    return next(finding for finding in findings if finding.claim == claim)


def test_every_claim_is_put_to_each_interpreter_and_may_depend_on_it(tmp_path: Path) -> None:
    walls: Walls = {
        "sync@3.14": 60,
        "threads@3.14": 61,
        "asyncio@3.14": 60,
        "sync@3.14t": 62,
        "threads@3.14t": 31,
        "asyncio@3.14t": 40,
    }
    findings = find_all(made(tmp_path, walls))
    asked = of(findings, "cpu-no-gain")
    assert asked.verdict == "conditional"
    assert asked.brief == "supported under 3.14; refuted under 3.14t without the GIL"
    assert asked.evidence == ("compute-n8-c2/asyncio@3.14", "compute-n8-c2/asyncio@3.14t")
    assert of(findings, "jit").verdict == "undecided"
    assert {finding.claim for finding in findings} == {claim.id for claim in claims()}


def test_threads_cure_computing_where_the_gil_was_off(tmp_path: Path) -> None:
    cures = {**COMPUTING, "suite": "cures"}
    rows = under(
        cures,
        {"sync@3.14": 60, "threads@3.14": 61, "sync@3.14t": 62, "threads@3.14t": 31},
    )
    finding = of(find_all(summary(tmp_path, *rows)), cpu_other_cures.CLAIM)
    assert "Under 3.14t without the GIL" in finding.sentence
    assert "threads without the GIL 2.00" in finding.sentence


def test_a_run_under_one_interpreter_is_not_asked_about_others(tmp_path: Path) -> None:
    from tests.bench.synthetic import whole

    claimed = {finding.claim for finding in find_all(summary(tmp_path, *whole()))}
    assert not {"jit", "which-build", "free-threading-cost"} & claimed
