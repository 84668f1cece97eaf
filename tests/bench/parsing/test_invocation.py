"""What is printed to be typed: it can be, wherever the user is."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from waitbench import cli
from waitbench.parsing import invocation

EXAMPLE = str(Path(__file__).parents[3] / "results" / "example" / "run.json")
BARE = re.compile(r"(?<![\w./])waitbench (?:run|report|explain|claims|list|gate|help|doctor)\b")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nobody has said how our command is typed."""
    monkeypatch.delenv(invocation.SAID, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bin").mkdir()
    for name in ("waitbench", "python3"):
        program = tmp_path / "bin" / name
        program.touch()
        program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python3"))
    monkeypatch.setattr(invocation, "STARTED", "-m")
    monkeypatch.setenv("PATH", "/nowhere")
    return tmp_path


def test_the_name_alone_is_typed_where_it_is_on_the_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"/nowhere:{folder}/bin")
    assert invocation.program() == "waitbench"
    monkeypatch.setattr(invocation, "STARTED", f"{folder}/bin/waitbench")
    assert invocation.program() == "waitbench"


def test_a_script_that_is_not_on_the_path_is_typed_as_its_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invocation, "STARTED", f"{folder}/bin/waitbench")
    assert invocation.program() == "bin/waitbench"
    monkeypatch.setattr(invocation, "STARTED", "bin/waitbench")
    assert invocation.program() == "bin/waitbench"
    monkeypatch.chdir("/")
    monkeypatch.setattr(invocation, "STARTED", f"{folder}/bin/waitbench")
    assert invocation.program() == f"{folder}/bin/waitbench"


def test_without_a_script_it_is_a_module_of_the_interpreter(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert invocation.program() == "bin/python3 -m waitbench"
    monkeypatch.setenv("PATH", f"{folder}/bin")
    (folder / "bin" / "waitbench").unlink()
    assert invocation.program() == "python3 -m waitbench"


def test_a_script_of_ours_says_how_it_is_typed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del folder
    monkeypatch.setenv(invocation.SAID, "./scripts/waitbench")
    assert invocation.typed("`waitbench run --quick`, or `waitbench --help`") == (
        "`./scripts/waitbench run --quick`, or `./scripts/waitbench --help`"
    )


@pytest.mark.parametrize(
    "text",
    [
        "what waitbench needs",
        "a run of waitbench: it is fine",
        ".venv/bin/waitbench run",
        "python -m waitbench run",
        "waitbench-run",
    ],
)
def test_what_is_no_command_stays(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(invocation.SAID, "./scripts/waitbench")
    assert invocation.typed(text) == text


def test_every_command_is_known_by_its_name() -> None:
    assert set(invocation.COMMANDS.split("|")) == {*cli.COMMANDS, "help"}


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "run --help",
        "gate --help",
        "nonsense",
        "report no-such-file",
        "advise",
        f"report {EXAMPLE}",
        f"claims {EXAMPLE}",
        f"explain cpu-no-gain {EXAMPLE}",
        "calibrate",
        "history show --file no-such-file",
    ],
)
def test_all_that_commands_print_can_be_typed(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(invocation.SAID, "./scripts/waitbench")
    with suppress(SystemExit):  # argparse's way
        cli.main(words.split())
    printed = "".join(capsys.readouterr())
    assert "./scripts/waitbench" in printed
    assert not BARE.findall(printed)
