"""`[tool.waitbench.run]`, `….doctor` and `….advise`: a project's own defaults of options."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.did_you_mean import instead
from waitbench.scenario import BenchError
from waitbench.system import project_file

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

KINDS: dict[object, str] = {int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One default that the project has.

    Attributes:
        key: the option's attribute in parsed arguments.
        value: as the option has it once it is parsed.
        typed: as it would be typed, `--budget=90s`.
    """

    key: str
    value: object
    typed: str


def lay_under(parser: argparse.ArgumentParser, command: str, names: Sequence[str]) -> list[Setting]:
    """Make the settings of the project in the current folder the defaults of a parser.

    Args:
        parser: of the command.
        command: its name, and that of the table.
        names: options that may be set, without their dashes.

    Raises:
        BenchError: a setting is unknown, or its value is not what the option takes.
    """
    table = project_file.table(Path.cwd(), command)
    where = f"[tool.waitbench.{command}] of {project_file.NAME}"
    if unknown := sorted(table.keys() - set(names)):
        raise BenchError(f"{where} has no {unknown[0]!r}; {instead(unknown[0], sorted(names))}")
    # argparse tells of its options nowhere else.
    options = {option: action for action in parser._actions for option in action.option_strings}  # noqa: SLF001
    settings = []
    for name, value in table.items():
        action = options[f"--{name}"]
        text = _text(value)
        try:
            read = action.type(text) if callable(action.type) else text
        except (TypeError, ValueError):
            text = ""
        if not text:
            kind = KINDS.get(action.type, "a text or a number, as it is typed")
            raise BenchError(f"{where}: {name} is {value!r}; it must be {kind}")
        settings.append(Setting(key=action.dest, value=read, typed=f"--{name}={text}"))
    parser.set_defaults(**{setting.key: setting.value for setting in settings})
    return settings


def tell(settings: Sequence[Setting], arguments: argparse.Namespace) -> None:
    """Print which settings count: those that nothing else was typed for."""
    counting = [each.typed for each in settings if getattr(arguments, each.key) == each.value]
    if counting:
        print(f"waitbench: from {project_file.NAME}: {' '.join(counting)}", file=sys.stderr)


def _text(value: object) -> str:
    """Return a value as it would be typed, a list of texts with commas; empty for what is none."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    return ""
