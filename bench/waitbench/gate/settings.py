"""`[tool.waitbench.gate]` of a project's pyproject.toml in, settings out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from math import inf
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from waitbench import units
from waitbench.did_you_mean import instead
from waitbench.gate import commands, environments
from waitbench.gate.figures import INSTRUMENTS
from waitbench.scenario import BenchError
from waitbench.system import project_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from waitbench.gate.commands import Command
    from waitbench.gate.figures import Instrument

MARGIN = 0.03
"""What lies surely within 3 % either way is the same: a slow-down of 5 % can then be seen."""
INSTRUCTIONS = 0.005
"""The same for instructions, of which the noise of the machine adds none."""
MINUTES = 10.0
FILES = ("benchmarks.py", "waitbench_gate.py", "benchmarks/benchmarks.py", "tests/benchmarks.py")
"""Where a project's benchmarks are looked for, unless `file` says it."""
WHOSE = ("head", "base", "own")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateSettings:
    """The settings of a project's gate.

    Attributes:
        file: its benchmarks, relative to the project's folder; None to look for them.
        pytest: arguments of pytest that name its tests; None for those that it runs by default.
        tests: whose tests are run on both sides: head's, base's, or each side's own.
        paths: folders of the checkout that stand before all that is installed.
        build: a command line that is run in either checkout before anything else.
        environment: the tool that makes one for each side from its lock file, with its options.
        minutes: for the whole gate.
        margin: within which two sides are the same, as a share.
        margins: the same for benchmarks by pattern of their name; the first that fits counts.
        instrument: both, wall or instructions; None for both where instructions can be counted.
        instructions: margin of instructions, as a share.
        cpu: margin of CPU time; None where that is not gated.
        memory: margin of peak memory; None where that is not gated.
        benchmarks: patterns of the names that are compared; all of them by default.
        commands: command lines that are benchmarks, too.
    """

    file: str | None = None
    pytest: str | None = None
    tests: str = "head"
    paths: tuple[str, ...] = ("src", ".")
    build: str | None = None
    environment: str | None = None
    minutes: float = MINUTES
    margin: float = MARGIN
    margins: Mapping[str, float] = field(default_factory=dict)
    instrument: Instrument | None = None
    instructions: float = INSTRUCTIONS
    cpu: float | None = None
    memory: float | None = None
    benchmarks: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()

    def compares(self, name: str) -> bool:
        """Whether a benchmark is among those to compare."""
        return not self.benchmarks or any(_fits(name, text) for text in self.benchmarks)

    def margin_of(self, name: str) -> float:
        """Return the margin of one benchmark."""
        fits = (share for text, share in self.margins.items() if _fits(name, text))
        return next(fits, self.margin)


def _fits(name: str, pattern: str) -> bool:
    """Whether a name is a pattern, or fits it: brackets are in both."""
    return name == pattern or fnmatchcase(name, pattern)


def read(project: Path) -> GateSettings:
    """Read a project's settings; without any they are the defaults.

    Raises:
        BenchError: the file is no TOML, or a setting is unknown or makes no sense.
    """
    table = project_file.table(project, "gate")
    names = {setting.name for setting in fields(GateSettings)} | {"budget"}
    if unknown := sorted(table.keys() - names):
        raise BenchError(
            f"[tool.waitbench.gate] has no {unknown[0]!r}; {instead(unknown[0], sorted(names))}"
        )
    where = "[tool.waitbench.gate]"
    given = table
    for name in ("file", "pytest", "tests", "build", "environment", "instrument"):
        _expect(given, name, str, "a text", where)
    if "environment" in given:
        environments.split(given["environment"], where)
    _check_tests(given, where)
    for name in ("paths", "benchmarks"):
        _expect(given, name, list, "a list of texts", where)
        if name in given:
            given[name] = tuple(given[name])
    for place in (*_texts(given.get("file")), *given.get("paths", ())):
        _refuse_absolute(place, where)
    _read_minutes(given, where)
    for name in ("margin", "instructions", "cpu", "memory"):
        if name in given:
            given[name] = share(given[name], f"{where} {name}")
    _read_tables(given, where)
    return GateSettings(**given)


def _read_minutes(given: dict[str, Any], where: str) -> None:
    """Put minutes in place of `budget`, or check those of a file that still has them."""
    _expect(given, "budget", str, "a time like 90s or 10m", where)
    if "minutes" in given:
        given["minutes"] = _above_zero(given["minutes"], f"{where} minutes")
    if "budget" in given:
        given["minutes"] = units.seconds(given.pop("budget"), f"{where} budget") / 60


def _read_tables(given: dict[str, Any], where: str) -> None:
    """Put what they mean in place of the settings that are tables."""
    _expect(given, "margins", dict, "a table of patterns", where)
    if "margins" in given:
        given["margins"] = {
            text: share(value, f"margin of {text!r} in {where}")
            for text, value in given["margins"].items()
        }
    _expect(given, "commands", dict, "a table of command lines", where)
    if "commands" in given:
        given["commands"] = commands.read(given["commands"], f"{where} command")


def instrument(given: str, name: str) -> Instrument:
    """Read by what it is decided.

    Raises:
        BenchError: there is no such instrument.
    """
    for known in INSTRUMENTS:
        if given == known:
            return known
    raise BenchError(f"{name} is {given!r}; there are {', '.join(INSTRUMENTS)}")


def whose(given: str, name: str) -> str:
    """Read whose tests are run.

    Raises:
        BenchError: it is nobody's.
    """
    if given not in WHOSE:
        raise BenchError(f"{name} is {given!r}; {instead(given, WHOSE)}")
    return given


def _check_tests(given: Mapping[str, str], where: str) -> None:
    """Check the arguments of pytest, whose tests are run, and by what is decided."""
    if "tests" in given:
        whose(given["tests"], f"{where} tests")
    if "instrument" in given:
        instrument(given["instrument"], f"{where} instrument")
    text = given.get("pytest", "")
    try:
        shlex.split(text)
    except ValueError:
        raise BenchError(f"{where} pytest is {text!r}, in which a quote is not closed") from None


def share(given: object, name: str) -> float:
    """Read a margin: `0.03`, `"3%"` or `"3 %"`.

    Raises:
        BenchError: it is none, or not between 0 and 100 %.
    """
    text = str(given).strip()
    try:
        value = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < 1:
        raise BenchError(f"{name} is {given!r}; write it like 0.03 or '3%'")
    return value


def _expect(given: dict[str, Any], name: str, kind: type, what: str, where: str) -> None:
    if name not in given:
        return
    value = given[name]
    texts = value if kind is list and isinstance(value, list) else _texts(value)
    empty = any(not isinstance(text, str) or not text.strip() for text in texts)
    if not isinstance(value, kind) or empty:
        raise BenchError(f"{where} {name} is {value!r}; it must be {what}")


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else ()


def _refuse_absolute(place: str, where: str) -> None:
    """Refuse a place that would be one and the same on both sides, and so never differ."""
    if PurePath(place).is_absolute():
        raise BenchError(
            f"{where} names {place}, which is the same on both sides; write it relative to the "
            "project's folder"
        )


def _above_zero(value: object, name: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < inf:
        return float(value)
    raise BenchError(f"{name} is {value!r}; it must be a number above zero")
