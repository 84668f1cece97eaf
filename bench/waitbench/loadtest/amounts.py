"""How much of a work takes as long as is asked for, and the database that some of it queries."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from waitbench.loadtest import database, work
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.loadtest.step import Task


class Amounts:
    """Gauged once in a run, and the same for all servers.

    Args:
        tasks: of the run; the database is made where one of them queries it.

    Attributes:
        database_file: its path; empty where nobody queries.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._queries = any(task.work == "query" for task in tasks)
        self._gauged: dict[tuple[str, int], int] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.database_file = ""

    def __enter__(self) -> Self:
        if self._queries:
            self._folder = tempfile.TemporaryDirectory(prefix="waitbench-")
            path = Path(self._folder.name) / "serving.sqlite"
            try:
                database.make(path)
            except OSError as wrong:
                self._folder.cleanup()
                reason = f"{wrong}; free some room in {path.parent.parent}, or set TMPDIR"
                raise BenchError(reason) from wrong
            self.database_file = str(path)
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._folder:
            self._folder.cleanup()

    def of(self, task: Task) -> int:
        """Return a task's amount as a path has it: nanoseconds to wait, turns, or rows to read."""
        if task.work == "wait":
            return task.time_ns
        key = task.work, task.time_ns
        if key not in self._gauged:
            self._gauged[key] = (
                work.rows_for(task.time_ns, self.database_file)
                if task.work == "query"
                else work.turns_for(task.time_ns)
            )
        return self._gauged[key]
