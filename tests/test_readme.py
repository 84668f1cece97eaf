"""The README shows what a real run printed, and commands that exist."""

import re
from pathlib import Path

import pytest

from waitbench import registry
from waitbench.analysis.comparison import Summary
from waitbench.cli import COMMANDS
from waitbench.commands._results import read
from waitbench.findings import Finding
from waitbench.presentation.vega import drawn
from waitbench.pytest_plugin.run_options import OPTIONS
from waitbench.report import render

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
EXAMPLE = CHECKOUT / "results" / "example"


@pytest.fixture(scope="module")
def example() -> tuple[Summary, list[Finding]]:
    return read(EXAMPLE / "run.json")


def test_the_example_s_report_is_made_from_its_data(
    example: tuple[Summary, list[Finding]],
) -> None:
    made = render("markdown", *example)
    assert made == (EXAMPLE / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["speedup", "waterfall"])
def test_the_pictures_of_the_readme_are_made_from_its_data(
    name: str, example: tuple[Summary, list[Finding]]
) -> None:
    picture = registry.load("charts", name).draw(example[0])
    assert drawn(picture, "svg") == (EXAMPLE / "figures" / f"{name}.svg").read_bytes()
    assert f"(results/example/figures/{name}.svg)" in README


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


def test_the_options_of_a_run_are_those_that_there_are() -> None:
    (row,) = (line for line in README.splitlines() if line.startswith("| `waitbench run "))
    named = re.findall(r"`(--[a-z-]+)`", row)
    assert set(named) == {option.name for option in OPTIONS}
