from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import MS, record, scenario, shaken, summary, target, whole
from waitbench.findings import Finding, one_waiter_many_tables

RESTLESS = [[150 * MS, 400 * MS], [380 * MS, 160 * MS], [170 * MS, 390 * MS]]


def waiters(  # noqa: PLR0913  all that a row of this suite varies in
    many: int,
    wall_ms: float,
    *,
    model: str = "asyncio",
    workload: str = "sleep",
    cpu_us: float = 20,
    memory: int = 20_000_000,
    **details: Any,
) -> dict[str, Any]:
    """So many waits of 200 ms, all at once, with the CPU of each in microseconds."""
    of = scenario(
        f"{workload}-200ms-n{many}-c{many}",
        suite="waiters",
        workload=workload,
        params={},
        tasks=many,
        concurrency=many,
        waits_ns=200 * MS,
        baseline="asyncio",
    )
    walls = details.pop("walls", shaken(wall_ms))
    return record(of, model, walls, cpu_ms=many * cpu_us / 1e3, memory=memory, **details)


def find(folder: Path, *records: dict[str, Any]) -> Finding:
    return one_waiter_many_tables.find(summary(folder, *records))


def test_every_number_held_up_to_many_supports_it(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(1, 200), waiters(10, 200), waiters(1_000, 220))
    assert finding.verdict == "supported"
    assert finding.effect == pytest.approx(200 / 220, rel=1e-3)
    assert finding.interval
    assert finding.interval[0] < 200 / 220 < finding.interval[1]
    assert finding.conditions == ("up to 1,000 at once", "waits of 200 ms")
    assert finding.sentence.startswith(
        "One asyncio loop with waits of 200 ms, all at once: "
        "10 and 1,000 held (91 % of the ideal or better)."
    )


def test_a_number_that_surely_takes_longer_makes_it_conditional_on_fewer(tmp_path: Path) -> None:
    # 10,000 x 20 us are 200 ms of the loop's own CPU.
    finding = find(tmp_path, waiters(10, 200), waiters(1_000, 220), waiters(10_000, 400))
    assert finding.verdict == "conditional"
    assert finding.conditions == (
        "up to 1,000 at once",
        "waits of 200 ms",
        "10,000 take 200 ms of the loop's own CPU",
    )
    assert "; 10,000 not held (50 % of the ideal)." in finding.sentence
    assert finding.brief == (
        "one loop holds 1,000 waits of 200 ms; with 10,000 it reaches 50 % of the ideal"
    )


def test_a_thousand_held_are_many_whatever_is_open_beyond_them(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(1_000, 205), waiters(10_000, 0, walls=RESTLESS))
    assert finding.verdict == "supported"
    assert "1,000 held" in finding.sentence
    assert "10,000 too unsure to call" in finding.sentence


def test_a_loop_that_does_not_even_hold_a_few_refutes_it(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(10, 2_000), waiters(1_000, 200_000))
    assert finding.verdict == "refuted"
    assert finding.effect == pytest.approx(0.1, rel=1e-3)
    assert finding.brief == "one loop does not even hold 10 waits of 200 ms"


def test_restless_walls_leave_it_undecided_and_name_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(10, 200), waiters(1_000, 0, walls=RESTLESS))
    assert finding.verdict == "undecided"
    assert "1,000 too unsure to call" in finding.sentence
    assert "`waitbench run waiters --launches 6` would narrow it" in finding.sentence


def test_a_few_held_are_not_yet_many(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(1, 200), waiters(100, 205))
    assert finding.verdict == "undecided"
    assert "`waitbench run waiters` measures more" in finding.sentence


def test_without_the_suite_it_is_undecided_and_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *whole())
    assert (finding.verdict, finding.evidence) == ("undecided", ())
    assert "`waitbench run waiters`" in finding.sentence


def test_a_model_with_fewer_workers_than_tasks_does_not_hold_them(tmp_path: Path) -> None:
    finding = find(tmp_path, waiters(10, 200), waiters(1_000, 220, width=64))
    assert finding.verdict == "undecided"


def test_each_model_says_what_a_waiter_costs_at_the_most_it_was_raced_at(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        waiters(1, 200, memory=20_000_000),
        waiters(1_000, 220, memory=21_300_000),
        # 13,000,000 bytes for the 9,999 that came on top of one: 1.3 kB.
        waiters(10_000, 400, cpu_us=14, memory=32_998_700),
        waiters(1, 200, model="threads", memory=20_000_000),
        waiters(1_000, 260, model="threads", cpu_us=382, memory=27_992_000),
        waiters(1, 200, model="processes", memory=40_000_000),
        waiters(30, 210, model="processes", cpu_us=350, memory=243_000_000),
    )
    assert finding.sentence.endswith(
        "A waiter cost 14 µs of CPU and 1.30 kB with asyncio (at 10,000); "
        "382 µs of CPU and 8.00 kB as a thread (at 1,000); "
        "350 µs of CPU and 7.00 MB as a process (at 30)."
    )


def test_memory_below_the_noise_is_not_told(tmp_path: Path) -> None:
    finding = find(
        tmp_path, waiters(1, 200, memory=20_000_000), waiters(1_000, 220, memory=19_900_000)
    )
    assert finding.sentence.endswith("A waiter cost 20 µs of CPU with asyncio (at 1,000).")


def test_requests_are_told_beside_it_and_decide_nothing(tmp_path: Path) -> None:
    finding = find(
        tmp_path,
        waiters(10, 200),
        waiters(1_000, 220),
        waiters(1_000, 900, workload="http", cpu_us=130),
    )
    assert finding.verdict == "supported"
    assert finding.sentence.endswith(
        "A waiting HTTP request cost 130 µs of CPU with asyncio (at 1,000)."
    )


def test_a_row_that_the_target_held_back_is_not_leant_on(tmp_path: Path) -> None:
    late = target(asked_ms=200, error_ms=90)
    finding = find(tmp_path, waiters(1_000, 220), waiters(1_000, 300, workload="http", stats=late))
    assert "HTTP" not in finding.sentence
    assert finding.evidence == ("sleep-200ms-n1000-c1000/asyncio",)
