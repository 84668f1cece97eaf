"""The forms of an outcome: each is valid where it is read, whatever a benchmark is called."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from tests.bench.gate.outcomes import FAILED, NEW, SAME, SLOWER, UNDECIDED, outcome
from waitbench.gate import formats
from waitbench.gate.formats import terminal
from waitbench.results import load
from waitbench.scenario import BenchError

ALL = outcome(SAME, NEW, UNDECIDED, FAILED, SLOWER, notes=("a note",))
SECONDS = {"type": "number", "minimum": 0}
STOCK = {
    "type": "object",
    "required": ["machine_info", "commit_info", "benchmarks", "datetime", "version"],
    "properties": {
        "benchmarks": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["group", "name", "fullname", "params", "param", "extra_info"],
                "properties": {
                    "name": {"type": "string"},
                    "fullname": {"type": "string"},
                    "options": {
                        "required": ["disable_gc", "timer", "min_rounds", "max_time", "min_time"]
                    },
                    "stats": {
                        "required": ["median", "iqr", "q1", "q3", "ld15iqr", "hd15iqr", "total"],
                        "properties": {
                            **dict.fromkeys(("min", "max", "mean", "stddev", "ops"), SECONDS),
                            "rounds": {"type": "integer", "minimum": 1},
                            "iterations": {"type": "integer", "minimum": 1},
                            "outliers": {"type": "string"},
                        },
                    },
                },
            },
        }
    },
}
"""What github-action-benchmark (tool `pytest`) and bencher (`python_pytest`) read of the file."""


def test_markdown_says_what_must_be_looked_at_and_folds_the_rest() -> None:
    text = formats.render("markdown", ALL)
    assert text.startswith("### Slower: bench_total takes 25.0 % longer (1 of 5 benchmarks).")
    assert "| bench\\_&lt;get\\>\\|x |" in text
    assert "| bench_total | 2 ms | 2.5 ms | +25.0 % \\[+22.0, +28.2] | 26 | 🔴 slower |" in text
    assert "undecided (needs about 7 more pairs)" in text
    assert text.index("<summary>1 the same within their margins") < text.index("| bench_parse |")
    assert "src/shop.py" in text
    assert "second 'x'" in text


def test_markdown_fits_into_a_comment() -> None:
    many = [replace(SAME, name=f"bench_{number}_{'x' * 80}") for number in range(900)]
    text = formats.render("markdown", outcome(SLOWER, *many))
    assert len(text.encode()) < 65_536
    assert "bench_total" in text
    assert "does not fit into a comment" in text


def test_junit_has_a_case_for_each_and_is_well_formed() -> None:
    suites = ET.fromstring(formats.render("junit", ALL))
    totals = {name: suites.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "5", "failures": "1", "errors": "1", "skipped": "1"}
    cases = {case.get("name"): [child.tag for child in case] for case in suites.iter("testcase")}
    assert cases == {
        "bench_parse": [],
        "bench_new": [],
        "bench_<get>|x": ["skipped"],
        "bench_gone": ["error"],
        "bench_total": ["failure"],
    }


def test_annotations_escape_what_github_would_read() -> None:
    lines = formats.render("annotations", ALL).splitlines()
    assert lines[0].startswith("::error title=bench_total::slower +25.0 %25 [+22.0, +28.2]%0A")
    assert lines[1].startswith("::error title=bench_gone::failed%0Ahead: ValueError")
    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::notice",
    ]


def test_annotations_stand_at_the_benchmark_s_file() -> None:
    placed = replace(SLOWER, file="a,b/benchmarks.py", line=12)
    line = formats.render("annotations", outcome(placed)).splitlines()[0]
    assert line.startswith("::error file=a%2Cb/benchmarks.py,line=12,title=bench_total::slower")


def test_gitlab_s_report_has_an_issue_for_what_is_slower_or_failed() -> None:
    issues = json.loads(formats.render("codequality", ALL))
    assert [(issue["check_name"], issue["severity"]) for issue in issues] == [
        ("waitbench-slower", "major"),
        ("waitbench-failed", "critical"),
    ]
    assert issues[0]["description"].startswith("bench_total: slower +25.0 % [+22.0, +28.2]")
    assert issues[0]["location"] == {"path": "pyproject.toml", "lines": {"begin": 1}}
    # The same issue has the same fingerprint in the next push, whatever its figures.
    again = json.loads(formats.render("codequality", outcome(replace(SLOWER, pairs=74))))
    assert again[0]["fingerprint"] == issues[0]["fingerprint"] != issues[1]["fingerprint"]
    assert json.loads(formats.render("codequality", outcome(SAME))) == []


def test_the_terminal_shows_a_row_for_each() -> None:
    text = formats.render("terminal", ALL)
    assert text.splitlines()[0] == "Slower: bench_total takes 25.0 % longer (1 of 5 benchmarks)."
    for result in ALL.results:
        assert result.name in text
    many = outcome(SLOWER, *(replace(SAME, name=f"bench_{number}") for number in range(20)))
    assert "and 20 the same within their margins" in formats.render("terminal", many)


def document() -> dict[str, Any]:
    return dict(json.loads(formats.render("json", ALL)))


def test_stock_tools_find_what_they_read() -> None:
    made = document()
    jsonschema.validate(made, STOCK)
    names = [benchmark["fullname"] for benchmark in made["benchmarks"]]
    assert names[-2:] == ["gate::bench_total", "gate::bench_total[base]"]
    # Rounds of 2 and 4 ms of two calls each: a call takes 1.5 ms on average, 666.7 in a second.
    stats = made["benchmarks"][0]["stats"]
    assert stats["mean"] == pytest.approx(0.0015)
    assert stats["ops"] == pytest.approx(666.67, abs=0.01)
    assert (stats["rounds"], stats["iterations"]) == (2, 2)


@pytest.mark.processes
def test_pytest_benchmark_compares_the_file(tmp_path: Path) -> None:
    saved = tmp_path / "Linux-CPython-3" / "0001_gate.json"
    saved.parent.mkdir()
    saved.write_text(formats.render("json", ALL))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest_benchmark", "--storage", str(tmp_path)),
            *("compare", "0001", "--group-by=group", "--columns=mean,rounds"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert "benchmark 'bench_total'" in printed
    assert "bench_total[base]" in printed


def test_our_own_reader_takes_the_file_and_finds_the_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "gate.json"
    formats.write(str(path), ALL)
    read = load.load(path)
    assert sorted({each.name for each in read.contestants}) == ["base", "head"]
    verdicts = {result["name"]: result["verdict"] for result in read.meta["gate"]["results"]}
    assert verdicts["bench_total"] == "slower"


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("gate.doc", r"\.md \(markdown\)"), ("/dev/null/gate.md", "could not be written")],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_raced(
    path: str, complaint: str
) -> None:
    with pytest.raises(BenchError, match=complaint):
        formats.check(path)


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    (tmp_path / "gate.md").symlink_to("/dev/full")
    with pytest.raises(BenchError, match="could not be written"):
        formats.write(str(tmp_path / "gate.md"), ALL)


def test_what_cannot_be_written_whole_leaves_the_older_file(
    tmp_path: Path, fill_disk: Callable[[], None]
) -> None:
    path = tmp_path / "gate.md"
    path.write_text("older")
    fill_disk()
    with pytest.raises(BenchError, match="could not be written"):
        formats.write(str(path), ALL)
    assert [path.name for path in tmp_path.iterdir()] == ["gate.md"]
    assert path.read_text() == "older"


@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("test_calc.py::test_total", 24, ["test_calc.py::test_total"]),
        ("test_calc.py::test_total", 23, ["test_calc.py::test_", "total"]),
        ("test_calc.py::test_total", 14, ["test_calc.py::", "test_total"]),
        ("unbreakable", 4, ["unbreakable"]),
    ],
)
def test_a_name_is_broken_between_its_words(name: str, width: int, lines: list[str]) -> None:
    assert terminal.broken(name, width).split("\n") == lines
