import re
from io import StringIO
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.bench.report.runs import FOR_PEOPLE, RUNS, SNAPSHOTS, drawn, troubled, usual
from tests.bench.synthetic import MS, record, scenario, shaken, summary, target
from waitbench.findings import find_all
from waitbench.report import TRACKERS, format_names, render, rerun_command
from waitbench.report.formats import markdown, terminal
from waitbench.scenario import BenchError

WIDE = 250
GITHUB_COMMENT = 64 * 1024


def test_the_reports_are_as_they_were_kept(tmp_path: Path) -> None:
    """After a change that is meant: python -m tests.bench.report.runs, and read the difference."""
    for name, text in drawn(tmp_path):
        assert text == (SNAPSHOTS / name).read_text(encoding="utf-8"), name


TROUBLE = ("worker was killed by SIGKILL in launch 0", "worker could not start: no memory")
"""Why contestants of the troubled run failed."""


@pytest.mark.parametrize("form", [form for form in format_names() if form not in TRACKERS])
def test_why_a_contestant_failed_is_in_every_format(tmp_path: Path, form: str) -> None:
    made = troubled(tmp_path)
    text = " ".join(render(form, made, find_all(made)).split())
    assert [reason for reason in TROUBLE if reason not in text] == []


@pytest.mark.parametrize("form", [*FOR_PEOPLE, "latex"])
def test_what_makes_figures_doubtful_stands_before_the_first_of_them(
    tmp_path: Path, form: str
) -> None:
    made = troubled(tmp_path)
    text = " ".join(render(form, made, find_all(made)).split())
    for alert in ("This run was interrupted", "Failed: ", "held back 1 row, marked"):
        assert text.index(alert) < text.index("wall")


def test_the_formats_are_the_files_of_the_folder() -> None:
    assert {"html", "markdown", "terminal"} <= set(format_names())
    assert not any(name.startswith("_") for name in format_names())


@pytest.mark.parametrize("form", ["markdown", "terminal"])
def test_every_format_gives_text_that_ends_in_a_newline(tmp_path: Path, form: str) -> None:
    made = usual(tmp_path)
    text = render(form, made, find_all(made))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_an_unknown_format_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="markdown, otava, terminal"):
        render("pdf", usual(tmp_path), [])


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("form", ["markdown", "terminal"])
def test_a_report_without_findings_still_has_its_tables(
    tmp_path: Path, name: str, form: str
) -> None:
    text = render(form, RUNS[name](tmp_path), [])
    assert "faster than sync" in text
    assert "Findings" not in text


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", [40, 60, 79, 80, 100, 120, WIDE])
def test_no_line_is_wider_than_the_terminal(tmp_path: Path, name: str, width: int) -> None:
    made = RUNS[name](tmp_path)
    for line in terminal.render(made, find_all(made), width=width).splitlines():
        assert cell_len(line) <= width


def test_eighty_columns_show_what_matters_whole(tmp_path: Path) -> None:
    made = usual(tmp_path)
    lines = terminal.render(made, find_all(made), width=80).splitlines()
    row = next(line for line in lines if "● asyncio" in line)
    words = row.split()
    assert words[:3] == ["●", "asyncio", "52.9"]
    assert words[5] == "30.7"
    assert words[-2:] == ["faster", "latency"]
    assert not any("…" in line for line in lines)


def test_a_wide_terminal_shows_every_column_and_hides_none(tmp_path: Path) -> None:
    made = usual(tmp_path)
    text = terminal.render(made, find_all(made), width=WIDE)
    for head in ("tasks", "CPU", "efficiency", "p50", "p99", "memory", "start-up", "speed"):
        assert head in text
    assert "A wider terminal" not in text


def test_findings_stand_before_the_tables(tmp_path: Path) -> None:
    made = usual(tmp_path)
    text = terminal.render(made, find_all(made))
    assert text.index("Waiting work gains from asyncio") < text.index("■ sync")


def test_colours_are_only_there_when_asked_for(tmp_path: Path) -> None:
    made = usual(tmp_path)
    assert "\x1b[" not in terminal.render(made, find_all(made))
    colored = terminal.render(made, find_all(made), color=True)
    assert "\x1b[" in colored
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in bare.splitlines()] == (
        terminal.render(made, find_all(made)).splitlines()
    )


def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path) -> None:
    class Narrow(StringIO):
        encoding = "ascii"

    made, file = troubled(tmp_path), Narrow()
    terminal.show(made, find_all(made), Console(file=file, width=120, _environ={}))
    assert file.getvalue().isascii()
    assert "* asyncio" in file.getvalue()


def test_text_of_a_results_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b[2J\x07[bold red]evil[/]"
    made = summary(
        tmp_path,
        record(scenario(evil), "sync", shaken(1600), notes=[evil]),
        record(scenario(evil), evil, shaken(50), failure=evil),
        warnings=[{"code": "x", "text": evil, "advice": evil}],
        environment={"cpu": evil, "packages": {"aiohttp": evil}},
    )
    text = terminal.render(made, find_all(made))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold red]evil[/]" in text


EVIL = [
    "<script>alert(1)</script>",
    "a|b",
    "_under_ *asterisk* `tick`",
    "[link](http://example.org)",
    "![x](y)",
    "@everyone",
    "~~gone~~",
    "two\nlines",
    "# head",
    "\\|",
]


@pytest.mark.parametrize("name", EVIL)
def test_a_name_is_only_text_in_markdown(tmp_path: Path, name: str) -> None:
    made = summary(
        tmp_path,
        record(scenario(name), "sync", shaken(1600)),
        record(scenario(name), name, shaken(50), notes=[name]),
    )
    text = markdown.render(made, find_all(made))
    assert "<" not in text
    assert "](" not in text.replace("\\](", "")
    assert "@everyone" not in text
    assert not re.search(r"(?<!\\)[*_~`](under|aster|tick|~gone)", text)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        columns = [
            len(re.findall(r"(?<!\\)\|", row.replace("\\\\", ""))) for row in table.splitlines()
        ]
        assert len(set(columns)) == 1


def test_a_version_keeps_its_zero(tmp_path: Path) -> None:
    made = usual(tmp_path)
    assert "CPython 3.10," in markdown.render(made, [])
    assert "CPython 3.10," in terminal.render(made, [])


def test_a_large_run_fits_into_a_github_comment(tmp_path: Path) -> None:
    models = ("sync", "threads", "processes", "asyncio", "uvloop")
    rows = [
        record(scenario(f"http-50ms-n32-c{number}"), model, shaken(1600 / (1 + place)))
        for number in range(12)
        for place, model in enumerate(models)
    ]
    made = summary(tmp_path, *rows)
    assert len(markdown.render(made, find_all(made)).encode()) < GITHUB_COMMENT


def test_a_row_that_the_target_held_back_is_marked_in_every_table(tmp_path: Path) -> None:
    made = summary(
        tmp_path,
        record(scenario(), "sync", shaken(1600), stats=target()),
        record(scenario(), "threads", shaken(50), stats=target(error_ms=9)),
    )
    assert "| threads (!) |" in markdown.render(made, [])
    for width in (40, 80, 120):
        assert "▲ threads (!)" in terminal.render(made, [], width=width)
    verdict = made.scenarios[0].rows[1].verdict
    assert verdict is None


def test_the_command_makes_the_run_again(tmp_path: Path) -> None:
    options = {"quick": True, "models": ["sync", "asyncio"], "launches": 4, "budget_s": 20.0}
    made = summary(tmp_path, record(scenario(), "sync", [[MS]]), options=options)
    again = "waitbench run --quick --models sync,asyncio --budget 20s --launches 4 --seed 20261122"
    assert again in markdown.render(made, [])


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        ({"quick": True, "named": ["io_bound"], "suites": ["io_bound"]}, "run io_bound --quick "),
        ({"quick": True, "named": [], "suites": ["io_bound"]}, "run --quick "),
        ({"keyword": "sleep", "named": ["mixed"], "suites": ["mixed"]}, "run mixed -k sleep "),
        ({"full": True, "named": ["io_bound"], "suites": ["io_bound"]}, "run io_bound --full "),
        ({"quick": True, "suites": ["io_bound"]}, "run io_bound --quick "),  # an older file
    ],
)
def test_the_command_names_the_suites_that_were_named(
    tmp_path: Path, chosen: dict[str, object], typed: str
) -> None:
    made = summary(tmp_path, record(scenario(), "sync", [[MS]]), options=chosen)
    assert f"waitbench {typed}" in f"{rerun_command.command(made)} "


def test_a_run_without_anything_around_it_has_a_report(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("environment", "target", "overhead", "options", "warnings", "seed"))
    made = summary(tmp_path, record(scenario(), "sync", [[MS]]), **nothing)
    for form in FOR_PEOPLE:
        assert "waitbench run" in render(form, made, find_all(made))


def test_a_run_in_which_all_failed_has_a_report(tmp_path: Path) -> None:
    made = summary(tmp_path, failed=[record(scenario(), "sync", [], failure="no target")])
    for form in FOR_PEOPLE:
        assert "sync failed: no target." in render(form, made, find_all(made))
