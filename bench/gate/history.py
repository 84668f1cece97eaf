"""The history of a project: a line of JSON for each run, appended; and where figures changed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from bench.gate import change_points, machines
from bench.gate import figures as kept
from bench.gate.baseline import ACROSS
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bench.comparison import Summary
    from bench.gate.change_points import ChangePoint

SCHEMA = 1
NAME = "history.jsonl"
DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One run: one line of the file.

    Attributes:
        time: when it was made, as ISO 8601 has it, in UTC.
        commit: that it was made on; empty where it is not known.
        machine: name of the machine's kind.
        rows: figures by `suite/scenario/model` and kind, none of which knows absolute times.
    """

    time: str
    commit: str
    machine: str
    rows: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One figure through time.

    Attributes:
        name: `suite/scenario/model kind`.
        entries: the runs that have it, oldest first.
        figures: of each.
        points: where a new level begins.
    """

    name: str
    entries: tuple[Entry, ...]
    figures: tuple[float, ...]
    points: tuple[ChangePoint, ...]

    def commits(self, point: ChangePoint) -> tuple[str, str]:
        """Give the last commit of the old level and the first of the new one."""
        return self.entries[point.index - 1].commit, self.entries[point.index].commit

    def worse(self, point: ChangePoint) -> bool:
        """Whether a step is for the worse."""
        return (point.step > 0) == self.name.endswith(kept.LESS_IS_BETTER)


def entry(summary: Summary, time: str) -> Entry:
    """Make the line of a run.

    Raises:
        BenchError: the run has no figure that could be kept.
    """
    rows: dict[str, dict[str, float]] = {
        name: {str(kind): round(exp(mine[kind].log), DIGITS) for kind in ACROSS if kind in mine}
        for name, mine in kept.figures(summary).items()
    }
    rows = {name: mine for name, mine in rows.items() if mine}
    if not rows:
        raise BenchError(f"{summary.path} has no figure within the run that a history could keep")
    return Entry(
        time=time,
        commit=str(summary.environment.get("commit") or ""),
        machine=machines.slug(machines.described(summary.environment)),
        rows=rows,
    )


def append(path: Path, one: Entry) -> bool:
    """Add a line; a run that is there already is not added again.

    A line never changes, so that two branches that both added some merge by keeping all of them
    (`results/history.jsonl merge=union` in `.gitattributes`).

    Returns:
        Whether it was added.

    Raises:
        BenchError: the file is damaged, or cannot be written.
    """
    if any((old.time, old.machine) == (one.time, one.machine) for old in read(path)):
        return False
    told = {
        "schema": SCHEMA,
        "time": one.time,
        "commit": one.commit,
        "machine": one.machine,
        "rows": {name: dict(mine) for name, mine in one.rows.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes() if path.exists() else b""
        with path.open("a", encoding="utf-8") as file:
            # A line that was cut off in the writing stays by itself, for `read` to name it.
            file.write(
                ("\n" if text and not text.endswith(b"\n") else "") + json.dumps(told) + "\n"
            )
            file.flush()
            os.fsync(file.fileno())
    except OSError as refused:
        raise BenchError(f"the history could not be written: {refused}") from None
    return True


def read(path: Path) -> list[Entry]:
    """Read all runs in the order of time, whatever the order of the lines; each once.

    Raises:
        BenchError: a line is damaged.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as refused:
        raise BenchError(f"{path} cannot be read: {refused}") from None
    found: dict[tuple[str, str], Entry] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            one = _entry(path, number, line)
            found[one.time, one.machine] = one
    return sorted(found.values(), key=lambda one: (one.time, one.machine))


def series(entries: Sequence[Entry], wanted: str = "") -> list[Series]:
    """Take the figures apart by name, and find where each changed.

    Args:
        entries: in the order of time.
        wanted: a part of the names, to look at these alone.
    """
    gathered: dict[str, list[tuple[Entry, float]]] = {}
    for one in entries:
        for row, mine in one.rows.items():
            for kind, figure in mine.items():
                name = f"{row} {kind}"
                if wanted in name:
                    gathered.setdefault(name, []).append((one, figure))
    found = []
    for name, pairs in gathered.items():
        figures = [figure for _, figure in pairs]
        found.append(
            Series(
                name=name,
                entries=tuple(one for one, _ in pairs),
                figures=tuple(figures),
                points=tuple(change_points.find(figures)),
            )
        )
    return found


def _entry(path: Path, number: int, line: str) -> Entry:
    try:
        told: Any = json.loads(line)
        if told["schema"] > SCHEMA:
            raise BenchError(f"{path} was written by a newer waitbench; update this one")
        rows = {
            str(name): {str(kind): float(figure) for kind, figure in mine.items()}
            for name, mine in told["rows"].items()
        }
        if any(not figure > 0 for mine in rows.values() for figure in mine.values()):
            raise ValueError("a figure is not above zero")  # noqa: TRY301 - a fault of the line
        return Entry(
            time=str(told["time"]),
            commit=str(told["commit"]),
            machine=str(told["machine"]),
            rows=rows,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise BenchError(
            f"line {number} of {path} is no run ({type(wrong).__name__}: {wrong}); remove that line"
        ) from None
