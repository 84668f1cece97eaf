from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.synthetic import summary, whole
from waitbench.cli import main
from waitbench.commands import _run_files, _run_pytest, run
from waitbench.commands._run_files import places, written_page
from waitbench.pytest_plugin.session_outcome import SessionOutcome
from waitbench.registry import optional
from waitbench.scenario import BenchError


def test_the_page_is_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = summary(tmp_path, *whole())
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stored").mkdir()
    assert written_page(tmp_path / "stored" / "0001_run.json", made, []) == "stored/0001_run.html"
    assert (tmp_path / "stored" / "0001_run.html").read_text().startswith("<!DOCTYPE html>")


def test_a_stored_run_is_named_by_its_number_with_the_folder_and_so_is_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = summary(tmp_path, *whole())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_run_files, "results_folder", lambda: tmp_path / "results")
    (tmp_path / "results" / "Linux").mkdir(parents=True)
    saved, page = places(tmp_path / "results" / "Linux" / "0001_a1b2c3.json", made, [])
    assert saved.text == "0001 in results/: `waitbench report 0001` shows it again"
    assert page.text == "results/Linux/0001.html"


def test_a_page_that_cannot_be_written_is_one_line_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "0001_run.html").mkdir()
    line = written_page(tmp_path / "0001_run.json", summary(tmp_path, *whole()), [])
    assert line.startswith("none: 0001_run.html could not be written (IsADirectoryError: ")
    assert len(line.splitlines()) == 1


def test_results_of_another_name_are_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "results.html"
    file.write_text("{}")
    written_page(file, summary(tmp_path, *whole()), [])
    assert file.read_text() == "{}"
    assert (tmp_path / "results.html.html").exists()


@pytest.mark.parametrize(
    ("fault", "status"), [(MemoryError(), 2), (KeyboardInterrupt(), 130), (OSError(28, "full"), 2)]
)
def test_where_the_run_is_saved_is_told_whatever_spoils_its_report(
    fault: BaseException,
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def spoilt(_saved: Path) -> None:
        raise fault

    monkeypatch.setattr(_run_pytest, "called", lambda _options, _outcome: (0, ""))
    monkeypatch.setattr(_run_files, "kept", lambda *_: tmp_path / "0007_run.json")
    monkeypatch.setattr(run, "read", spoilt)
    assert main(["run", "article", "-o", str(tmp_path / "run.json")]) == status
    assert f"saved: {tmp_path / '0007_run.json'}" in capsys.readouterr().err


def test_what_goes_to_a_device_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "made").mkdir()
    made = summary(tmp_path / "made", *whole())
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(run, "read", lambda _saved: (made, []))

    def measured(options: list[str], _outcome: object) -> tuple[int, str]:
        part = next(text for text in options if text.startswith("--benchmark-json="))
        Path(part.partition("=")[2]).write_text("{}")
        return 0, ""

    monkeypatch.setattr(_run_pytest, "called", measured)
    assert main(["run", "article", "-o", "/dev/null"]) == 0
    assert "/dev/null" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_what_is_no_expression_is_told_in_our_words() -> None:
    outcome = SessionOutcome()
    outcome.mistake = "Wrong expression passed to '-k': http and: at column 9: expected not OR ("
    with pytest.raises(BenchError, match=r"^-k 'http and' is no expression; write parts of names"):
        _run_pytest.nothing(4, outcome, "")


def test_a_page_that_nothing_can_draw_is_missed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(optional, "installed", lambda _: False)
    line = written_page(tmp_path / "0001_run.json", summary(tmp_path, *whole()), [])
    assert line.startswith("none: a page needs jinja2")
    assert capsys.readouterr().err == ""
