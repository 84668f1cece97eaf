"""`waitbench report`, as it is typed: formats, files, folders, and what cannot be."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.bench.synthetic import document, null, whole
from waitbench.cli import main


@pytest.fixture
def results(tmp_path: Path) -> str:
    path = tmp_path / "race.json"
    path.write_text(json.dumps(document([*whole(), *null()])), encoding="utf-8")
    return str(path)


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["report", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("waitbench: ")
    assert error.count("\n") == 1
    return error


def test_several_formats_go_into_a_folder_by_stable_names(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    asked = ["report", results, "--format", "md,terminal,markdown", "-o", str(folder)]
    assert main(asked) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["report.md", "report.txt"]
    assert f"written into {folder}: report.md, report.txt" in capsys.readouterr().out


@pytest.mark.slow
def test_the_same_results_give_the_same_bytes(results: str, tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "other"
    for folder in (first, second):
        assert main(["report", results, "--format", "md,html,terminal", "-o", str(folder)]) == 0
    names = [path.name for path in first.iterdir()]
    assert len(names) == 3
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_figures_are_files_beside_the_report(results: str, tmp_path: Path) -> None:
    asked = ["report", results, "--format", "md", "--figures", "svg,png", "-o", str(tmp_path / "x")]
    assert main(asked) == 0
    assert {"report.md", "speedup.svg", "speedup.png"} <= {
        path.name for path in (tmp_path / "x").iterdir()
    }


def test_latex_brings_its_pictures_along(results: str, tmp_path: Path) -> None:
    assert main(["report", results, "--format", "latex", "-o", str(tmp_path / "x")]) == 0
    text = (tmp_path / "x/report.tex").read_text(encoding="utf-8")
    shown = re.findall(r"\\includegraphics\[[^]]*\]\{([^}]*)\}", text)
    assert "speedup.pdf" in shown
    assert {path.name for path in (tmp_path / "x").iterdir()} == {"report.tex", *shown}


def test_figures_alone_write_no_report(results: str, tmp_path: Path) -> None:
    assert main(["report", results, "--figures", "svg", "-o", str(tmp_path / "x")]) == 0
    assert {path.suffix for path in (tmp_path / "x").iterdir()} == {".svg"}


@pytest.mark.parametrize(("name", "begins"), [("a.md", "# "), ("a.html", "<!doctype html>")])
def test_the_suffix_of_a_file_chooses_its_format(
    results: str, tmp_path: Path, name: str, begins: str
) -> None:
    assert main(["report", results, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begins)


def test_md_and_markdown_are_one(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    reports = []
    for word in ("md", "markdown"):
        assert main(["report", results, "--format", word]) == 0
        reports.append(capsys.readouterr().out)
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--format", "pdf"], "no format 'pdf'; there are "),
        (["--figures", "gif", "-o", "x"], "no figure format 'gif'; there are svg, png, pdf"),
        (["--format", "md,html"], "add -o DIR"),
        (["--figures", "svg"], "add -o DIR"),
        (["--figures", "svg", "--format", "md,html", "-o", "FILE"], "is a file"),
        (["--figures", "svg", "-o", "FILE"], "is what is read"),
        (["-o", "FILE"], "is what is read"),
        (["-o", "FILE/below"], "could not be written"),
    ],
)
def test_what_cannot_be_is_one_line(
    results: str, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    put = [argument.replace("FILE", results) for argument in arguments]
    assert expected in complaint(capsys, results, *put)


def slower(path: Path) -> str:
    """The same run on another machine: twice as slow throughout, and asyncio gains less."""
    rows = [*whole(), *null()]
    for row in rows:
        for round_ in row["rounds"]:
            round_["wall_ns"] *= 3 if row["model"] == "asyncio" else 2
    path.write_text(json.dumps(document(rows)), encoding="utf-8")
    return str(path)


def test_several_runs_are_compared_by_ratios_and_never_by_times(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = slower(tmp_path / "other.json")
    assert main(["report", results, other, "--format", "md"]) == 0
    page = capsys.readouterr().out.partition("# Waiting: ")[0]
    rows = [line.split(" | ") for line in page.splitlines() if "http-50ms-n32-c32/" in line]
    by_model = {row[0].partition("/")[2]: row for row in rows}
    assert set(by_model) == {"threads", "processes", "asyncio"}
    assert by_model["threads"][1] == by_model["threads"][2]
    assert by_model["threads"][-1].rstrip(" |") == "-"
    assert by_model["asyncio"][1].startswith("30.7")
    assert by_model["asyncio"][2].startswith("20.5")
    assert by_model["asyncio"][-1].rstrip(" |") == "apart"
    assert "ms" not in page.partition("| --- |")[2].replace("50ms", "")


def test_several_runs_stand_side_by_side_on_a_terminal(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", results, slower(tmp_path / "other.json")]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Side by side")
    assert "do not compare" in " ".join(shown.split())


def test_several_runs_have_a_folder_each(results: str, tmp_path: Path) -> None:
    other, place = slower(tmp_path / "other.json"), tmp_path / "out"
    assert main(["report", results, other, "--format", "md,csv", "-o", str(place)]) == 0
    made = sorted(path.relative_to(place).as_posix() for path in place.rglob("*.*"))
    assert made == [
        f"{folder}/{name}"
        for folder in ("1-race", "2-other")
        for name in ("measurements.csv", "report.md", "summary.csv")
    ] + ["side-by-side.md"]


def test_several_runs_as_html_have_a_page_that_compares_and_leads_to_each(
    results: str, tmp_path: Path
) -> None:
    folder, evil = tmp_path / "both", tmp_path / "<script>.json"
    evil.write_bytes(Path(results).read_bytes())
    assert main(["report", results, str(evil), "--format", "html", "-o", str(folder)]) == 0
    page = (folder / "side-by-side.html").read_text(encoding="utf-8")
    links = [unquote(link) for link in re.findall(r'<a href="([^"]*)"', page)]
    assert links == ["1-race/report.html", "2-<script>/report.html"]
    assert all((folder / link).is_file() for link in links)
    assert "<script" not in page
    # The same run twice: every row is there, and none stands apart.
    assert '<th scope="row" class="left">http-50ms-n32-c32/asyncio</th>' in page
    assert ">apart<" not in page


def test_several_runs_are_no_single_page_of_another_format(
    results: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "add -o DIR" in complaint(capsys, results, results, "--format", "json")


@pytest.mark.processes
def test_pictures_go_beside_a_page_that_is_named(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    assert main(["report", results, "-o", str(page), "--figures", "svg"]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (tmp_path / "speedup.svg").exists()
    assert "page.html" in capsys.readouterr().out
