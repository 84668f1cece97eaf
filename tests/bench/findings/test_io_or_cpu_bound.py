"""The line between I/O-bound and CPU-bound, controls, and a model against itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import (
    MS,
    computing,
    null,
    record,
    scenario,
    shaken,
    summary,
    target,
    whole,
)
from waitbench.findings import (
    Finding,
    concurrency_not_the_library,
    find_all,
    io_or_cpu_bound,
    one_winner,
    waiting_or_computing,
)

APART = [[10 * MS, 14 * MS], [17 * MS, 12 * MS], [11 * MS, 9 * MS]]


def line(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return io_or_cpu_bound.find(summary(tmp_path, *records))


def cell(name: str, model: str, wall_ms: float, cpu_ms: float, tasks: int = 32) -> dict[str, Any]:
    """All requests of 50 ms at once, with the CPU of the whole round."""
    of = scenario(name, tasks=tasks, concurrency=tasks)
    return record(of, model, shaken(wall_ms, (1.0, 1.0, 1.0)), cpu_ms=cpu_ms, stats=target())


# io-or-cpu-bound


def test_below_the_line_the_wait_explains_the_wall(tmp_path: Path) -> None:
    # 0.5 ms per task: C* = 50 / 0.5 = 100; 32 at once lie below; 32 x 0.5 + 50 = 66 ms.
    finding = line(tmp_path, cell("http", "asyncio", 66, 16))
    assert finding.verdict == "undecided"
    assert finding.undecided_for == "partly measured"
    assert finding.effect == pytest.approx(100)
    assert finding.sentence == (
        "In http, more at once buys speed up to 100 [100, 100] with asyncio "
        "(C* = wait / CPU per task). Everything here lay below that line: it is I/O-bound."
    )


def test_beyond_the_line_the_cpu_explains_the_wall(tmp_path: Path) -> None:
    # 5 ms per task: C* = 10; 32 at once lie beyond; 32 x 5 + 50 = 210 ms.
    finding = line(tmp_path, cell("http", "asyncio", 212, 160))
    assert finding.undecided_for == "partly measured"
    assert finding.sentence.endswith("Beyond that line, and so CPU-bound: http.")


def test_processes_have_their_line_at_as_many_times_as_there_are_cores(tmp_path: Path) -> None:
    # 5 ms per task on two cores: C* = 20; 32 x 5 / 2 + 50 = 130 ms.
    finding = line(tmp_path, cell("http", "processes", 131, 160))
    assert finding.effect == pytest.approx(20)
    assert finding.sentence.endswith("Beyond that line, and so CPU-bound: http.")


def test_both_sides_of_the_line_support_it(tmp_path: Path) -> None:
    # As above: C* = 100 with 32 at once below it, C* = 10 with 32 at once beyond it.
    finding = line(tmp_path, cell("less", "asyncio", 66, 16), cell("more", "asyncio", 212, 160))
    assert finding.verdict == "supported"


def test_a_scenario_that_waits_is_not_cpu_bound_for_its_clients_are(tmp_path: Path) -> None:
    # sync: 32 x (50 + 3.8) = 1,722 ms, of which 122 compute: 93 % waiting. processes: C* = 20.
    finding = line(tmp_path, cell("http", "sync", 1722, 122), cell("http", "processes", 131, 160))
    assert finding.sentence.endswith("and so CPU-bound: processes in http.")


def test_a_client_held_back_is_not_taken_for_one_that_did_not_run(tmp_path: Path) -> None:
    # asyncio in 56 ms beside a target that was late by 20 of 50 ms: a bound, and below its C*.
    late = record(scenario("http"), "asyncio", shaken(56), cpu_ms=16, stats=target(error_ms=20))
    finding = line(tmp_path, cell("http", "processes", 131, 160), late)
    assert finding.sentence.endswith("and so CPU-bound: processes in http.")


def test_a_wall_that_neither_explains_refutes_it(tmp_path: Path) -> None:
    finding = line(tmp_path, cell("http", "asyncio", 100, 16))
    assert finding.verdict == "refuted"
    assert finding.sentence.endswith(
        "Something else held back http (over 25 % above what wait and CPU explain)."
    )


def test_one_client_that_is_held_back_makes_it_conditional(tmp_path: Path) -> None:
    finding = line(tmp_path, cell("http", "asyncio", 66, 16), cell("http", "threads", 100, 16))
    assert finding.verdict == "conditional"
    assert "Something else held back threads in http (" in finding.sentence


def test_a_wall_too_restless_to_tell_leaves_it_undecided(tmp_path: Path) -> None:
    of = scenario(waits_ns=2 * MS)
    finding = line(tmp_path, record(of, "asyncio", APART, cpu_ms=6.4))
    # 32 x 0.2 + 2 = 8.4 ms; the wall is about 12, but may be 8.
    assert finding.verdict == "undecided"


def test_near_the_line_nobody_can_tell(tmp_path: Path) -> None:
    of = scenario()
    rows = record(of, "asyncio", shaken(110), stats=target())
    for round_ in rows["rounds"]:
        # 1.4, 1.6 and 1.8 ms per task by launch: C* about 31, and 32 may be either side.
        round_["cpu_ns"] = round((1.4 + 0.2 * round_["launch"]) * 32 * MS)
    finding = line(tmp_path, rows)
    assert finding.verdict == "undecided"
    assert finding.sentence.endswith("1 row lay too near it to tell.")


def test_the_highest_and_the_lowest_line_are_told(tmp_path: Path) -> None:
    finding = line(
        tmp_path,
        cell("middle", "asyncio", 82, 32),
        cell("low", "asyncio", 212, 160),
        cell("high", "asyncio", 54, 3.2),
    )
    assert finding.sentence == (
        "In high, more at once buys speed up to 500 [500, 500] with asyncio "
        "(C* = wait / CPU per task); in low, up to 10 [10, 10] with asyncio. "
        "Beyond that line, and so CPU-bound: low. The rest is I/O-bound."
    )


def test_without_a_wait_there_is_no_line(tmp_path: Path) -> None:
    finding = io_or_cpu_bound.find(summary(tmp_path, record(computing(), "asyncio", shaken(100))))
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run io_bound mixed`" in finding.sentence


def test_who_takes_one_at_a_time_and_who_was_held_back_have_no_line(tmp_path: Path) -> None:
    late = record(scenario(), "asyncio", shaken(60), stats=target(error_ms=9))
    made = summary(tmp_path, record(scenario(), "sync", shaken(1600), stats=target()), late)
    assert made.scenarios[0].rows[0].crossover is None
    finding = io_or_cpu_bound.find(made)
    assert (finding.verdict, finding.evidence) == ("undecided", ())


# concurrency-not-the-library


def shares(tmp_path: Path, sync: float, serial: float, many: float) -> Finding:
    of = scenario(controls=["asyncio_serial"])
    return concurrency_not_the_library.find(
        summary(
            tmp_path,
            record(of, "sync", shaken(sync)),
            record(of, "asyncio_serial", shaken(serial), width=1),
            record(of, "asyncio", shaken(many)),
        )
    )


def test_a_lead_that_comes_of_concurrency_supports_it(tmp_path: Path) -> None:
    finding = shares(tmp_path, 1600, 1500, 50)
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "asyncio's lead over sync in http-50ms-n32-c32: 1.07 [1.07, 1.07] times from the client "
        "library alone (one task at a time), 30.0 [30.0, 30.0] times from concurrency."
    )


@pytest.mark.parametrize(
    ("serial", "many", "verdict"),
    [(100, 80, "refuted"), (200, 80, "refuted"), (200, 110, "refuted"), (300, 90, "supported")],
)
def test_a_lead_of_which_a_third_or_more_is_the_librarys_refutes_it(
    tmp_path: Path, serial: float, many: float, verdict: str
) -> None:
    # 400 / 300 = 1.33, squared 1.78, is below 300 / 90 = 3.33; 400 / 200 = 2, squared 4, above 2.5.
    assert shares(tmp_path, 400, serial, many).verdict == verdict


def test_without_the_control_nothing_is_said_of_the_library(tmp_path: Path) -> None:
    finding = concurrency_not_the_library.find(summary(tmp_path, *whole()))
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run io_bound`" in finding.sentence


# controls


def test_a_control_stands_last_and_never_wins(tmp_path: Path) -> None:
    of = scenario(controls=["asyncio_serial"])
    made = summary(
        tmp_path,
        record(of, "sync", shaken(1600)),
        record(of, "asyncio_serial", shaken(10), width=1),
        record(of, "asyncio", shaken(50)),
    )
    assert [row.model for row in made.scenarios[0].rows] == ["sync", "asyncio", "asyncio_serial"]
    for finding in (
        waiting_or_computing.find(made),
        *one_winner.find_each(made),
        io_or_cpu_bound.find(made),
    ):
        assert "asyncio_serial" not in finding.sentence
        assert not any("asyncio_serial" in row for row in finding.evidence)


def test_no_finding_uses_the_race_of_a_model_against_itself(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole(), *null(1.5))
    assert [scenario.name for scenario in made.controls] == ["compute-n4-c1"]
    for finding in find_all(made):
        assert "compute-n4-c1" not in finding.sentence
        assert not any(row.startswith("compute-n4-c1") for row in finding.evidence)
