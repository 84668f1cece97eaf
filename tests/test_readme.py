"""The README shows what a real run found, commands that exist, and no more than fits."""

import re

import pytest

from tests.readme import CHECKOUT, EXAMPLE, PICTURES, README, blocks, files, replaced
from waitbench.analysis.comparison import Summary
from waitbench.cli import COMMANDS
from waitbench.commands._results import read
from waitbench.findings import Finding
from waitbench.pytest_plugin.run_options import OPTIONS
from waitbench.report.answers import effect, of_run
from waitbench.report.claims_table import why
from waitbench.report.headlines import headlines

TEXT = README.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example() -> tuple[Summary, list[Finding]]:
    return read(EXAMPLE / "run.json")


def test_its_report_and_the_pictures_that_are_shown_are_made_from_its_data(
    example: tuple[Summary, list[Finding]],
) -> None:
    for path, content in files(*example).items():
        assert path.read_bytes() == content, f"{path.name}: make it again: python -m tests.readme"
    for name, text in PICTURES.items():
        assert f"results/example/figures/{name}.svg)" in text.read_text(encoding="utf-8")


def test_each_figure_of_its_claims_has_a_noun_and_stands_once(
    example: tuple[Summary, list[Finding]],
) -> None:
    decided = [answer for answer in of_run(*example) if effect(answer.alone)]
    assert len(decided) > 10
    for answer in decided:
        noun, _, figure = effect(answer.alone).partition(": ")
        assert figure, answer.claim.id
        assert noun, answer.claim.id
        assert figure.split(" ")[0] not in why(answer).split(" "), answer.claim.id
    figures = [headline.figure for headline in headlines(of_run(*example), 0.95)]
    assert len(figures) == len(set(figures)) > 3


def test_table_and_screen_are_made_from_its_data(example: tuple[Summary, list[Finding]]) -> None:
    assert replaced(TEXT, blocks(*example)) == TEXT, "make them again: python -m tests.readme"


def test_the_table_has_six_columns(example: tuple[Summary, list[Finding]]) -> None:
    head = blocks(*example)["table"].splitlines()[0]
    assert len(head.strip("| ").split(" | ")) == 6


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= 130


def test_it_names_both_commands_that_need_no_set_up() -> None:
    assert re.findall(r"^\./scripts/(\w+)", TEXT, re.MULTILINE)[:2] == ["bench", "test"]


def test_every_command_stands_in_the_list_of_all() -> None:
    page = (CHECKOUT / "docs" / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `waitbench ([a-z]+)`", page, re.MULTILINE)) == sorted(COMMANDS)


def test_the_options_of_a_run_are_those_that_there_are() -> None:
    page = (CHECKOUT / "docs" / "suites-and-claims.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `-")]
    named = [name for row in rows for name in re.findall(r"`(--[a-z-]+)", row)]
    assert sorted(named) == sorted(option.name for option in OPTIONS)


WITHIN = 500
"""Words that are read in two minutes, at 250 a minute."""


@pytest.mark.parametrize(
    ("page", "heading", "facts"),
    [
        ("README.md", "Start", ["pip install dist/"]),
        ("README.md", "Your CI: `gate`", ["gate --base main", "It needs", "Exit status"]),
        ("README.md", "How to read it", ["**undecided**", "it never means *the same*"]),
        ("docs/gate.md", None, ["gate --base main", "It needs", "Its exit status", "Undecided"]),
    ],
)
def test_what_a_newcomer_asks_is_found_within_two_minutes(
    page: str, heading: str | None, facts: list[str]
) -> None:
    """From the first word of the page, by the links at its head, to the last of the facts."""
    text = (CHECKOUT / page).read_text(encoding="utf-8")
    path = text
    if heading:
        anchor = re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-")
        head, _, section = text.partition(f"\n## {heading}\n")
        path = head[: head.index(f"](#{anchor})")] + section
    places = [path.index(fact) for fact in facts]
    assert places == sorted(places)
    assert len(path[: places[-1]].split()) < WITHIN
