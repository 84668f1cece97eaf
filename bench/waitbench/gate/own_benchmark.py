"""A benchmark of a project's own file as one side describes it, and how that side is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.gate import places
from waitbench.gate.ask_side import ask
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBenchmark:
    """A benchmark of a project's file, as one side described it.

    Attributes:
        file: that it is in, relative to the project's folder.
        wants_target: whether it takes the URL of the running server.
        source: hash of its source but for its name; empty where there is none to read.
        line: in its file.
        workload: whether it is a workload, not a function.
        models: by which it is run.
        tasks: in a round.
        concurrency: how many of them at once.
        seconds: what one call takes, its input made; None where that was not tried.
        first: seconds of a first call and of a later one, where the first does other work.
        failure: why it cannot be raced; None if it can.
        was: its name there, where the other side's is another.
    """

    file: str
    wants_target: bool
    source: str
    line: int
    workload: bool
    models: list[str]
    tasks: int
    concurrency: int
    seconds: float | None = None
    first: tuple[float, float] | None = None
    failure: str | None = None
    was: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project in both checkouts.

    Attributes:
        sides: base and head.
        harness: the folder that both sides import waitbench from.
        paths: folders of the project that stand before all that is installed.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    sides: Sequence[Side]
    harness: Path
    paths: tuple[str, ...]
    away: Path

    def import_path(self, side: Side) -> str:
        """Return the project's folders of one side that are there, joined by colons."""
        return ":".join(places.import_folders(side, self.paths))


def asked(side: Side, file: str | None, project: Project) -> dict[str, Any]:
    """Return what one side says of a file of its own; nothing where there is none."""
    if file is None:
        return {}
    path, import_path = str(side.root / file), project.import_path(side)
    arguments = [path, str(side.root), import_path, str(project.away)]
    words = ("-m", "waitbench.gate.listing", *arguments)
    reply = _unless_wrong(side, ask(side, str(project.harness), *words))
    if not any(benchmark.wants_target for benchmark in read(reply, file).values()):
        return reply
    from waitbench.services.target import Target

    with Target() as target:
        return _unless_wrong(side, ask(side, str(project.harness), *words, target.url))


def _unless_wrong(side: Side, reply: dict[str, Any]) -> dict[str, Any]:
    if "error" in reply:
        raise BenchError(f"{side.name} has no benchmarks to run: {reply['error']}")
    return reply


def read(reply: Mapping[str, Any], file: str | None) -> dict[str, OwnBenchmark]:
    """Return the benchmarks of a reply by name."""
    return {
        name: OwnBenchmark(file=file or "", **record)
        for name, record in reply.get("benchmarks", {}).items()
    }
