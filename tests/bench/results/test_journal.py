"""A journal holds what was measured so far, whatever became of its run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.bench.synthetic import record, scenario, shaken
from waitbench.results import journal, load
from waitbench.results.journal import Journal
from waitbench.results.record_json import from_json
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-29T20:54:42+00:00"


def written(path: Path, launches: int = 2) -> Journal:
    """Return a journal, still open, in which two contestants have run some launches."""
    book = Journal(path, {"schema": 1, "seed": 7}, DAY)
    models = {"sync": shaken(1600), "asyncio": shaken(52)}
    records = [from_json(record(scenario(), model, walls)) for model, walls in models.items()]
    for launch in range(launches):
        assert book.append(launch, records) is None
    return book


def launches(run: load.Run) -> dict[str, set[int]]:
    return {each.name: {round_.launch for round_ in each.rounds} for each in run.contestants}


def test_a_journal_reads_like_the_results_file_of_what_it_holds(tmp_path: Path) -> None:
    written(tmp_path / "x.journal").close()
    run = load.load(tmp_path / "x.journal")
    assert run.meta["seed"] == 7
    assert run.meta["interrupted"] is True
    assert run.day == "2026-11-29"
    assert [warning["code"] for warning in run.meta["warnings"]] == ["journal"]
    raced = {entry["launch"] for entry in record(scenario(), "sync", shaken(1600))["rounds"]}
    assert launches(run) == {"sync": raced & {0, 1}, "asyncio": raced & {0, 1}}


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_that_was_not_written_to_its_end_is_left_out(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "x.journal"
    written(path, 1).close()
    whole = path.read_bytes()
    written(tmp_path / "y.journal", 2).close()
    longer = (tmp_path / "y.journal").read_bytes()
    path.write_bytes(longer[: len(whole) + cut])
    assert launches(load.load(path)) == {"sync": {0}, "asyncio": {0}}


def test_a_journal_of_a_run_that_measured_nothing_says_so(tmp_path: Path) -> None:
    written(tmp_path / "x.journal", 0).close()
    with pytest.raises(BenchError, match="first launch"):
        load.load(tmp_path / "x.journal")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"waitbench_journal":9,"run":{}}\n', "newer waitbench"),
        ('{"waitbench_journal":1,"run":{}}\n{"records":3}\n', "damaged"),
        ('{"waitbench_journal":1,"run":{}}\nnonsense\n', "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "x.journal").write_text(text)
    with pytest.raises(BenchError, match=words):
        load.load(tmp_path / "x.journal")


def test_a_journal_is_left_once_its_run_has_let_go_of_it(tmp_path: Path) -> None:
    book = written(tmp_path / "x.journal")
    assert journal.living(tmp_path) == [book.path]
    assert journal.left(tmp_path) == []
    book.close()
    assert journal.left(tmp_path) == [book.path]
    book.discard()
    assert journal.left(tmp_path) == []


def test_a_full_disk_is_told_once_and_what_stood_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = written(tmp_path / "x.journal", 1)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert book.append(1, []) is not None
    assert book.append(2, []) is None
    book.close()
    assert launches(load.load(book.path)) == {"sync": {0}, "asyncio": {0}}


def test_a_journal_that_holds_nothing_is_taken_away_and_not_told_of(tmp_path: Path) -> None:
    book = written(tmp_path / "x.journal", 0)
    assert journal.left(tmp_path) == []
    assert book.path.exists()  # its run is under way
    book.close()
    assert journal.left(tmp_path) == []
    assert not book.path.exists()


def test_a_journal_that_cannot_be_begun_leaves_no_half_of_it(tmp_path: Path) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            Journal(tmp_path / "x.journal", {}, DAY)
    assert list(tmp_path.iterdir()) == []
