"""A side's own pytest session, asked which benchmarks it has and what a call of each takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from waitbench.gate import opened_files, prepare
from waitbench.gate.worktrees import PYTEST_SIDE
from waitbench.race.worker_process import ContestantError, WorkerProcess
from waitbench.results.foreign_text import plain, plain_document
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side

START = (
    "import sys; sys.path[:] = [sys.argv[1], *filter(None, sys.path)]; "
    f"from {PYTEST_SIDE}.program import main; main(*sys.argv[2:])"
)
"""What the project's interpreter runs: our folder comes first, the current one is on no path."""
COLLECTED_WITHIN_S = 120
TRIED_WITHIN_S = 60
FEWER = (
    "; where its tests are many, name those to race: [tool.waitbench.gate] pytest = 'tests/speed'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How the session of one side is started.

    Attributes:
        side: whose it is.
        top: of the side's whole checkout.
        folder: that holds our part of it and nothing else.
        paths: folders of the side's checkout that come before all that is installed.
        arguments: of pytest.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    side: Side
    top: Path
    folder: Path
    paths: Sequence[str]
    arguments: Sequence[str]
    away: Path

    @property
    def program(self) -> tuple[str, ...]:
        """The command line; what it is to run comes behind it."""
        settings = {
            "root": str(self.side.root),
            "paths": list(self.paths),
            "arguments": list(self.arguments),
            "environ": prepare.environ(self.side),
        }
        return self.side.python, "-c", START, str(self.folder), json.dumps(settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a session collected.

    Attributes:
        rootdir: pytest's, from which the names of tests are told.
        tests: ids of the benchmarks in the session's order, with line and hash of the source.
        left_out: why a test is not run, by its id or that of its module.
        broken: why a file could not be collected, by its id.
        quieted: plugins that are switched off in a race.
    """

    rootdir: str
    tests: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    quieted: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a test came to that was run once, to its end.

    Attributes:
        seconds: of a call; None where it failed.
        between_s: of setting up and tearing down beside a call, where that is not timed.
        first_s: of the first call.
        fresh: whether each call gets arguments of its own.
        failed: why it failed, in one line.
        skipped: why it is not run.
    """

    seconds: float | None = None
    between_s: float = 0.0
    first_s: float = 0.0
    fresh: bool = False
    failed: str | None = None
    skipped: str | None = None


class PytestSession:
    """A running session; leaving its block ends it.

    Args:
        command: how it is started.

    Raises:
        BenchError: on entering, that pytest cannot begin there, and why.
    """

    def __init__(self, command: Command) -> None:
        self._command = command
        self._calm = Interrupt.never()
        self.collected = Collected(rootdir="", tests={})

    def __enter__(self) -> Self:
        self._calm.__enter__()
        self._worker = self._started(())
        try:
            greeting = plain_document(self._worker.greet(COLLECTED_WITHIN_S))
        except ContestantError as wrong:
            self.__exit__()
            side = self._command.side
            raise BenchError(
                f"the benchmarks of {side.name} could not be listed: {wrong}{FEWER}"
            ) from None
        except BaseException:
            self.__exit__()
            raise
        self.collected = Collected(
            rootdir=greeting["rootdir"],
            tests=greeting["tests"],
            left_out=greeting["left_out"],
            broken=greeting["broken"],
            quieted=greeting["quieted"],
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._worker.stop()  # in order: what its fixtures made is taken away
        self._calm.__exit__(*exc_info)

    def attempt(self, node: str) -> Trial:
        """Run a test to its end, and return what it showed; one that hangs is ended."""
        try:
            if not self._worker.alive:
                self._worker.kill()
                self._worker = self._started([node])
                self._worker.greet(COLLECTED_WITHIN_S)
            answer = self._worker.ask("try", within_s=TRIED_WITHIN_S, params={"node": node})
        except ContestantError as wrong:
            return Trial(failed=str(wrong))
        failed, skipped = (answer[name] and plain(answer[name]) for name in ("failed", "skipped"))
        if failed or skipped:
            return Trial(failed=failed, skipped=skipped)
        return Trial(**{**answer, "failed": None, "skipped": None})

    def modules(self) -> dict[str, Any]:
        """Return `outside` and `strays`: modules from outside the checkout, or the owner's tree."""
        if not self._worker.alive:
            return {"outside": {}, "strays": {}}
        folders = {"top": str(self._command.top), "away": str(self._command.away)}
        return self._worker.ask("modules", within_s=TRIED_WITHIN_S, **folders)

    def _started(self, nodes: Sequence[str]) -> WorkerProcess:
        opened = self._command.side.opened
        environ = opened_files.watched(processes.environment(), opened) if opened else {}
        return WorkerProcess(
            "sync", self._calm, nodes, program=self._command.program, environ=environ
        )
