import csv as reader
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.report.runs import RUNS, usual
from tests.bench.synthetic import MS, record, scenario, shaken, summary
from waitbench.report.formats import csv
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

FORMULAS = ("=cmd()", "+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "|cmd")


def read(text: str) -> list[dict[str, str]]:
    return list(reader.DictReader(io.StringIO(text, newline="")))


def test_a_contestant_is_one_row_with_its_interval(tmp_path: Path) -> None:
    rows = read(csv.render(usual(tmp_path), []))
    assert len(rows) == 16 + 2
    sync, threads = rows[:2]
    assert (sync["scenario"], sync["model"]) == ("http-50ms-n32-c32", "sync")
    assert (sync["times_faster"], sync["verdict"]) == ("", "")
    assert threads["verdict"] == "faster"
    assert (
        float(threads["wall_low_ns"]) < float(threads["wall_ns"]) < float(threads["wall_high_ns"])
    )


def test_a_round_is_one_row_and_what_is_no_time_says_so(tmp_path: Path) -> None:
    broken = record(scenario(), "sync", [[10 * MS, 12 * MS]], errors={(0, 1): "reset, by peer"})
    rows = read(csv.measurements(summary(tmp_path, broken)))
    assert [row["wall_ns"] for row in rows] == ["10000000", "12000000"]
    assert [row["timed"] for row in rows] == ["true", "false"]
    assert [row["error"] for row in rows] == ["", "reset, by peer"]
    assert "spans" not in rows[0]


@pytest.mark.parametrize("name", RUNS)
def test_every_row_has_as_many_cells_as_the_head(tmp_path: Path, name: str) -> None:
    for text in csv.files(RUNS[name](tmp_path), []).values():
        lines = list(reader.reader(io.StringIO(text, newline="")))
        assert {len(line) for line in lines} == {len(lines[0])}


def test_a_suite_alone(tmp_path: Path) -> None:
    for text in csv.files(usual(tmp_path), [], only=["cpu_bound"]).values():
        assert {row["suite"] for row in read(text)} == {"cpu_bound"}
    with pytest.raises(BenchError, match="no suite 'nix'"):
        csv.files(usual(tmp_path), [], only=["nix"])


def test_nobody_elses_text_is_a_formula(tmp_path: Path) -> None:
    for evil in FORMULAS:
        made = summary(tmp_path, record(scenario(evil), evil, shaken(50), failure=evil))
        for text in csv.files(made, []).values():
            for row in read(text):
                for name in ("scenario", "model"):
                    assert row[name].startswith("'")


@given(st.text())
def test_text_is_kept_and_computes_nothing(text: str) -> None:
    cell = csv.cell(text)
    assert cell.removeprefix("'").split() == plain(text).removeprefix("'").split()
    assert cell.lstrip()[:1] not in csv.FORMULA
    assert len(cell.splitlines()) <= 1


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_a_row_comes_back_with_as_many_cells_as_it_had(texts: list[str]) -> None:
    text = csv.table([{f"c{place}": given_text for place, given_text in enumerate(texts)}])
    head, row = reader.reader(io.StringIO(text, newline=""))
    assert row == [csv.cell(given_text) for given_text in texts]
    assert len(head) == len(texts)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (3.0, "3"),
        (-0.25, "-0.25"),
        (True, "true"),
        (10**15, "1000000000000000"),
    ],
)
def test_a_figure_is_plain(value: object, cell: str) -> None:
    assert csv.cell(value) == cell
