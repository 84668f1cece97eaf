"""The benchmarks of a project's own file: its functions and workloads, each side having its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from waitbench.gate import own_code, places
from waitbench.gate.ask_side import ask
from waitbench.gate.benchmark import SUITE, Benchmark
from waitbench.gate.worktrees import SIDES
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError, Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side
    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts

ROUND_S = 0.008
"""A round of a function should take so long: short rounds lie closer together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBenchmark:
    """A benchmark of a project's file, as one side described it.

    Attributes:
        file: that it is in, relative to the project's folder.
        wants_target: whether it takes the URL of the running server.
        source: hash of its source.
        workload: whether it is a workload, not a function.
        models: by which it is run.
        tasks: in a round.
        concurrency: how many of them at once.
        seconds: what one call takes, its input made; None where that was not tried.
        first: seconds of a first call and of a later one, where the first does other work.
        failure: why it cannot be raced; None if it can.
    """

    file: str
    wants_target: bool
    source: str
    workload: bool
    models: list[str]
    tasks: int
    concurrency: int
    seconds: float | None = None
    first: tuple[float, float] | None = None
    failure: str | None = None


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


def listed(
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
    renamed: Mapping[str, str],
) -> list[Benchmark]:
    """List the functions and workloads of a file, each side having its own at its own place.

    What one side alone has in its file is looked for in all files of the other.
    """
    files = places.files(sides, settings, renamed)
    project = Project(sides=sides, harness=checkouts.harness, paths=settings.paths, away=away)
    if all(files.values()):
        both = [side.root / (files[side.name] or "") for side in sides]
        own_code.refuse_one_file(both, settings.paths, sides)
    replies = {side.name: _asked(side, files[side.name], project) for side in sides}
    own_code.refuse_one_module([reply.get("outside", {}) for reply in replies.values()], sides[1])
    by_side = {name: _read(reply, files[name]) for name, reply in replies.items()}
    for side, other in zip(sides, reversed(sides), strict=True):
        missing = {
            name: benchmark
            for name, benchmark in by_side[other.name].items()
            if name not in by_side[side.name]
        }
        by_side[side.name] |= _elsewhere(side, files[side.name], missing, project)
    benchmarks = []
    for name in dict.fromkeys([*by_side["head"], *by_side["base"]]):
        owned = {side: listing[name] for side, listing in by_side.items() if name in listing}
        first = owned.get("head") or owned["base"]
        benchmarks += [_benchmark(name, model, owned, project) for model in first.models]
    if not benchmarks:
        raise BenchError(
            f"{files['head']} has no benchmark: neither a function bench_… nor a workload"
        )
    return benchmarks


def _elsewhere(
    side: Side, file: str | None, missing: Mapping[str, OwnBenchmark], project: Project
) -> dict[str, OwnBenchmark]:
    """Return what moved to another file, of the benchmarks that a side does not have in its own.

    Where that file cannot be asked, the benchmark has that for its failure.
    """
    there: dict[str, OwnBenchmark] = {}
    if not missing:
        return there
    for path, names in places.defining(side, missing).items():
        if path == file:
            continue
        try:
            listing = _read(_asked(side, path, project), path)
        except BenchError as wrong:
            listing = {
                name: replace(missing[name], file=path, failure=f"it is in {plain(path)}: {wrong}")
                for name in names
            }
        there = {name: listing[name] for name in names if name in listing} | there
    return there


def _benchmark(
    name: str, model: str, owned: Mapping[str, OwnBenchmark], project: Project
) -> Benchmark:
    first = owned.get("head") or owned["base"]
    title = name if len(first.models) == 1 else f"{name}[{model}]"
    seconds = [benchmark.seconds for benchmark in owned.values() if benchmark.seconds]
    params = {"name": name}
    if not first.workload:
        # As often on both sides: so that a round takes long enough on the faster one.
        params["calls"] = str(max(1, round(ROUND_S / min(seconds)))) if seconds else "1"
    scenario = Scenario(
        suite=SUITE,
        label=title,
        workload="own_target" if first.wants_target else "own",
        params=params,
        tasks=first.tasks,
        concurrency=first.concurrency,
        precision=0.0,  # never tight enough: every pair of processes is raced
        baseline=SIDES[0],
    )
    contestants = tuple(
        Contestant(
            name=side.name,
            model=model,
            python=side.python,
            tree=str(project.harness),
            params={
                "file": str(side.root / owned[side.name].file),
                "root": str(side.root),
                "paths": project.import_path(side),
                "away": str(project.away),
            },
        )
        for side in project.sides
        if side.name in owned
    )
    return Benchmark(
        name=title,
        scenario=scenario,
        contestants=contestants,
        first_calls=[benchmark.first for benchmark in owned.values() if benchmark.first],
        rewritten=len({benchmark.source for benchmark in owned.values()}) > 1,
        file=owned["head"].file if "head" in owned else "",
        failures={
            side: benchmark.failure for side, benchmark in owned.items() if benchmark.failure
        },
    )


def _asked(side: Side, file: str | None, project: Project) -> dict[str, Any]:
    """Return what one side says of a file of its own; nothing where there is none."""
    if file is None:
        return {}
    path, import_path = str(side.root / file), project.import_path(side)
    asked = [path, str(side.root), import_path, str(project.away)]
    words = ("-m", "waitbench.gate.listing", *asked)
    reply = _unless_wrong(side, ask(side, str(project.harness), *words))
    if not any(benchmark.wants_target for benchmark in _read(reply, file).values()):
        return reply
    from waitbench.services.target import Target

    with Target() as target:
        return _unless_wrong(side, ask(side, str(project.harness), *words, target.url))


def _unless_wrong(side: Side, reply: dict[str, Any]) -> dict[str, Any]:
    if "error" in reply:
        raise BenchError(f"{side.name} has no benchmarks to run: {reply['error']}")
    return reply


def _read(reply: Mapping[str, Any], file: str | None) -> dict[str, OwnBenchmark]:
    """Return the benchmarks of a reply by name."""
    return {
        name: OwnBenchmark(file=file or "", **record)
        for name, record in reply.get("benchmarks", {}).items()
    }
