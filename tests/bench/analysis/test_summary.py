import json
from pathlib import Path

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
from waitbench.analysis.comparison import cores
from waitbench.analysis.measured import Metric
from waitbench.analysis.row import compare
from waitbench.analysis.summary import summarise
from waitbench.results.load import load

HTTP = "http-50ms-n32-c32"
OLD = Path(__file__).parents[1] / "results/schema-1.json"


def test_a_row_holds_the_figures_of_its_contestant(tmp_path: Path) -> None:
    # Spans: 99 tasks of 1 ms and one of 9 ms: the 99th percentile is the 99th of 100.
    spans = ([0] * 100, [MS] * 99 + [9 * MS])
    of = scenario(tasks=100, concurrency=100)
    made = summary(
        tmp_path,
        record(of, "sync", [[400 * MS, 400 * MS], [400 * MS]]),
        record(of, "asyncio", [[100 * MS, 100 * MS], [100 * MS]], cpu_ms=20, spans=spans),
    )
    row = made.scenarios[0].rows[1]
    assert row.wall is not None
    assert row.wall.value == pytest.approx(100 * MS)
    assert row.measured.tasks_per_s == pytest.approx(1000)
    assert row.ratio is not None
    assert row.ratio.value == pytest.approx(4)
    assert row.verdict is not None
    assert row.verdict.verdict == "faster"
    assert (row.measured.p50_ns, row.measured.p99_ns) == (MS, MS)
    assert row.cpu_ns == pytest.approx(0.2 * MS)
    assert row.measured.memory_bytes == 45_000_000
    assert row.measured.startup_ns == 2 * MS
    assert row.efficiency == pytest.approx(0.5)
    assert (row.measured.rounds, row.measured.launches, row.measured.errors) == (3, 2, 0)


def test_fewer_than_a_hundred_tasks_have_no_99th_percentile(tmp_path: Path) -> None:
    of = scenario(tasks=8, concurrency=8)
    row = summary(tmp_path, record(of, "sync", [[MS]])).scenarios[0].rows[0]
    assert (row.measured.p50_ns, row.measured.p99_ns) == (50 * MS, None)


def test_the_baseline_has_no_ratio_to_itself(tmp_path: Path) -> None:
    made = summary(tmp_path, *whole()).scenarios[0]
    assert made.baseline == "sync"
    assert [row.ratio is None for row in made.rows] == [True, False, False, False]
    assert [row.verdict is None for row in made.rows] == [True, False, False, False]


def test_without_sync_there_are_no_ratios(tmp_path: Path) -> None:
    made = summary(tmp_path, record(scenario(), "threads", shaken(50))).scenarios[0]
    assert made.baseline is None
    assert made.rows[0].ratio is None
    assert made.rows[0].verdict is None


def test_a_baseline_without_a_time_is_none(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[MS]], errors={(0, 0): "refused"}),
        record(scenario(), "threads", shaken(50)),
    ).scenarios[0]
    assert made.baseline is None
    assert made.rows[0].wall is None
    assert made.rows[0].measured.bound is None
    assert (made.rows[0].measured.errors, made.rows[0].measured.error) == (1, "refused")


def test_rounds_with_errors_are_counted_and_never_timed(tmp_path: Path) -> None:
    walls = [[10 * MS, 1, 10 * MS]]
    made = summary(tmp_path, record(scenario(), "sync", walls, errors={(0, 1): "reset"}))
    row = made.scenarios[0].rows[0]
    assert row.wall is not None
    assert row.wall.value == pytest.approx(10 * MS)
    assert (row.measured.rounds, row.measured.failed_rounds) == (2, 1)
    assert made.methods.failed_rounds == 1


def test_arms_that_share_no_block_are_undecided(tmp_path: Path) -> None:
    broken = {(0, 1): "reset"}
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[10 * MS, 10 * MS]], errors=broken),
        record(scenario(), "threads", [[5 * MS, 5 * MS]], errors={(0, 0): "reset"}),
    ).scenarios[0]
    row = made.rows[1]
    assert row.ratio is None
    assert row.verdict is not None
    assert row.verdict.verdict == "undecided"


def test_a_contestant_that_died_keeps_its_rounds_and_its_reason(tmp_path: Path) -> None:
    dead = record(scenario(), "threads", [[5 * MS]], failure="worker was killed by SIGKILL")
    row = summary(tmp_path, dead).scenarios[0].rows[0]
    assert row.wall is not None
    assert row.measured.failure == "worker was killed by SIGKILL"


def test_a_contestant_without_rounds_has_a_row_without_figures(tmp_path: Path) -> None:
    dead = record(scenario(), "threads", [], failure="could not start", width=0)
    dead |= {"width": None}
    dead["scenario"] |= {"waits_ns": None}
    made = summary(tmp_path, record(scenario(), "sync", shaken(1600)), failed=[dead]).scenarios[0]
    row = made.rows[1]
    assert row.measured.failure == "could not start"
    assert (row.wall, row.ratio, row.verdict, row.measured.bound) == (None, None, None, None)
    assert made.waits_ns == 50 * MS


def test_computing_is_measured_against_the_thriftiest_contestant(tmp_path: Path) -> None:
    of = computing(tasks=4, concurrency=4)
    made = summary(
        tmp_path,
        record(of, "sync", shaken(120), cpu_ms=120),
        record(of, "processes", shaken(70), cpu_ms=130),
    ).scenarios[0]
    # 120 ms of CPU over two cores.
    assert made.ideal_ns == pytest.approx(60 * MS)


def test_waiting_needs_no_cpu_for_its_ideal(tmp_path: Path) -> None:
    of = scenario(tasks=33, concurrency=32)
    made = summary(tmp_path, record(of, "sync", shaken(1700), cpu_ms=1600)).scenarios[0]
    assert made.ideal_ns == 100 * MS


def test_a_row_that_the_target_held_back_is_not_sound(tmp_path: Path) -> None:
    late = record(scenario(), "threads", shaken(60), stats=target(error_ms=4))
    row = summary(tmp_path, late).scenarios[0].rows[0]
    assert row.measured.bound == "target-bound"
    assert not row.sound


def test_methods_count_what_was_done(tmp_path: Path) -> None:
    done = summary(tmp_path, *whole()).methods
    assert (done.rounds, done.launches, done.blocks) == (16 * 12, 3, 12)
    assert (done.comparisons, done.seed) == (12, 20261122)


def test_two_rows_are_paired_directly(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "threads", [[20 * MS, 80 * MS]]),
        record(scenario(), "asyncio", [[10 * MS, 40 * MS]]),
    ).scenarios[0]
    pair = compare(made.rows[1], made.rows[0])
    assert pair is not None
    assert [pair.value, pair.low] == pytest.approx([2, 2])


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, 1),
        ({"cores": 8}, 8),
        ({"cores": 8, "cores_allowed": 2}, 2),
        ({"cores_allowed": 4, "cgroup_cpu_quota": 1.5}, 1.5),
        ({"cores_allowed": 2, "cgroup_cpu_quota": 6}, 2),
    ],
)
def test_cores_are_those_that_may_be_used(environment: dict[str, float], expected: float) -> None:
    assert cores(environment) == expected


def test_a_record_with_nothing_around_it_still_makes_a_summary(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[MS]]),
        environment=None,
        target=None,
        overhead=None,
        options=None,
        warnings=None,
        seed=None,
    )
    assert made.environment == {}
    assert made.warnings == ()


def test_ratios_are_against_the_baseline_that_the_scenario_names(tmp_path: Path) -> None:
    of = scenario(baseline="asyncio_serial")
    made = summary(
        tmp_path,
        record(of, "sync", shaken(1600)),
        record(of, "asyncio_serial", shaken(1700), width=1),
        record(of, "asyncio", shaken(170)),
    ).scenarios[0]
    assert made.baseline == "asyncio_serial"
    ratios = {row.model: row.ratio and round(row.ratio.value, 2) for row in made.rows}
    assert ratios == {"sync": 1.06, "asyncio_serial": None, "asyncio": 10}
    # Who is compared with is no control, whatever it runs as.
    assert not any(row.control for row in made.rows)


def test_what_the_workload_saw_is_condensed_over_the_timed_rounds(tmp_path: Path) -> None:
    metered = record(
        scenario(),
        "asyncio",
        [[MS, MS], [MS]],
        errors={(1, 0): "reset"},
        metrics={"standstill_ns": 7, "lost": 1},
    )
    metered["rounds"][0]["metrics"] = {"standstill_ns": 3, "lost": 0}
    metered["rounds"][2]["metrics"] = {"standstill_ns": 99}
    made = summary(tmp_path, record(scenario(), "sync", [[MS]]), metered).scenarios[0]
    assert made.rows[0].measured.metrics == {}
    assert made.rows[1].measured.metrics == {
        "standstill_ns": Metric(median=5, least=3, most=7, rounds=2),
        "lost": Metric(median=0.5, least=0, most=1, rounds=2),
    }


def test_two_suites_with_the_same_scenario_stay_apart(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[MS]]),
        record(scenario(suite="article"), "sync", [[3 * MS]]),
    )
    walls = [(comparison.suite, comparison.rows[0].wall) for comparison in made.scenarios]
    assert [(suite, wall and round(wall.value)) for suite, wall in walls] == [
        ("io_bound", MS),
        ("article", 3 * MS),
    ]


def asked(delay_ms: float, opened: int = 0) -> dict[str, int]:
    return target(asked_mean_ns=round(delay_ms * MS), connections_opened=opened)


def test_unequal_delays_and_new_connections_are_spoken_of(tmp_path: Path) -> None:
    # 2 new connections in 32 requests are 6 %; 0.4 ms more than 50 ms are within 1 %.
    made = summary(
        tmp_path,
        record(scenario(), "threads", shaken(50), stats=asked(51)),
        record(scenario(), "sync", shaken(50), stats=asked(50)),
        record(scenario(), "processes", shaken(50), stats=asked(50.4)),
        record(scenario(), "asyncio", shaken(50), stats=asked(50, opened=2)),
    ).scenarios[0]
    assert len(made.unfair) == 2
    assert made.unfair[0] == (
        "threads was asked to wait 51 ms a task, sync 50 ms: their times do not compare"
    )
    assert made.unfair[1] == (
        "asyncio opened a connection for 6 % of its requests in timed rounds: "
        "connecting is in its times"
    )


def test_what_differs_on_purpose_is_fair(tmp_path: Path) -> None:
    new = {"connection": "new"}
    anew = record(scenario(), "blocking", shaken(50), stats=asked(50, opened=32))
    made = summary(
        tmp_path,
        record(scenario(), "sync", shaken(50), stats=asked(50)),
        record(scenario(), "sync-new", shaken(50), stats=asked(50, opened=32), params=new),
        record(scenario(), "later", shaken(50), stats=asked(80), params={"latency": "80ms"}),
        anew | {"opens_anew": True},
        record(scenario(), "nobody", [], failure="could not start"),
    ).scenarios[0]
    assert made.unfair == ()


def test_a_file_of_before_these_fields_is_still_read(tmp_path: Path) -> None:
    old = json.loads(OLD.read_text(encoding="utf-8"))
    del old["waitbench"]["left_out"]
    records = [benchmark["extra_info"]["waitbench"] for benchmark in old["benchmarks"]]
    for record_ in records:
        del record_["scenario"]["baseline"], record_["entrant"]["environ"]
        for round_ in record_["rounds"]:
            round_.pop("seen", None)
    old["benchmarks"] = [
        benchmark
        for benchmark, record_ in zip(old["benchmarks"], records, strict=True)
        if record_["scenario"]["suite"] == "io_bound"
    ]
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old), encoding="utf-8")
    made = summarise(load(path))
    assert made.left_out == ()
    assert {comparison.baseline for comparison in made.scenarios} == {"sync"}
    assert all(
        row.measured.metrics == {} for comparison in made.scenarios for row in comparison.rows
    )
