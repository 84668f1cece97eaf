"""Texts of others: nothing in them steers a screen, a reader or a path, wherever they are shown."""

from __future__ import annotations

import gzip
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.synthetic import document as made
from tests.bench.synthetic import record, scenario, shaken
from waitbench.cli import main
from waitbench.profiling import files
from waitbench.profiling.profile import Profile
from waitbench.results import document
from waitbench.results.foreign_text import file_name, plain, plain_document
from waitbench.scenario import BenchError
from waitbench.tracking import baseline, history

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "a\x1b]0;title\x07\x9b31m\u202eb\u200b\r\nc\ud800"
SHOWN = "a\\x1b]0;title\\x07\\x9b31m\\u202eb\\u200b  c\\ud800"
CHOSEN = {
    "fullname",
    "group",
    "commit",
    "branch",
    "cpu",
    "error",
    "failure",
    "notes",
    "suite",
    "model",
}
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]")


def test_what_steers_is_written_out_and_all_else_stays() -> None:
    assert plain(EVIL) == SHOWN
    assert plain("wait ≤ 5 ms, µs, 名前, ≈") == "wait ≤ 5 ms, µs, 名前, ≈"


def test_a_document_is_plain_in_all_its_texts_and_names_of_fields() -> None:
    assert plain_document({EVIL: [EVIL, 1, None, {"x": EVIL}]}) == {
        SHOWN: [SHOWN, 1, None, {"x": SHOWN}]
    }


@pytest.mark.parametrize(
    "text", ["../../etc/passwd", "/etc/passwd", "..", "", "a/b\\c\x00", "x" * 999]
)
def test_a_name_made_of_it_lies_in_the_folder(text: str, tmp_path: Path) -> None:
    path = tmp_path / f"{file_name(text)}.json"
    assert path.resolve().parent == tmp_path.resolve()
    path.touch()


@pytest.fixture
def evil(tmp_path: Path) -> Path:
    """A results file in which every text that somebody chose is evil."""

    def spoilt(form: Any, name: str = "") -> Any:
        if isinstance(form, dict):
            return {key: spoilt(each, key) for key, each in form.items()}
        if isinstance(form, list):
            return [spoilt(each, name) for each in form]
        return f"{form}{EVIL}" if name in CHOSEN and isinstance(form, str) else form

    records = [
        record(scenario(), "sync", shaken(1600), failure="it died"),
        record(scenario(), "asyncio", shaken(52), notes=["a note"]),
    ]
    meta = {"environment": {"commit": "c0ffee", "branch": "main", "cpu": "a core"}}
    path = tmp_path / "evil.json"
    path.write_text(json.dumps(spoilt(made(records, **meta))), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["terminal", "markdown", "html", "csv", "latex", "json"])
def test_no_format_of_a_report_has_it_raw(
    evil: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(evil), "--format", form]) == 0
    printed = capsys.readouterr().out
    assert "title" in printed
    assert not RAW.search(printed)


def test_neither_have_histories_baselines_and_profiles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "history.jsonl"
    line = {
        "schema": 1,
        "time": EVIL,
        "commit": EVIL,
        "machine": EVIL,
        "rows": {EVIL: {"speed": 2}},
    }
    kept.write_text(json.dumps(line) + "\n")
    assert main(["history", "show", "--file", str(kept)]) == 0
    (entry,) = history.read(kept)
    assert [entry.time, entry.commit, entry.machine, *entry.rows] == [SHOWN] * 4
    figure = {"log": 0.1, "variance": 0.1, "launches": 3}
    texts = dict.fromkeys(("commit", "date", "run"), EVIL)
    rows = {EVIL: {"speed": figure}}
    kept.write_text(json.dumps({"schema": 1, "machine": {"cpu": EVIL}, "rows": rows, **texts}))
    with suppress(BenchError):
        assert baseline.read(kept).commit == SHOWN
    assert not RAW.search(capsys.readouterr().out)


def test_a_profile_s_files_stay_in_their_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "here"
    away = Profile(suite="../../../out", scenario="/tmp/x", model="..\\..", tasks=1)
    written = files.write([replace(away, rounds=1)], folder, ["json"])
    assert written
    assert all(path.resolve().parent == folder.resolve() for path in written)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_small_file_that_unpacks_to_much_is_refused_without_unpacking_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LARGEST", 10_000)
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b" " * 1_000_000))
    with pytest.raises(BenchError, match="holds more than"):
        document.read(path)


@pytest.mark.parametrize("levels", [100, 100_000])
def test_what_is_nested_too_deep_is_refused_in_a_line(levels: int, tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * levels + "]" * levels)
    with pytest.raises(BenchError, match="nested too deep"):
        document.read(path)
