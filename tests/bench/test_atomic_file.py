"""A file is written whole, or the older one stays."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from waitbench import atomic_file


def test_it_takes_the_place_of_an_older_file(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("before")
    atomic_file.write(path, "wait ≤ 5 ms\n")
    assert path.read_bytes() == "wait ≤ 5 ms\n".encode()
    assert os.listdir(tmp_path) == ["report.md"]  # noqa: PTH208 - its names alone


def test_what_cannot_be_written_leaves_the_older_one(
    tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    path = tmp_path / "report.md"
    path.write_text("before")
    fill_disk()
    with pytest.raises(OSError, match="No space left"):
        atomic_file.write(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file.md", tmp_path / "link.md"
    file.write_text("before")
    link.symlink_to(file)
    atomic_file.write(link, "after")
    assert link.is_symlink()
    assert file.read_text() == "after"


def test_a_device_is_written_as_it_is() -> None:
    atomic_file.write(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()


def test_bytes_are_written_whole_or_not_at_all_too(
    tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    path = tmp_path / "figure.png"
    atomic_file.write(path, b"before")
    fill_disk()
    with pytest.raises(OSError, match="No space left"):
        atomic_file.write(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_is_tried_without_a_trace_and_its_folder_made(tmp_path: Path) -> None:
    older = tmp_path / "older.md"
    older.write_text("before")
    for path in (older, tmp_path / "new" / "folder" / "report.md"):
        atomic_file.try_place(path)
        assert [file.name for file in path.parent.iterdir() if file.is_file()] == (
            ["older.md"] if path == older else []
        )
    assert older.read_text() == "before"
    with pytest.raises(OSError, match="older"):
        atomic_file.try_place(older / "inside.md")
