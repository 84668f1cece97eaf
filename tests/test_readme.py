"""The README shows what a real run printed, and commands that exist."""

import re
from pathlib import Path

import pytest

from bench.cli import COMMANDS
from bench.commands._results import read
from bench.report import render

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
EXAMPLE = CHECKOUT / "results" / "example"


def test_the_example_s_report_is_made_from_its_data() -> None:
    made = render("markdown", *read(EXAMPLE / "run.json"))
    assert made == (EXAMPLE / "report.md").read_text(encoding="utf-8")


def test_every_line_of_the_example_stands_in_the_report() -> None:
    shown = README.partition("<!-- example: begin -->")[2].partition("<!-- example: end -->")[0]
    report = (EXAMPLE / "report.md").read_text(encoding="utf-8").splitlines()
    lines = [line for line in shown.splitlines() if line.startswith(("|", "- "))]
    assert len(lines) > 10
    assert [line for line in lines if line not in report] == []


@pytest.mark.parametrize(
    "command",
    sorted(set(re.findall(r"(?:`|&& |^)waitbench (\w+)(?=`| -| \w+\.| \[)", README, re.MULTILINE))),
)
def test_every_command_of_the_readme_exists(command: str) -> None:
    assert command in COMMANDS
