"""Does asyncio make a request cheaper, or does it only wait less?"""

from pathlib import Path
from typing import Any

import pytest

from tests.bench.synthetic import record, scenario, shaken, summary, target
from waitbench.findings import Finding, efficient_not_faster


def raced(
    walls_ms: tuple[float, float],
    cpu_ms: tuple[float, float],
    name: str = "http-50ms-n10-c10",
    **more: Any,
) -> list[dict[str, Any]]:
    """Ten requests of 50 ms, by asyncio at once and one at a time, with CPU of the round."""
    of = scenario(name, tasks=10, concurrency=10)
    return [
        record(of, "sync", shaken(510), cpu_ms=9, stats=target()),
        record(of, "asyncio", shaken(walls_ms[0]), cpu_ms=cpu_ms[0], stats=target(**more)),
        record(
            of, "asyncio_serial", shaken(walls_ms[1]), cpu_ms=cpu_ms[1], width=1, stats=target()
        ),
    ]


def find(tmp_path: Path, *records: dict[str, Any]) -> Finding:
    return efficient_not_faster.find(summary(tmp_path, *records))


def test_the_same_cpu_and_a_shorter_wait_support_it(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced((50, 500), (3, 3)))
    assert finding.verdict == "supported"
    assert finding.sentence == (
        "10 requests of 50 ms took 50 ms with 10 at once and 500 ms one at a time, by the same "
        "client; 100 % of what was saved is waiting. A request took 300 µs of CPU at once and "
        "300 µs one at a time: 1.00 [1.00, 1.00] times as much (sync, with its own library: "
        "900 µs), so no code ran faster."
    )


def test_a_cheaper_request_beside_a_shorter_wait_makes_it_conditional(tmp_path: Path) -> None:
    # Saved: 450 ms, of which 10 x 0.9 ms are CPU, 2 %.
    finding = find(tmp_path, *raced((50, 500), (3, 12)))
    assert finding.verdict == "conditional"
    assert finding.effect == pytest.approx(4)
    assert "98 % of what was saved is waiting" in finding.sentence
    assert finding.sentence.endswith("so more at once also makes a request cheaper.")
    (condition,) = finding.conditions
    assert condition == (
        "10 at once of 50 ms: wall 10.0 [10.0, 10.0] times shorter, "
        "CPU 4.00 [4.00, 4.00] times less"
    )


def test_the_most_at_once_of_the_same_wait_is_said_too(tmp_path: Path) -> None:
    of = scenario(tasks=32, concurrency=32)
    more = record(of, "asyncio", shaken(52), cpu_ms=3.2, stats=target())
    finding = find(tmp_path, *raced((50, 500), (3, 3)), more)
    assert finding.sentence.endswith("With 32 at once it took 100 µs.")


def test_no_shorter_round_refutes_it(tmp_path: Path) -> None:
    assert find(tmp_path, *raced((500, 500), (3, 3))).verdict == "refuted"


def test_a_round_that_is_shorter_by_its_cpu_refutes_it(tmp_path: Path) -> None:
    # Saved: 450 ms, of which 440 ms are CPU.
    assert find(tmp_path, *raced((50, 500), (10, 450))).verdict == "refuted"


def test_cpu_that_is_too_unsure_leaves_it_undecided(tmp_path: Path) -> None:
    records = raced((50, 500), (3, 3))
    for entry in records[2]["rounds"]:
        entry["cpu_ns"] *= (1, 2, 4)[entry["launch"] % 3]
    assert find(tmp_path, *records).verdict == "undecided"


def test_without_the_client_one_at_a_time_it_names_the_command(tmp_path: Path) -> None:
    finding = find(tmp_path, *raced((50, 500), (3, 3))[:2])
    assert finding.verdict == "undecided"
    assert "`waitbench run io_bound`" in finding.sentence


def test_a_row_that_the_target_held_back_is_not_leant_on(tmp_path: Path) -> None:
    assert find(tmp_path, *raced((50, 500), (3, 3), error_ms=9)).evidence == ()
