"""`waitbench claims`, `explain` and `report --suite`, as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.synthetic import computing, document, record, scenario, shaken, whole
from waitbench.cli import main
from waitbench.findings import claims


@pytest.fixture
def results(tmp_path: Path) -> str:
    """A usual run, and one scenario of a question."""
    made = record(scenario("made-up-n5", suite="made_up"), "sync", shaken(50))
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document([*whole(), made])), encoding="utf-8")
    return str(path)


@pytest.fixture
def undecided(tmp_path: Path) -> str:
    """A run of one model alone, which decides nothing."""
    path = tmp_path / "alone.json"
    path.write_text(json.dumps(document([record(computing(), "sync", shaken(50))])))
    return str(path)


def test_claims_lists_every_one(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", results]) == 0
    shown = capsys.readouterr().out
    for claim in claims():
        # Those across interpreters are asked of a run that had some.
        assert (f"({claim.id})" in shown) is not claim.across


def test_claims_as_markdown(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["claims", results, "--format", "markdown"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("| claim | verdict |")
    assert shown.count("\n| ") == len([claim for claim in claims() if not claim.across]) + 1


@pytest.mark.parametrize("claim", [claim.id for claim in claims()])
def test_every_claim_can_be_explained(
    claim: str, results: str, undecided: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (results, undecided):
        assert main(["explain", claim, file]) == 0
        shown = capsys.readouterr().out
        assert "verdict: " in shown
        assert "how it is judged: " in shown
        # A claim about interpreters is measured by naming some.
        assert "waitbench run --full" in shown or "--python" in shown


def test_a_file_that_decides_nothing_says_so(
    undecided: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["claims", undecided]) == 0
    assert "These results decide none of the claims." in capsys.readouterr().out


def test_a_suite_of_a_report(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", results, "--suite", "made_up", "--suite", "cpu_bound"]) == 0
    shown = capsys.readouterr().out
    assert "made-up-n5" in shown
    assert "compute-n8-c8" in shown
    assert "http-50ms" not in shown


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["explain", "nix", "FILE"], "no claim 'nix'; there are waiting-or-computing, "),
        (["explain", "one-winner", "nix.json"], "nix.json"),
        (["claims", "FILE", "--format", "nix"], "no format 'nix'; there are terminal, markdown"),
        (["report", "FILE", "--suite", "nix"], "no suite 'nix'; there are io_bound, "),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(
    arguments: list[str], complaint: str, results: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([results if word == "FILE" else word for word in arguments]) == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert len(captured.err.strip().splitlines()) == 1
    assert captured.out == ""


@pytest.mark.processes
@pytest.mark.parametrize("command", ["report", "claims"])
def test_a_terminal_shows_results_without_what_only_other_formats_need(
    results: str, command: str
) -> None:
    program = (
        "import sys\n"
        "from waitbench.cli import main\n"
        f"main([{command!r}, {results!r}])\n"
        "dear = {'altair', 'jinja2', 'numpy', 'pandas', 'scipy', 'vl_convert'}\n"
        "sys.exit(' '.join(dear & set(sys.modules)) or None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.processes
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["claims", "--help"],
        ["explain", "--help"],
        ["list", "--help"],
    ],
)
def test_help_imports_nothing_that_costs(arguments: list[str]) -> None:
    program = (
        "import argparse, sys, contextlib\n"
        "argparse.ArgumentParser().format_help()\n"
        "own = set(sys.modules)\n"  # from Python 3.15 on, `dataclasses`, for its colours
        "from waitbench.cli import main\n"
        f"with contextlib.suppress(SystemExit): main({arguments!r})\n"
        "dear = "
        "{'typing', 'dataclasses', 'rich', 'pandas', 'scipy', 'pytest', 'waitbench.findings', "
        "'waitbench.registry', 'importlib.metadata', 'platform'}\n"
        "sys.exit(' '.join(dear & (set(sys.modules) - own)) or None)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
