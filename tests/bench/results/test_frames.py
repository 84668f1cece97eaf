from pathlib import Path

import pytest

from tests.bench.synthetic import MS, record, run, scenario, shaken, summary


def test_a_disturbed_round_is_left_out_for_a_calm_one_of_the_same_block(tmp_path: Path) -> None:
    loaded = run(
        tmp_path, record(scenario(), "sync", [[10 * MS, 12 * MS]], reruns={(0, 1): 90 * MS})
    )
    frame = loaded.rounds[["block", "repeat", "wall_ns", "disturbed", "left_out", "timed"]]
    assert frame.values.tolist() == [
        [0, 0, 10 * MS, False, False, True],
        [1, 0, 90 * MS, True, True, False],
        [1, 1, 12 * MS, False, False, True],
    ]


def test_a_disturbed_round_without_a_calm_one_beside_it_stays(tmp_path: Path) -> None:
    loaded = run(tmp_path, record(scenario(), "sync", [[10 * MS, 12 * MS]], disturbed={(0, 1)}))
    assert loaded.rounds["timed"].tolist() == [True, True]
    assert loaded.rounds["left_out"].tolist() == [False, False]


def test_a_rerun_that_was_disturbed_again_leaves_both(tmp_path: Path) -> None:
    noisy = record(scenario(), "sync", [[12 * MS]], reruns={(0, 0): 90 * MS}, disturbed={(0, 0)})
    assert run(tmp_path, noisy).rounds["timed"].tolist() == [True, True]


def test_a_calm_round_with_errors_replaces_nothing(tmp_path: Path) -> None:
    noisy = record(
        scenario(), "sync", [[12 * MS]], reruns={(0, 0): 90 * MS}, errors={(0, 0): "reset"}
    )
    noisy["rounds"][0]["errors"] = 0
    assert run(tmp_path, noisy).rounds["timed"].tolist() == [True, False]


def test_a_calm_round_of_another_launch_replaces_nothing(tmp_path: Path) -> None:
    loaded = run(tmp_path, record(scenario(), "sync", [[MS], [MS]], disturbed={(0, 0)}))
    assert loaded.rounds["timed"].tolist() == [True, True]


def test_what_is_left_out_is_in_no_figure_but_counted(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", [[10 * MS, 10 * MS]], reruns={(0, 0): 90 * MS, (0, 1): 80 * MS}),
        record(scenario(), "asyncio", [[5 * MS, 5 * MS]], disturbed={(0, 1)}),
    )
    sync, other = made.scenarios[0].rows
    assert sync.wall is not None
    assert sync.wall.value == pytest.approx(10 * MS)
    assert sync.p50_ns == 50 * MS
    assert (sync.rounds, sync.disturbed, sync.left_out, sync.ran) == (2, 2, 2, 4)
    assert (sync.failed_rounds, sync.errors) == (0, 0)
    assert (other.rounds, other.disturbed, other.left_out) == (2, 1, 0)
    assert (made.methods.rounds, made.methods.disturbed, made.methods.left_out) == (4, 3, 2)


def test_a_record_of_an_older_race_has_no_disturbed_rounds(tmp_path: Path) -> None:
    old = record(scenario(), "sync", shaken(10))
    for round_ in old["rounds"]:
        del round_["disturbed"], round_["parts"], round_["delay_ns"]
    del old["entrant"]
    row = summary(tmp_path, old).scenarios[0].rows[0]
    assert (row.disturbed, row.left_out, row.parts, row.kind) == (0, 0, {}, "sync")


def test_whoever_runs_as_a_control_is_marked_as_one(tmp_path: Path) -> None:
    of = scenario(controls=["uvloop"])
    loaded = run(
        tmp_path,
        record(of, "asyncio_serial", [[MS]]),
        record(of, "again", [[MS]], kind="sync"),
        record(of, "uvloop", [[MS]]),
    )
    assert loaded.contestants["kind"].tolist() == ["asyncio_serial", "sync", "uvloop"]
    assert loaded.contestants["control"].tolist() == [True, False, True]
