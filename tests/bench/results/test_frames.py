from pathlib import Path

import pytest

from tests.bench.findings.test_blocking_app_crawls import served
from tests.bench.synthetic import MS, record, run, scenario, shaken, summary, target
from waitbench.results.frames import flat
from waitbench.results.validity import standings


def test_a_disturbed_round_is_left_out_for_a_calm_one_of_the_same_block(tmp_path: Path) -> None:
    loaded = run(
        tmp_path, record(scenario(), "sync", [[10 * MS, 12 * MS]], reruns={(0, 1): 90 * MS})
    )
    frame = loaded.to_frame()[["block", "repeat", "wall_ns", "disturbed", "left_out", "timed"]]
    assert frame.values.tolist() == [
        [0, 0, 10 * MS, False, False, True],
        [1, 0, 90 * MS, True, True, False],
        [1, 1, 12 * MS, False, False, True],
    ]


def test_a_disturbed_round_without_a_calm_one_beside_it_stays(tmp_path: Path) -> None:
    loaded = run(tmp_path, record(scenario(), "sync", [[10 * MS, 12 * MS]], disturbed={(0, 1)}))
    assert standings(loaded.contestants[0].rounds) == ["timed", "timed"]


def test_a_rerun_that_was_disturbed_again_leaves_both(tmp_path: Path) -> None:
    noisy = record(scenario(), "sync", [[12 * MS]], reruns={(0, 0): 90 * MS}, disturbed={(0, 0)})
    assert standings(run(tmp_path, noisy).contestants[0].rounds) == ["timed", "timed"]


def test_a_calm_round_with_errors_replaces_nothing(tmp_path: Path) -> None:
    noisy = record(
        scenario(), "sync", [[12 * MS]], reruns={(0, 0): 90 * MS}, errors={(0, 0): "reset"}
    )
    noisy["rounds"][0]["errors"] = 0
    assert standings(run(tmp_path, noisy).contestants[0].rounds) == ["timed", "failed"]


def test_a_calm_round_of_another_launch_replaces_nothing(tmp_path: Path) -> None:
    loaded = run(tmp_path, record(scenario(), "sync", [[MS], [MS]], disturbed={(0, 0)}))
    assert standings(loaded.contestants[0].rounds) == ["timed", "timed"]


def test_what_is_left_out_is_in_no_figure_but_counted(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[10 * MS, 10 * MS]], reruns={(0, 0): 90 * MS, (0, 1): 80 * MS}),
        record(scenario(), "asyncio", [[5 * MS, 5 * MS]], disturbed={(0, 1)}),
    )
    sync, other = made.scenarios[0].rows
    assert sync.wall is not None
    assert sync.wall.value == pytest.approx(10 * MS)
    assert sync.measured.p50_ns == 50 * MS
    assert (
        sync.measured.rounds,
        sync.measured.disturbed,
        sync.measured.left_out,
        sync.measured.ran,
    ) == (2, 2, 2, 4)
    assert (sync.measured.failed_rounds, sync.measured.errors) == (0, 0)
    assert (other.measured.rounds, other.measured.disturbed, other.measured.left_out) == (2, 1, 0)
    assert (made.methods.rounds, made.methods.disturbed, made.methods.left_out) == (4, 3, 2)


def test_a_record_of_an_older_race_has_no_disturbed_rounds(tmp_path: Path) -> None:
    old = record(scenario(), "sync", shaken(10))
    for round_ in old["rounds"]:
        del round_["disturbed"], round_["phases"], round_["run_queue_ns"]
    del old["contestant"]
    row = summary(tmp_path, old).scenarios[0].rows[0]
    assert (row.measured.disturbed, row.measured.left_out, row.measured.phases, row.kind) == (
        0,
        0,
        {},
        "sync",
    )


def test_whoever_runs_as_a_control_is_marked_as_one(tmp_path: Path) -> None:
    of = scenario(controls=["uvloop"])
    loaded = run(
        tmp_path,
        record(of, "asyncio_serial", [[MS]]),
        record(of, "again", [[MS]], kind="sync"),
        record(of, "uvloop", [[MS]]),
    )
    assert [(each.kind, each.control) for each in loaded.contestants] == [
        ("asyncio_serial", True),
        ("sync", False),
        ("uvloop", True),
    ]


def test_a_round_is_a_flat_row_and_its_mappings_are_columns(tmp_path: Path) -> None:
    parts = (1, 2, 0, 50, 0, 1, 0)
    made = record(scenario(), "sync", [[MS]], phases_ms=parts, stats=target(), metrics={"lost": 3})
    (row,) = flat(run(tmp_path, made).contestants)
    assert {name: row[name] for name in ("suite", "model", "wall_ns", "timed")} == {
        "suite": "io_bound",
        "model": "sync",
        "wall_ns": MS,
        "timed": True,
    }
    assert (row["phase_sending"], row["target_requests"], row["metric_lost"]) == (2 * MS, 32, 3)


def test_a_turn_under_load_is_one_too_and_has_no_wall(tmp_path: Path) -> None:
    (row, *_) = flat(run(tmp_path, served("sync", "knee", 20)).contestants)
    assert row["knee_per_s"] == pytest.approx(50, rel=0.02)
    assert row["timed"]
    assert "wall_ns" not in row
