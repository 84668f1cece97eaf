"""The command line: parse, call, print. Nothing that costs is imported before it is needed."""

from __future__ import annotations

import sys

from waitbench.parsing import Help, Parser
from waitbench.parsing.invocation import NAME, program

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

HELP = frozenset({"-h", "--help"})
"""Asks what can be typed."""
EPILOG = """\
first time here:  waitbench run --quick
all the same by pytest:  pytest --benchmark-only [--quick] [-k asyncio] [--benchmark-json=FILE]
"""

IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}
COMMANDS = {
    "run": "race the suites, then show tables and findings",
    "report": "show the tables and findings of saved results",
    "compare": "hold results files of any tool against each other: what became slower",
    "writeup": "write a folder for an article: draft, figures, data, checksums",
    "gate": "decide whether a change made things slower: base against head",
    "merge": "decide over the parts of a run or a gate that several machines measured",
    "baseline": "keep what a run found, to hold later runs against it",
    "doctor": "examine an asyncio program of yours: who holds its loop, what it loses",
    "profile": "show where each model's time goes: waiting, blocked, in the library",
    "history": "keep each run in a line; show where figures changed, and by which commits",
    "claims": "show every claim with its verdict and effect",
    "explain": "show what one verdict rests on",
    "list": "name the suites, models, workloads and claims",
    "environment": "describe this machine, and what makes it a poor place to measure",
    "serve": "run the target alone, or a proxy in front of any service",
    "advise": "say which model your own function needs, and race it",
    "calibrate": "measure the instruments themselves",
    "completion": "print what lets a shell complete all this: bash, zsh, fish",
}
"""What can be typed, in the order that help shows; each is a file in `bench/waitbench/commands`.

The file has `describe(parser)`, which adds its options, and `main(arguments)`, which carries it out
and gives the exit status. `SETTINGS` names options that a project's `[tool.waitbench.COMMAND]` may
set. With `PASSES_ON = True` the options that it does not know, `--help` among them, are not
refused, but given to it as `arguments.options`."""


class CommandsHelp(Help):
    """Leaves room for the names of all commands."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        # argparse forgets that names of commands are indented, and would break the longest's line.
        self._action_max_length = 2 + max(map(len, COMMANDS)) + 2


class _OnlyNamed:
    """Stands for a command's parser where only its line is shown: eighteen real ones take time."""

    def __init__(self, **_options: object) -> None:
        """Take what a parser is given."""

    def _check_help(self, _action: object) -> None:
        """Take what Python 3.13 checks."""


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    from waitbench.commands import guarded

    typed = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(typed, ends_here=argv is None))


def _main(typed: Sequence[str], *, ends_here: bool) -> int:
    """Carry out one command; this process may end right after it."""
    if typed[:1] == ["--version"]:
        print(_version())
        return 0
    if typed[:1] == ["help"]:
        typed = [*typed[1:2], "--help"]
    # The first word that is no option is the command: only its file is imported.
    place = next((at for at, word in enumerate(typed) if not word.startswith("-")), None)
    before = typed[:place]
    if set(before) - HELP:
        parser().error(f"unrecognized arguments: {' '.join(before)}")
    if place is None or before:
        parser().print_help()
        return 0
    name = typed[place]
    if name not in COMMANDS:
        parser().error(_unknown(name))
    from waitbench.commands import carried_out, parsed

    command = _load(name)
    described = parser_of(name, command)
    arguments, others = parsed(described, name, command, typed[place + 1 :])
    if getattr(command, "PASSES_ON", False):
        arguments.options = others
    elif others:
        described.error(f"unrecognized arguments: {' '.join(others)}")
    arguments.all_commands = parser
    if ends_here:
        _hear()
    status = carried_out(command, arguments)
    if ends_here and not getattr(command, "OWN_SIGNALS", False):
        from waitbench.system.interrupt import turn_deaf

        turn_deaf()  # nothing is left to do but to end with that status
        # Else Python, if it was stopped while it compiled something, ends by SIGINT all the same.
        exec("")  # noqa: S102
    return status


def parser(*, whole: bool = False) -> Parser:
    """Describe every command in a line, or, for who completes them, with all its options."""
    top = Parser(
        prog=NAME if whole else program(),
        description="Measures which concurrency model Python work needs: sync, threads,\n"
        "processes or asyncio, and what each really costs.",
        epilog=EPILOG,
        formatter_class=CommandsHelp,
    )
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        parser_class=Parser if whole else _OnlyNamed,  # type: ignore[type-var]
    )
    for name, text in COMMANDS.items():
        described = commands.add_parser(name, help=text)
        if whole:
            _load(name).describe(described)
    return top


def parser_of(name: str, command: ModuleType) -> Parser:
    """Describe one command in full."""
    text, passes_on = COMMANDS[name], getattr(command, "PASSES_ON", False)
    described = Parser(
        prog=f"{NAME} {name}",
        description=f"{text[0].upper()}{text[1:]}.",
        add_help=not passes_on,
    )
    command.describe(described)
    return described


def _hear() -> None:
    """Make Ctrl-C a KeyboardInterrupt again, which was the end of a program that only imported."""
    import signal

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _version() -> str:
    """Return this waitbench's version, and the interpreter's."""
    from waitbench import __version__

    # `platform` says the same, and imports a dozen modules for it.
    name = IMPLEMENTATIONS.get(sys.implementation.name, sys.implementation.name)
    return f"waitbench {__version__} ({name} {sys.version.partition(' ')[0]})"


def _unknown(name: str) -> str:
    """Return what is wrong with a command that there is not, and which was meant."""
    from waitbench.did_you_mean import instead

    return f"there is no command {name!r}; {instead(name, COMMANDS)}"


def _load(name: str) -> ModuleType:
    from importlib import import_module

    return import_module(f"waitbench.commands.{name.replace('-', '_')}")


if __name__ == "__main__":
    raise SystemExit(main())
