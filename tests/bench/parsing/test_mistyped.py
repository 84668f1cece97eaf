"""Whatever command it is typed behind, a mistyped option is answered by the one that was meant."""

from __future__ import annotations

import argparse
import importlib

import pytest

from waitbench.cli import COMMANDS, parser_of


def options(command: str) -> list[tuple[str, str]]:
    """Return each long option of a command, and how it is mistyped: a letter is missing."""
    described = parser_of(command, importlib.import_module(f"waitbench.commands.{command}"))
    shown = [action for action in described._actions if action.help != argparse.SUPPRESS]
    names = [name for action in shown for name in action.option_strings if name[:2] == "--"]
    return [(name, name[:3] + name[4:]) for name in names]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_mistyped_option_is_answered_by_the_one_that_was_meant(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    described = parser_of(command, importlib.import_module(f"waitbench.commands.{command}"))
    for name, mistyped in options(command):
        with pytest.raises(SystemExit) as ended:
            described.error(f"unrecognized arguments: {mistyped}=3 word")
        assert ended.value.code == 2
        assert capsys.readouterr().err == (
            f"{described.prog}: unrecognized arguments: {mistyped}=3 word; "
            f"did you mean {name}? see {described.prog} --help\n"
        )


def test_an_option_of_before_is_no_answer(capsys: pytest.CaptureFixture[str]) -> None:
    described = parser_of("gate", importlib.import_module("waitbench.commands.gate"))
    with pytest.raises(SystemExit):
        described.error("unrecognized arguments: --mintes")
    assert "--minutes" not in capsys.readouterr().err
