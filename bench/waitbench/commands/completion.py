"""`waitbench completion SHELL`: the script with which a shell completes commands and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.parsing import ending
from waitbench.registry import optional

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SHELLS = ("bash", "zsh", "fish")
FILES, FOLDERS = frozenset({"FILE", "PLACE", "PYTHON"}), frozenset({"DIR"})
"""What stands in help for a file or a folder."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench completion bash > ~/.local/share/bash-completion/completions/waitbench",
        'waitbench completion zsh > "${fpath[1]}/_waitbench"',
        "waitbench completion fish > ~/.config/fish/completions/waitbench.fish",
    )
    parser.add_argument("shell", choices=SHELLS, help="whose script is printed")


def main(arguments: argparse.Namespace) -> int:
    """Print the script.

    Raises:
        BenchError: what writes it is not installed.
    """
    optional.need("a shell's completion", "shtab")
    import shtab

    from waitbench.commands.list import suites

    parser: argparse.ArgumentParser = arguments.all_commands(whole=True)
    for action in _actions(parser):
        if action.dest == "suite":
            action.choices = suites()
        elif action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # shtab looks for it
        elif action.metavar in FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # likewise
    print(shtab.complete(parser, shell=arguments.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield every option and word of a parser and of those below it."""
    for action in parser._actions:  # noqa: SLF001  argparse tells of its options nowhere else
        yield action
        if isinstance(action.choices, dict):
            for below in action.choices.values():
                yield from _actions(below)
