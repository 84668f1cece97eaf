"""The file that the proof grows in: every line is on the disk before the next race starts."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.proof.races import RECIPE, Race, from_line
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "races.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The races and machines that the file holds.

    Attributes:
        machines: where it was measured, one description for each sitting that raced.
        races: in the order of time, those with a failure included.
        older: how many races of another recipe were left out.
    """

    machines: tuple[Mapping[str, Any], ...]
    races: tuple[Race, ...]
    older: int

    @property
    def sound(self) -> list[Race]:
        """The races that can be evaluated."""
        return [race for race in self.races if race.failure is None]


def read(path: Path) -> Journal:
    """Read what is there; a last line that was cut off in the writing does not count.

    Raises:
        BenchError: a line is damaged, or the file cannot be read.
    """
    machines: list[Mapping[str, Any]] = []
    races: list[Race] = []
    older = 0
    for number, line in enumerate(whole_lines(path), 1):
        try:
            record = json.loads(line)
            if "machine" in record:
                machines.append(record["machine"])
            elif record["recipe"] != RECIPE:
                older += 1
            else:
                races.append(from_line(record))
        except (KeyError, TypeError, ValueError) as wrong:
            raise BenchError(
                f"line {number} of {path} is no race ({type(wrong).__name__}: {wrong}); "
                "remove that line, or move the file away to begin anew"
            ) from None
    return Journal(machines=tuple(machines), races=tuple(races), older=older)


def mend(path: Path) -> None:
    """Cut off a last line that was never finished, so that the next one stands by itself."""
    if path.exists():
        whole = "".join(whole_lines(path)).encode()
        if path.stat().st_size > len(whole):
            os.truncate(path, len(whole))


def append(path: Path, line: Mapping[str, Any]) -> None:
    """Add one line, and return when it is on the disk.

    Raises:
        BenchError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as refused:
        raise BenchError(f"the race could not be kept: {refused}") from None


def whole_lines(path: Path) -> list[str]:
    """Return the lines of a file that were written to their end; none without a file.

    Raises:
        BenchError: it cannot be read.
    """
    try:
        text = path.read_bytes() if path.exists() else b""
    except OSError as refused:
        raise BenchError(f"the races could not be read: {refused}") from None
    whole = text[: text.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace").splitlines(keepends=True)
