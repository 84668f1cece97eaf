"""Commands that are benchmarks: typed as `--command NAME=LINE`, or in the project's settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from waitbench.did_you_mean import instead
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError
from waitbench.user_code import command_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMED = re.compile(r"([A-Za-z][\w.-]*)=(.*)", re.DOTALL)
OUTPUTS = ("same", "any")
HIGHEST_STATUS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line that both sides run.

    Attributes:
        name: of the benchmark.
        command: the line, which no shell reads.
        setup: a line for the shell, run before each start and not timed.
        status: the exit status that is right.
        output: `same` where both sides must print the same, `any` where they need not.
    """

    name: str
    command: str
    setup: str = ""
    status: int = 0
    output: str = "same"


def typed(lines: Sequence[str], *, setup: str = "", output: str = "same") -> list[Command]:
    """Return the commands of a command line: `LINE`, which is its own name, or `NAME=LINE`.

    Raises:
        BenchError: one cannot be read, or two have one name.
    """
    commands: dict[str, Command] = {}
    for text in lines:
        match = NAMED.fullmatch(text.strip())
        name, line = match.groups() if match else (plain(text.strip()), text)
        if name in commands:
            raise BenchError(f"two commands are called {name!r}; name them by --command NAME=LINE")
        command_line.words(line)
        commands[name] = Command(name=name, command=line.strip(), setup=setup, output=output)
    return list(commands.values())


def read(table: Mapping[str, Any], where: str) -> tuple[Command, ...]:
    """Return the commands of a table of settings: a line by name, or a table with more.

    Raises:
        BenchError: one of them makes no sense.
    """
    return tuple(_command(name, given, f"{where} {name!r}") for name, given in table.items())


def _command(name: str, given: object, where: str) -> Command:
    table = {"command": given} if isinstance(given, str) else given
    names = [field.name for field in fields(Command) if field.name != "name"]
    if not isinstance(table, dict) or not isinstance(table.get("command"), str):
        raise BenchError(f"{where} is {given!r}; it must be a text, or a table with a command")
    if unknown := sorted(table.keys() - set(names)):
        raise BenchError(f"{where} has no {unknown[0]!r}; {instead(unknown[0], names)}")
    status, output = table.get("status", 0), table.get("output", "same")
    if type(status) is not int or not 0 <= status <= HIGHEST_STATUS:
        raise BenchError(f"{where} status is {status!r}; it must be a number from 0 to 255")
    if output not in OUTPUTS:
        raise BenchError(f"{where} output is {output!r}; it must be {' or '.join(OUTPUTS)}")
    if not isinstance(table.get("setup", ""), str):
        raise BenchError(f"{where} setup is {table['setup']!r}; it must be a text")
    command_line.words(table["command"])
    return Command(name=plain(name), **table)
