import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import (
    MS,
    computing,
    record,
    scenario,
    shaken,
    summary,
    target,
    whole,
)
from waitbench import registry
from waitbench.findings import (
    Claim,
    Finding,
    claims,
    cpu_no_gain,
    find_all,
    sequential_vs_concurrent,
)
from waitbench.findings import one_winner as winners
from waitbench.findings import waiting_or_computing as overall

UNSURE = [[10 * MS, 14 * MS], [17 * MS, 12 * MS], [11 * MS, 9 * MS]]
"""Walls so restless that nothing near 12 ms can be told apart."""


def calculations(walls_ms: Mapping[str, float], name: str = "compute") -> list[dict[str, Any]]:
    """Calculations by several models, each with the wall given."""
    of = computing(name)
    return [
        record(of, model, shaken(wall), cpu_ms=wall * 0.99, width=8)
        for model, wall in walls_ms.items()
    ]


def requests(
    walls_ms: Mapping[str, float], name: str = "http", tasks: int = 32
) -> list[dict[str, Any]]:
    """Requests of 50 ms, all at once, by several models, each with the wall given."""
    of = scenario(name, tasks=tasks, concurrency=tasks)
    return [record(of, model, shaken(wall), stats=target()) for model, wall in walls_ms.items()]


def test_findings_on_the_run_come_before_those_on_a_scenario(tmp_path: Path) -> None:
    findings = find_all(summary(tmp_path, *whole()))
    overall_first = [finding.claim for finding in findings if finding.scenario is None]
    asked = ["waiting-or-computing", "sequential-vs-concurrent", "cpu-no-gain", "io-or-cpu-bound"]
    assert [claim for claim in overall_first if claim in asked] == asked
    assert [finding.scenario for finding in findings[len(overall_first) :]] == [
        "http-50ms-n32-c32",
        "http-50ms-n8-c8",
        "compute-n8-c8",
        "digest-n8-c8",
    ]


def test_every_finding_leans_on_rows_that_are_there(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole())
    rows = {f"{scenario.name}/{row.model}" for scenario in made.scenarios for row in scenario.rows}
    for finding in find_all(made):
        assert set(finding.evidence) <= rows
        assert finding.evidence or finding.verdict == "undecided"


@pytest.mark.parametrize("name", registry.names("findings"))
def test_every_file_says_what_it_claims_and_what_decides_it(name: str, tmp_path: Path) -> None:
    file = registry.load("findings", name)
    claim = Claim.of(file)
    assert claim.id == file.CLAIM
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", claim.id)
    assert name == claim.id.replace("-", "_")
    assert file.ASKS.endswith(".")
    assert claim.asks == file.ASKS
    assert isinstance(file.SUITES, tuple)
    assert claim.suites
    assert {f"test_{suite}" for suite in claim.suites} <= set(registry.names("suites"))
    assert claim.method.endswith(".")
    assert isinstance(file.PLACE, int)
    # Nothing was measured that speaks to it: one undecided finding, which names the command.
    nothing = record(scenario(suite="nothing"), "sync", [[MS]])
    findings = claim.find(summary(tmp_path, nothing))
    if claim.id != winners.CLAIM:  # which has one for each scenario
        (only,) = findings
        assert (only.verdict, only.evidence, only.claim) == ("undecided", (), claim.id)
        assert "`waitbench run" in only.sentence


def test_no_two_files_make_the_same_claim() -> None:
    ids = [claim.id for claim in claims()]
    assert len(set(ids)) == len(ids)
    assert [claim.place for claim in claims()] == sorted(claim.place for claim in claims())


def test_suites_with_questions_of_their_own_do_not_speak_of_waiting(tmp_path: Path) -> None:
    apart = [entry | {"scenario": entry["scenario"] | {"suite": "made_up"}} for entry in whole()]
    for file in (overall, cpu_no_gain):
        finding = file.find(summary(tmp_path, *apart))
        assert (finding.verdict, finding.evidence) == ("undecided", ())


# cpu-no-gain


def no_gain(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return cpu_no_gain.find(summary(tmp_path, *records))


def test_asyncio_as_slow_as_sync_supports_that_it_does_not_speed_computing_up(
    tmp_path: Path,
) -> None:
    finding = no_gain(tmp_path, *calculations({"sync": 240, "asyncio": 240}))
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "asyncio ran 1 CPU-bound scenario at 1.00 [1.00, 1.00] times the speed of sync: "
        "no speed-up, and any gain is ruled out."
    )


def test_asyncio_slower_than_sync_supports_it_too(tmp_path: Path) -> None:
    finding = no_gain(tmp_path, *calculations({"sync": 240, "asyncio": 480}))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(0.5)


def test_asyncio_faster_than_sync_refutes_it(tmp_path: Path) -> None:
    finding = no_gain(tmp_path, *calculations({"sync": 240, "asyncio": 120}))
    assert finding.verdict == "refuted"
    assert "2.00 [2.00, 2.00] times" in finding.sentence


def test_asyncio_faster_in_one_scenario_only_makes_it_conditional(tmp_path: Path) -> None:
    finding = no_gain(
        tmp_path,
        *calculations({"sync": 240, "asyncio": 120}, "one"),
        *calculations({"sync": 240, "asyncio": 240}, "two"),
    )
    assert finding.verdict == "conditional"
    assert finding.conditions == ("one", "two")
    assert "one 2.00, two 1.00" in finding.sentence


def test_restless_walls_leave_it_undecided_and_say_what_would_help(tmp_path: Path) -> None:
    of = computing()
    finding = no_gain(
        tmp_path, record(of, "sync", shaken(12)), record(of, "asyncio", UNSURE, cpu_ms=10)
    )
    assert finding.verdict == "undecided"
    assert "`waitbench run cpu_bound --launches 6`" in finding.sentence


def test_without_asyncio_it_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    finding = no_gain(tmp_path, *calculations({"sync": 240, "threads": 240}))
    assert finding.verdict == "undecided"
    assert "`waitbench run`" in finding.sentence


# sequential-vs-concurrent


def gap(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return sequential_vs_concurrent.find(summary(tmp_path, *records))


def test_a_gap_that_is_wide_and_grows_supports_the_claim(tmp_path: Path) -> None:
    finding = gap(
        tmp_path,
        *requests({"sync": 400, "asyncio": 50}, "few", 8),
        *requests({"sync": 1600, "asyncio": 50}, "many", 32),
    )
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(32)
    assert finding.sentence == (
        "32 requests of 50 ms took 1.6 s one after another (the waits add up to 1.6 s) and 50 ms "
        "at once with asyncio (no less than 50 ms is possible): 32.0 [32.0, 32.0] times as fast. "
        "The gap grows: 8.00 with 8 at once and 32.0 with 32 at once."
    )


def test_one_number_at_once_leaves_its_growth_open(tmp_path: Path) -> None:
    finding = gap(tmp_path, *requests({"sync": 1600, "asyncio": 50}))
    assert finding.verdict == "undecided"
    assert finding.undecided_for == "partly measured"
    assert "whether the gap grows is open" in finding.sentence


def test_a_wide_gap_that_does_not_grow_is_conditional(tmp_path: Path) -> None:
    finding = gap(
        tmp_path,
        *requests({"sync": 400, "asyncio": 50}, "few", 8),
        *requests({"sync": 1600, "asyncio": 200}, "many", 32),
    )
    assert finding.verdict == "conditional"
    assert (
        "does not grow everywhere: 8.00 with 8 at once and 8.00 with 32 at once" in finding.sentence
    )


def test_growth_that_the_noise_hides_is_left_open(tmp_path: Path) -> None:
    few, many = scenario("few", tasks=8, concurrency=8), scenario("many")
    restless = [[50 * MS, 55 * MS], [62 * MS, 47 * MS], [41 * MS, 70 * MS]]
    finding = gap(
        tmp_path,
        record(few, "sync", shaken(400)),
        record(few, "asyncio", restless),
        record(many, "sync", shaken(480)),
        record(many, "asyncio", restless),
    )
    assert finding.verdict == "undecided"
    assert finding.undecided_for == "too unsure"
    assert "Whether the gap grows is too unsure to call" in finding.sentence


def test_no_gap_refutes_it(tmp_path: Path) -> None:
    assert gap(tmp_path, *requests({"sync": 1600, "asyncio": 1500})).verdict == "refuted"


def test_a_gap_with_some_models_only_is_conditional(tmp_path: Path) -> None:
    finding = gap(tmp_path, *requests({"sync": 1600, "threads": 1500, "asyncio": 50}))
    assert finding.verdict == "conditional"


def test_a_gap_that_may_be_wide_or_not_is_undecided(tmp_path: Path) -> None:
    of = scenario()
    finding = gap(tmp_path, record(of, "sync", shaken(24)), record(of, "asyncio", UNSURE))
    assert finding.verdict == "undecided"


def test_a_scenario_with_one_at_a_time_has_no_gap_to_show(tmp_path: Path) -> None:
    of = scenario(concurrency=1)
    rows = [record(of, model, shaken(1600)) for model in ("sync", "asyncio")]
    finding = gap(tmp_path, *rows)
    assert finding.verdict == "undecided"
    assert "`waitbench run`" in finding.sentence


# waiting-or-computing


def answer(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return overall.find(summary(tmp_path, *records))


WAITS = {"sync": 1600.0, "threads": 55.0, "asyncio": 50.0}
SUMS = {"sync": 240.0, "threads": 240.0, "asyncio": 240.0, "processes": 120.0}


def test_the_usual_answer(tmp_path: Path) -> None:
    finding = answer(tmp_path, *requests(WAITS), *calculations(SUMS))
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "Waiting work gains from asyncio (32.0 [32.0, 32.0] times as fast as sync) and threads "
        "(29.1 [29.1, 29.1]). Pure-Python computing gains from processes (2.00 [2.00, 2.00] times "
        "as fast as sync) alone, not from threads (1.00 [1.00, 1.00]) or asyncio "
        "(1.00 [1.00, 1.00])."
    )
    assert finding.conditions == ("2 cores", "with the GIL")


def test_the_opposite_of_the_usual_answer(tmp_path: Path) -> None:
    finding = answer(
        tmp_path,
        *requests({"sync": 1600, "threads": 1600, "asyncio": 1700}),
        *calculations({"sync": 240, "threads": 120, "asyncio": 100, "processes": 300}),
    )
    assert finding.verdict == "refuted"
    assert "Waiting work gains nothing from threads" in finding.sentence
    assert "computing gains from asyncio (2.40" in finding.sentence


def test_threads_that_compute_faster_make_it_conditional(tmp_path: Path) -> None:
    finding = answer(tmp_path, *requests(WAITS), *calculations({**SUMS, "threads": 125.0}))
    assert finding.verdict == "conditional"
    assert "gains from processes (2.00 [2.00, 2.00] times as fast as sync) and threads" in (
        finding.sentence
    )


def test_gains_in_some_scenarios_only_are_said_so(tmp_path: Path) -> None:
    finding = answer(
        tmp_path,
        *requests({**WAITS, "threads": 1600.0}, "near"),
        *requests(WAITS, "far"),
        *calculations(SUMS),
    )
    assert finding.verdict == "conditional"
    assert "in some cases only from threads (1.00 to 29.1)" in finding.sentence


def test_a_gain_that_is_certain_in_some_scenarios_only_says_in_how_many(tmp_path: Path) -> None:
    near, far = scenario("near"), scenario("far")
    finding = answer(
        tmp_path,
        record(near, "sync", shaken(15)),
        record(near, "asyncio", UNSURE, cpu_ms=10),
        record(far, "sync", shaken(1600)),
        record(far, "asyncio", shaken(50)),
    )
    assert finding.verdict == "undecided"
    assert "times as fast as sync; certain in 1 of 2 scenarios)" in finding.sentence


def test_half_the_rows_leave_it_undecided_but_say_what_is_known(tmp_path: Path) -> None:
    finding = answer(tmp_path, *requests(WAITS))
    assert finding.verdict == "undecided"
    assert finding.sentence.startswith("Waiting work gains from asyncio")
    assert finding.sentence.endswith(
        "No pure-Python computing was measured that counts: `waitbench run` measures both."
    )


def test_hashing_is_not_taken_for_pure_python(tmp_path: Path) -> None:
    of = computing(workload="digest")
    rows = [record(of, model, shaken(80)) for model in SUMS]
    assert answer(tmp_path, *requests(WAITS), *rows).verdict == "undecided"


def test_an_empty_answer_names_the_command(tmp_path: Path) -> None:
    finding = answer(tmp_path, record(scenario(), "threads", shaken(50)))
    assert finding.verdict == "undecided"
    assert finding.sentence.startswith("Neither waiting nor computing was measured")


def test_restless_computing_is_undecided_not_no_gain(tmp_path: Path) -> None:
    of = computing()
    rows = [record(of, "sync", shaken(12)), record(of, "asyncio", UNSURE, cpu_ms=10)]
    finding = answer(tmp_path, *requests(WAITS), *rows)
    assert finding.verdict == "undecided"
    assert finding.sentence.endswith(
        "Whether pure-Python computing gains from asyncio is undecided. "
        "To be certain: `waitbench run io_bound cpu_bound --launches 6`."
    )


def test_a_model_that_is_missing_is_not_taken_for_noise(tmp_path: Path) -> None:
    sums = {model: wall for model, wall in SUMS.items() if model != "processes"}
    finding = answer(tmp_path, *requests(WAITS), *calculations(sums))
    assert finding.verdict == "undecided"
    assert "Not every model took part that the claim is about" in finding.sentence


def test_rows_that_the_target_held_back_do_not_count(tmp_path: Path) -> None:
    of = scenario()
    late = [
        record(of, model, shaken(wall), stats=target(error_ms=9)) for model, wall in WAITS.items()
    ]
    made = summary(tmp_path, *late, *calculations(SUMS))
    for finding in find_all(made):
        assert not any(row.startswith("http") for row in finding.evidence)


# one-winner


def race(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    (finding,) = winners.find_each(summary(tmp_path, *records))
    return finding


def test_a_clear_winner_is_named_with_the_next(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"sync": 1600, "threads": 100, "asyncio": 50}))
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "asyncio won in 50 ms, 32.0 [32.0, 32.0] times as fast as sync and 2.00 [2.00, 2.00] "
        "times as fast as threads, the next. The wait itself is the limit."
    )
    assert finding.effect == pytest.approx(2)


def test_a_tie_is_called_a_tie(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"sync": 1600, "threads": 50.5, "asyncio": 50}))
    assert finding.verdict == "refuted"
    assert finding.sentence == (
        "asyncio and threads tied within 5 %, in 50 ms, 32.0 [32.0, 32.0] times as fast as sync. "
        "The wait itself is the limit."
    )


def test_a_lead_that_may_be_luck_is_open(tmp_path: Path) -> None:
    of = scenario(waits_ns=10 * MS)
    finding = race(
        tmp_path,
        record(of, "sync", shaken(320)),
        record(of, "threads", UNSURE),
        record(of, "asyncio", shaken(11)),
    )
    assert finding.verdict == "undecided"
    assert finding.sentence.startswith("asyncio came first in 11 ms, 29.1 [29.1, 29.1] times")
    assert "but threads may be as fast (about 21 more launches would tell)" in finding.sentence


def test_sync_can_win(tmp_path: Path) -> None:
    finding = race(tmp_path, *calculations({"sync": 100, "threads": 200}))
    assert finding.verdict == "supported"
    assert finding.sentence.startswith(
        "sync won in 100 ms, 2.00 [2.00, 2.00] times as fast as threads, the next."
    )


def test_without_a_baseline_the_wall_is_said(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"threads": 100, "asyncio": 50}))
    assert finding.sentence.startswith("asyncio won in 50 ms, 2.00 [2.00, 2.00] times")


def test_one_model_alone_wins_nothing(tmp_path: Path) -> None:
    finding = race(tmp_path, *requests({"asyncio": 50}))
    assert finding.verdict == "undecided"
    assert "only asyncio has a time that counts" in finding.sentence.lower()


def test_a_fast_row_of_an_early_target_neither_wins_nor_is_a_bound(tmp_path: Path) -> None:
    of = scenario()
    finding = race(
        tmp_path,
        *requests({"sync": 1600, "threads": 60}, of["name"]),
        record(of, "asyncio", shaken(10), stats=target(error_ms=-40)),
    )
    assert finding.sentence.startswith("threads led those whose time counts in 60 ms")
    assert "asyncio has no time that counts" in finding.sentence
    assert finding.verdict == "undecided"
    assert finding.undecided_for == "partly measured"
    assert not any("asyncio" in row for row in finding.evidence)


def test_nobody_wins_where_nobody_has_a_time(tmp_path: Path) -> None:
    finding = race(tmp_path, record(scenario(), "sync", [], failure="no target"))
    assert finding.verdict == "undecided"
    assert finding.sentence.startswith("No model has a time that counts")
