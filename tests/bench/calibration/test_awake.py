"""Cores are kept awake while a file is open that says so, and no longer."""

from pathlib import Path

from waitbench.calibration._awake import awake


def open_files() -> list[str]:
    return [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]


def test_zero_microseconds_are_asked_for_as_long_as_the_block_lasts(tmp_path: Path) -> None:
    place = tmp_path / "latency"
    place.touch()
    with awake(place) as kept:
        assert kept
        assert place.read_bytes() == bytes(4)
        if Path("/proc/self/fd").exists():
            assert str(place) in open_files()
    if Path("/proc/self/fd").exists():
        assert str(place) not in open_files()


def test_where_there_is_no_such_file_they_may_sleep_and_no_file_is_made(tmp_path: Path) -> None:
    place = tmp_path / "latency"
    with awake(place) as kept:
        assert not kept
    assert not place.exists()
