"""Finished runs get numbers, and no two the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.results import store

if TYPE_CHECKING:
    from pathlib import Path


def part(folder: Path, text: str) -> Path:
    path = folder / ".run.part"
    path.write_text(text)
    return path


def test_the_first_run_is_number_one_and_the_next_follows_the_highest(tmp_path: Path) -> None:
    assert store.keep(part(tmp_path, "a"), "x").name == "0001_x.json"
    (tmp_path / "0041_other.json").touch()
    kept = store.keep(part(tmp_path, "b"), "x")
    assert (kept.name, kept.read_text()) == ("0042_x.json", "b")
    assert not (tmp_path / ".run.part").exists()


def test_a_number_is_not_given_twice_whatever_stands_behind_it(tmp_path: Path) -> None:
    (tmp_path / "0001_mine.json").write_text("mine")
    assert store.keep(part(tmp_path, "a"), "mine").name == "0002_mine.json"
    assert (tmp_path / "0001_mine.json").read_text() == "mine"
