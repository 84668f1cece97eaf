from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.synthetic import summary, whole
from waitbench.commands.run import _page

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_page_is_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = summary(tmp_path, *whole())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stored").mkdir()
    assert _page(tmp_path / "stored" / "0001_run.json", made, []) == "stored/0001_run.html"
    assert (tmp_path / "stored" / "0001_run.html").read_text().startswith("<!DOCTYPE html>")


def test_a_page_that_cannot_be_written_is_one_line_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "0001_run.html").mkdir()
    line = _page(tmp_path / "0001_run.json", summary(tmp_path, *whole()), [])
    assert line.startswith("none: 0001_run.html could not be written (IsADirectoryError: ")
    assert len(line.splitlines()) == 1


def test_results_of_another_name_are_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "results.html"
    file.write_text("{}")
    _page(file, summary(tmp_path, *whole()), [])
    assert file.read_text() == "{}"
    assert (tmp_path / "results.html.html").exists()
