"""A benchmark of a project's own file as one side describes it, and how sides are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench.gate import places
from waitbench.gate.ask_side import ask_each
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


def asked(
    sides: Sequence[Side], files: Mapping[str, str | None], project: Project
) -> dict[str, dict[str, Any]]:
    """Return what each side says of a file of its own, by its name; nothing where there is none.

    They are asked at once, and those with benchmarks that want the running server once more for
    these alone.
    """
    there = [side for side in sides if files[side.name] is not None]
    replies = {side.name: dict[str, Any]() for side in sides} | _replies(there, files, project)
    wanting = [
        side
        for side in there
        if any(each.wants_target for each in read(replies[side.name], None).values())
    ]
    if wanting:
        from waitbench.services.target import Target

        with Target() as target:
            for name, reply in _replies(wanting, files, project, target.url).items():
                replies[name]["benchmarks"] |= reply["benchmarks"]
                replies[name]["outside"] |= reply["outside"]
    return replies


def _replies(
    sides: Sequence[Side], files: Mapping[str, str | None], project: Project, *target: str
) -> dict[str, dict[str, Any]]:
    def arguments(side: Side) -> list[str]:
        places = str(side.root / (files[side.name] or "")), str(side.root)
        paths = project.import_path(side), str(project.away)
        return ["-m", "waitbench.gate.listing", *places, *paths, *target]

    answers = ask_each(sides, str(project.harness), arguments)
    return {
        side.name: _unless_wrong(side, reply) for side, reply in zip(sides, answers, strict=True)
    }


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
