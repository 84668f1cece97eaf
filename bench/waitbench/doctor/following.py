"""The child processes of the program that is examined are followed: asked to watch themselves."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.doctor import followed
from waitbench.doctor.findings import Examination, merged
from waitbench.doctor.forks import in_fork

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from waitbench.doctor.followed import ChildReport

STARTUP = str(Path(__file__).with_name("startup"))
ROOT = str(Path(__file__).parents[2])


class Following:
    """All child processes that are started while it is on, and theirs."""

    def __init__(self, threshold_ms: float) -> None:
        self._threshold_ms = threshold_ms
        self._folder: str | None = None
        self._reports: list[ChildReport] = []

    @contextmanager
    def on(self) -> Iterator[None]:
        """Ask every Python that is started while the block lasts."""
        self._folder = tempfile.mkdtemp(prefix="waitbench-doctor-")
        request = followed.Request(self._threshold_ms, followed.version(), ROOT, self._folder)
        paths = [STARTUP, *filter(None, [os.environ.get("PYTHONPATH")])]
        with (
            _set(followed.ASKED, request.text()),
            _set("PYTHONPATH", os.pathsep.join(paths)),
            in_fork(followed.await_loops),
        ):
            pid = os.getpid()
            try:
                yield
            finally:
                if os.getpid() == pid:
                    self.collect()

    def collect(self) -> None:
        """Read what there is, and take the folder away."""
        if self._folder is not None:
            self._reports = followed.reports(Path(self._folder))
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def added_to(self, seen: Examination, loops: Mapping[int, str]) -> Examination:
        """Return an examination with what was found in child processes.

        Args:
            seen: what was found in this process.
            loops: names of child processes that seem to run loops, by their ids.
        """
        told = {report.pid for report in self._reports}
        silent = [name for pid, name in loops.items() if pid not in told]
        cut_off = [report.name for report in self._reports if report.seen is None]
        clauses = (
            *(f"a loop ran in a child process, and nobody watched it: {name}" for name in silent),
            *(f"a loop ran in a child process, which ended untold: {name}" for name in cut_off),
        )
        children = [
            (report.name, report.seen) for report in self._reports if report.seen is not None
        ]
        return _together(replace(seen, unwatched=(*seen.unwatched, *clauses)), children)


def _together(seen: Examination, children: Sequence[tuple[str, Examination]]) -> Examination:
    """Return one examination of a process and its children."""
    every = [seen, *(child for _, child in children)]
    findings, notes = list(seen.findings), list(seen.notes)
    for name, child in children:
        findings += [replace(finding, process=name) for finding in child.findings]
        notes += [replace(note, process=name) for note in child.notes]
    loops = dict.fromkeys(each.loop for each in every if each.ran_ns)
    return replace(
        seen,
        ran_ns=sum(each.ran_ns for each in every),
        held_ns=sum(each.held_ns for each in every),
        steps=sum(each.steps for each in every),
        lag=max((each.lag for each in every if each.lag), key=lambda lag: lag.max_ns, default=None),
        loop=" and ".join(loops) or seen.loop,
        findings=tuple(merged(findings)) if children else seen.findings,
        notes=tuple(merged(notes)) if children else seen.notes,
        unwatched=tuple(clause for each in every for clause in each.unwatched),
    )


@contextmanager
def _set(name: str, value: str) -> Iterator[None]:
    """Set a variable of the environment while the block lasts."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
