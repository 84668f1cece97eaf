"""The history of a project: a line of JSON for each run, appended; and where figures changed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp
from typing import TYPE_CHECKING, Any

from waitbench.parsing.matching import matcher
from waitbench.results.document import bounded
from waitbench.results.foreign_text import plain_document
from waitbench.scenario import BenchError
from waitbench.tracking import change_points, machine_identity
from waitbench.tracking import ratios as kept
from waitbench.tracking.baseline import ACROSS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.analysis.comparison import Summary
    from waitbench.results.foreign import ForeignRun
    from waitbench.tracking.change_points import ChangePoint, Course

SCHEMA = 1
NAME = "history.jsonl"
DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
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
        course: how it went.
    """

    name: str
    entries: tuple[HistoryEntry, ...]
    figures: tuple[float, ...]
    course: Course

    @property
    def points(self) -> tuple[ChangePoint, ...]:
        """Where a new level begins."""
        return self.course.points

    def commits(self, point: ChangePoint) -> tuple[str, str]:
        """Return the last commit of the old level and the first of the new one."""
        return self.entries[point.index - 1].commit, self.entries[point.index].commit

    def worse(self, share: float) -> bool:
        """Whether it is for the worse that a figure rises by this share, or falls if below zero."""
        less = (*kept.LESS_IS_BETTER, *kept.ABSOLUTE)
        return (share > 0) == self.name.endswith(less)


def entry(summary: Summary, time: str) -> HistoryEntry:
    """Make the line of a run.

    Raises:
        BenchError: the run has no figure that could be kept.
    """
    rows: dict[str, dict[str, float]] = {
        name: {
            str(kind): round(exp(figures[kind].log), DIGITS) for kind in ACROSS if kind in figures
        }
        for name, figures in kept.figures(summary).items()
    }
    rows = {name: figures for name, figures in rows.items() if figures}
    if not rows:
        raise BenchError(f"{summary.path} has no figure within the run that a history could keep")
    return HistoryEntry(
        time=time,
        commit=str(summary.environment.get("commit") or ""),
        machine=machine_identity.slug(machine_identity.described(summary.environment)),
        rows=rows,
    )


def made_at(when: str, path: Path) -> str:
    """Return when a file says that it was measured, in UTC; never the date of the file itself.

    Raises:
        BenchError: it does not say.
    """
    try:
        time = datetime.fromisoformat(when)
    except ValueError:
        raise BenchError(f"{path} does not say when it was measured") from None
    time = time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    return time.isoformat(timespec="seconds")


def entry_of_others(run: ForeignRun, path: Path) -> HistoryEntry:
    """Make the line of a run that another tool measured: its medians, which only its machine has.

    Raises:
        BenchError: the file does not say when it was measured.
    """
    return HistoryEntry(
        time=made_at(run.when, path),
        commit=run.commit,
        machine=machine_identity.slug(machine_identity.of_others(run)),
        rows={
            name: {str(kept.OF_UNIT.get(benchmark.unit, "count")): benchmark.value}
            for name, benchmark in zip(run.fullnames, run.benchmarks, strict=True)
        },
    )


def append(path: Path, added: HistoryEntry) -> bool:
    """Add a line; a run that is there already is not added again.

    A line never changes, so that two branches that both added some merge by keeping all of them
    (`results/history.jsonl merge=union` in `.gitattributes`).

    Returns:
        Whether it was added.

    Raises:
        BenchError: the file is damaged, or cannot be written.
    """
    if any((old.time, old.machine) == (added.time, added.machine) for old in read(path)):
        return False
    record = {
        "schema": SCHEMA,
        "time": added.time,
        "commit": added.commit,
        "machine": added.machine,
        "rows": {name: dict(figures) for name, figures in added.rows.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _append(path, json.dumps(record))
    except OSError as refused:
        raise BenchError(f"the history could not be written: {refused}") from None
    return True


def _append(path: Path, line: str) -> None:
    """Add a line, on the disk before this returns; nothing of it where the disk is full."""
    with path.open("ab+") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        # A line that was cut off in the writing stays by itself, for `read` to name it.
        ahead = b"" if file.read() in {b"", b"\n"} else b"\n"
        try:
            file.write(ahead + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                os.truncate(path, size)
            raise


def read(path: Path) -> list[HistoryEntry]:
    """Read all runs in the order of time, whatever the order of the lines; each once.

    Raises:
        BenchError: a line is damaged.
    """
    try:
        if path.is_fifo():
            raise BenchError(f"{path} is a pipe, and no history")
        lines = bounded(path).decode().splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as refused:
        raise BenchError(f"{path} cannot be read: {refused}") from None
    runs: dict[tuple[str, str], HistoryEntry] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            run = _entry(path, number, line)
            runs[run.time, run.machine] = run
    return sorted(runs.values(), key=lambda run: (run.time, run.machine))


def series(entries: Sequence[HistoryEntry], wanted: str = "") -> list[Series]:
    """Split the figures into series by name, machine and interpreter; find how each went.

    Args:
        entries: in the order of time.
        wanted: what names match, as after `-k`, to look at these alone.
    """
    gathered: dict[str, list[tuple[HistoryEntry, float]]] = {}
    matches = matcher(wanted)
    several = len({run.machine for run in entries}) > 1
    for run in entries:
        for row, figures_of_row in run.rows.items():
            for kind, figure in figures_of_row.items():
                # Ratios, too, are others on another machine or interpreter.
                apart = f" on {run.machine}" if several else ""
                name = f"{row}{apart} {kind}"
                if matches(name):
                    gathered.setdefault(name, []).append((run, figure))
    all_series = []
    for name, pairs in gathered.items():
        figures = [figure for _, figure in pairs]
        all_series.append(
            Series(
                name=name,
                entries=tuple(run for run, _ in pairs),
                figures=tuple(figures),
                course=change_points.course(figures),
            )
        )
    return all_series


def _entry(path: Path, number: int, line: str) -> HistoryEntry:
    try:
        record: Any = plain_document(json.loads(line))
        if record["schema"] > SCHEMA:
            raise BenchError(f"{path} was written by a newer waitbench; update this one")
        rows = {
            str(name): {str(kind): float(figure) for kind, figure in figures.items()}
            for name, figures in record["rows"].items()
        }
        if any(not figure > 0 for figures in rows.values() for figure in figures.values()):
            raise ValueError("a figure is not above zero")  # noqa: TRY301 - a fault of the line
        return HistoryEntry(
            time=str(record["time"]),
            commit=str(record["commit"]),
            machine=str(record["machine"]),
            rows=rows,
        )
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as wrong:
        raise BenchError(
            f"line {number} of {path} is no run ({type(wrong).__name__}: {wrong}); remove that line"
        ) from None
