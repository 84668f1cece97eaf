"""The report on another tool's file: figures whole, what they are, and nothing lost or leaked."""

import csv
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from tests.bench.others import benchmark, plain, write
from tests.bench.results.test_formats import FILES, PYPERF
from tests.bench.synthetic import document, record, scenario, shaken
from waitbench.commands._results import read
from waitbench.report import TRACKERS, format_names, render
from waitbench.report.formats.json import schema
from waitbench.report.others import _markdown, _terminal, one_run
from waitbench.report.others.page import Page

LONG = f"test_{'parametrised_by_a_rather_long_identifier_' * 2}[1]"
FIGURES = plain(
    benchmark(LONG, 0.5), benchmark("test_short", 0.2, stats={"rounds": 1}), benchmark("test_é", 3)
)


def page(tmp_path: Path, content: object) -> Page:
    summary, _ = read(write(tmp_path / "x.json", content))
    made = one_run.of(summary)
    assert made is not None
    return made


def text(tmp_path: Path, content: object, form: str) -> str:
    summary, findings = read(write(tmp_path / "x.json", content))
    return render(form, summary, findings)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_figures_and_units_are_whole_at_every_width(tmp_path: Path, width: int) -> None:
    shown = _terminal.render(page(tmp_path, FIGURES), width=width)
    assert max(map(len, shown.splitlines())) <= width
    for figure in ("500", "200", "3,000"):
        assert re.search(rf"(^|\s){figure}(\s|$)", shown, re.MULTILINE)
    assert re.search(r"\sms\s", shown)
    assert LONG[:12] in shown
    assert "…" not in shown


def test_a_terminal_too_narrow_for_a_table_has_lines(tmp_path: Path) -> None:
    huge = plain(benchmark("test_a", 1e6), benchmark("test_b", 1e-9), benchmark("test_c", 0.5))
    shown = _terminal.render(page(tmp_path, huge), width=24)
    assert "1,000,000 s" in shown
    assert "1.00 ns" in shown
    assert "500 ms" in shown


def test_figures_that_lie_far_apart_have_a_unit_each(tmp_path: Path) -> None:
    made = page(tmp_path, plain(benchmark("test_a", 2.0), benchmark("test_b", 3e-6)))
    assert made.tables[0].columns[1].texts == ("2.00 s", "3.00 µs")
    near = page(tmp_path, plain(benchmark("test_a", 10.04e-6), benchmark("test_b", 333e-9)))
    assert near.tables[0].columns[1].texts == ("10,040", "333")
    assert near.tables[0].columns[1].unit == "ns"


def test_calls_and_rounds_say_what_a_figure_is(tmp_path: Path) -> None:
    twice = plain(
        benchmark("test_a", 1e-6, stats={"rounds": 5, "iterations": 20}),
        benchmark("test_b", 1e-6, stats={"rounds": 5000, "iterations": 1}),
    )
    made = page(tmp_path, twice)
    by_head = {column.head: column.texts for column in made.tables[0].columns}
    assert by_head["median"] == ("1.00", "1.00")
    assert by_head["rounds"] == ("5", "5,000")
    assert by_head["calls"] == ("20", "1")
    assert "mean of its calls" in dict(made.reading)["median"]
    assert any("fewest" in alert for alert in made.alerts)


def test_a_round_alone_has_no_spread_and_no_column_is_empty(tmp_path: Path) -> None:
    alone = benchmark("test_a", stats={"rounds": 1})
    both = page(tmp_path, plain(alone, benchmark("test_b")))
    assert {column.head: column.texts for column in both.tables[0].columns}["spread"] == (
        "-",
        "9.90 to 10.1",
    )
    heads = [column.head for column in page(tmp_path, plain(alone)).tables[0].columns]
    assert heads == ["benchmark", "median", "rounds"]


def test_several_processes_have_an_interval(tmp_path: Path) -> None:
    made = page(tmp_path, PYPERF)
    by_head = {column.head: column.texts for column in made.tables[0].columns}
    assert by_head["processes"] == ("2",)
    assert re.fullmatch(r"\[\S+, \S+\]", by_head["95 %"][0])
    assert "over the processes" in dict(made.reading)["95 %"]


def test_what_has_no_figure_is_named(tmp_path: Path) -> None:
    content = plain(benchmark("test_a"), benchmark("test_zero", 0.0))
    for form in ("terminal", "markdown", "html", "latex", "json"):
        shown = text(tmp_path, content, form).replace("\\", "")
        assert "test_zero" in shown, form
        assert "its median is 0" in shown, form


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", [form for form in format_names() if form not in TRACKERS])
def test_each_tool_has_a_report_in_each_format_and_nothing_leaks(
    tmp_path: Path, name: str, form: str
) -> None:
    shown = text(tmp_path, FILES[name], form)
    assert "secret-host" not in shown
    if form in {"terminal", "markdown", "html", "latex"}:
        assert "Measured by waitbench" not in shown
        assert "concurrency model" not in shown


def test_commit_branch_changes_date_and_tool_are_there(tmp_path: Path) -> None:
    dirty = plain(benchmark("test_a"), commit_info={"id": "1" * 40, "dirty": True, "branch": "t"})
    facts = dict(page(tmp_path, dirty).facts)
    assert facts["Commit"] == "1111111 + changes, on t"
    assert facts["Measured on"] == "2026-03-01T12:00:00"
    assert facts["Measured by"] == "pytest-benchmark 5.2.3"


def test_figures_are_told_apart_by_their_full_names_in_csv_and_json(tmp_path: Path) -> None:
    content = plain(benchmark("test_a"), benchmark("test_a", fullname="tests/test_b.py::test_a"))
    rows = list(csv.DictReader(io.StringIO(text(tmp_path, content, "csv"))))
    names = ["tests/test_shop.py::test_a", "tests/test_b.py::test_a"]
    assert [row["fullname"] for row in rows] == names
    made = json.loads(text(tmp_path, content, "json"))
    assert [row["fullname"] for row in made["scenarios"][0]["rows"]] == names


@pytest.mark.parametrize(
    "name", ["test_math[$a$ and $b$]", "test_slice[1:100:2]", "test[a  b]", "t[`x`|<b>]", "`", " "]
)
def test_a_name_is_code_in_markdown(name: str) -> None:
    shown = _markdown.code(name).replace(r"\|", "|")
    fence = re.match("`+", shown)
    assert fence
    inner = shown.removeprefix(fence[0]).removesuffix(fence[0])
    assert fence[0] not in inner
    assert inner.strip() == name.strip() or inner == name


def test_spaces_and_accents_are_kept_in_latex(tmp_path: Path) -> None:
    names = ("test[a  b]", "test[a b]", "test[é]", "test[e]")
    shown = text(tmp_path, plain(*map(benchmark, names)), "latex")
    assert r"a\  b" in shown or r"a \ b" in shown or r"a\ \ b" in shown
    assert r"\'{e}" in shown


def test_a_page_of_markdown_fits_and_says_how_many_rows_did_not(tmp_path: Path) -> None:
    names = [f"test_rule[{number:04d}-{'abcdefgh' * 4}]" for number in range(2000)]
    shown = text(tmp_path, plain(*map(benchmark, names)), "markdown")
    assert len(shown) < 65_536
    left = re.search(r"> ([\d,]+) more rows had no room", shown)
    assert left
    assert shown.count("| `test_rule") + int(left[1].replace(",", "")) == 2000


def test_what_was_not_raced_stands_beside_the_races(tmp_path: Path) -> None:
    mixed = document([record(scenario(), "sync", shaken(50))])
    mixed["benchmarks"] += [benchmark("test_own", 0.02), benchmark("test_none", 0.0)]
    for form in ("terminal", "markdown", "html", "latex"):
        shown = " ".join(text(tmp_path, mixed, form).replace("\\", "").split())
        assert "test_own 20.0 ms" in shown, form
        assert "test_none (its median is 0)" in shown, form


def test_what_was_not_raced_is_a_row_in_csv_and_an_entry_in_json(tmp_path: Path) -> None:
    mixed = document([record(scenario(), "sync", shaken(50))])
    mixed["benchmarks"] += [benchmark("test_own", 0.02), benchmark("test_none", 0.0)]
    ours, theirs = csv.DictReader(io.StringIO(text(tmp_path, mixed, "csv")))
    assert (ours["model"], ours["value"]) == ("sync", "")
    assert (theirs["suite"], theirs["model"]) == ("pytest-benchmark", "test_own")
    assert (theirs["value"], theirs["unit"], theirs["wall_ns"]) == ("20000000", "ns", "")
    found = json.loads(text(tmp_path, mixed, "json"))
    jsonschema.validate(found, schema())
    none, own = found["others"]
    assert none == {"name": "test_none", "reason": "its median is 0"}
    assert (own["fullname"], own["value"]) == ("tests/test_shop.py::test_own", 20_000_000)


def test_many_that_drift_or_are_in_doubt_are_few_lines(tmp_path: Path) -> None:
    drifting = [0.01 + place / 10_000 for place in range(48)]
    rows = [benchmark(f"test_{n:02}", 0.012, stats={"data": drifting}) for n in range(30)]
    steeper = [0.01 + place / 1_000 for place in range(48)]
    rows.append(benchmark("test_most", 0.02, stats={"data": steeper}))
    (alert,) = (line for line in page(tmp_path, plain(*rows)).alerts if "drift" in line)
    assert alert.startswith("31 of 31 benchmarks drift")
    assert alert.index("test_most") < alert.index("test_00")
    assert alert.endswith("and 28 more.")
    doubtful = [benchmark(f"test_{n:02}", 0.01, stats={"q1": 0.02}) for n in range(30)]
    alerts = page(tmp_path, plain(*doubtful)).alerts
    assert sum("contradict each other" in line for line in alerts) == 10
    assert "So it is with 20 more benchmarks." in alerts


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"id": "unversioned", "branch": "(unknown)"}, ""),
        ({"id": "unknown", "branch": "(error)"}, ""),
        ({"id": "1" * 40, "branch": "(detached head)"}, "1111111"),
        ({"id": "1" * 40, "branch": "main"}, "1111111, on main"),
    ],
)
def test_what_is_no_commit_or_branch_is_not_told_as_one(
    tmp_path: Path, given: object, told: str
) -> None:
    made = page(tmp_path, plain(benchmark("test_a"), commit_info=given))
    assert dict(made.facts).get("Commit", "") == told


def test_rows_of_one_full_name_are_named_where_they_cannot_be_told_apart(tmp_path: Path) -> None:
    made = page(tmp_path, plain(benchmark("test_a"), benchmark("test_a"), benchmark("test_b")))
    (alert,) = (alert for alert in made.alerts if "test_shop.py::test_a (2 times)" in alert)
    assert "test_b" not in alert
    alone = page(tmp_path, plain(benchmark("test_a"), benchmark("test_b")))
    assert not any("times)" in alert for alert in alone.alerts)


def test_where_a_file_does_not_tell_the_calls_of_a_round_none_are_made_up(tmp_path: Path) -> None:
    untold = {
        "commit_hash": "1" * 40,
        "results": {"time_a": [[0.01]]},
        "result_columns": ["result"],
    }
    reading = dict(page(tmp_path, untold).reading)
    assert "whose number the file does not always tell" in reading["median"]
    (row,) = json.loads(text(tmp_path, untold, "json"))["scenarios"][0]["rows"]
    assert "calls_per_round" not in row
    told = dict(page(tmp_path, plain(benchmark("test_a"))).reading)
    assert "a round is one call" in told["median"]


def test_a_narrow_table_gives_up_the_wide_column_and_keeps_the_narrow_ones(tmp_path: Path) -> None:
    many = benchmark("test_b", 1e-6, stats={"rounds": 5000, "iterations": 20})
    made = page(tmp_path, plain(benchmark("test_a", 1e-6), many))
    lines = [line.split() for line in _terminal.render(made, width=40).splitlines()]
    assert ["test_b", "1.00", "5,000", "20"] in lines
    assert "spread." in _terminal.render(made, width=40)


def test_rounds_that_the_file_has_are_drawn_and_a_drift_is_said(tmp_path: Path) -> None:
    drifting = [0.01 + place / 10_000 for place in range(48)]
    content = plain(benchmark("test_up", 0.012, stats={"data": drifting}), benchmark("test_b"))
    made = page(tmp_path, content)
    by_head = {column.head: column.texts for column in made.tables[0].columns}
    assert by_head["course"][0][0] == "▁"
    assert by_head["course"][0][-1] == "█"
    assert by_head["course"][1] == "-"
    assert any(alert.startswith("test_up drifts") for alert in made.alerts)
    assert "course" not in text(tmp_path, content, "latex").partition("How to read")[0]
