"""Stored runs stand in the order of their numbers and dates, whatever their files' dates are."""

import os
from pathlib import Path

from tests.bench.others import benchmark, plain, write
from waitbench.results import storage


def stored(place: Path, day: int = 1) -> Path:
    return write(place, plain(benchmark("test_a"), datetime=f"2026-03-{day:02}T12:00:00"))


def test_the_number_decides_and_never_the_date_of_the_file(tmp_path: Path) -> None:
    paths = [stored(tmp_path / f"{number:04d}_run.json") for number in (10, 9, 2)]
    os.utime(paths[2], ns=(2**62, 2**62))
    assert storage.in_order(paths) == paths[::-1]
    assert storage.newest(paths) == paths[0]


def test_numbers_have_as_many_digits_as_they_need(tmp_path: Path) -> None:
    paths = [stored(tmp_path / "9999_run.json"), stored(tmp_path / "10000_run.json")]
    assert storage.newest(storage.below(tmp_path)) == paths[1]


def test_storages_of_several_machines_count_each_for_itself(tmp_path: Path) -> None:
    stored(tmp_path / "old/0050_run.json", day=1)
    last = stored(tmp_path / "new/0003_run.json", day=2)
    assert storage.newest(storage.below(tmp_path)) == last


def test_runs_of_one_number_stand_in_the_order_of_their_dates(tmp_path: Path) -> None:
    later = stored(tmp_path / "0001_a.json", day=2)
    earlier = stored(tmp_path / "0001_b.json", day=1)
    assert storage.in_order([later, earlier]) == [earlier, later]
    assert storage.when(tmp_path / "nothing") == ""
