"""The benchmarks of a project's own file: its functions and workloads, each side having its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from waitbench.gate import opened_files, own_code, places
from waitbench.gate.benchmark import SUITE, Benchmark, Listing
from waitbench.gate.own_benchmark import OwnBenchmark, Project, asked, read
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


def listed(
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
    renamed: Mapping[str, str],
) -> Listing:
    """List the functions and workloads of a file, each side having its own at its own place.

    What one side alone has in its file is looked for in all files of the other, and then among what
    the other alone has, under another name.
    """
    files = places.files(sides, settings, renamed)
    project = Project(sides=sides, harness=checkouts.harness, paths=settings.paths, away=away)
    if all(files.values()):
        both = [side.root / (files[side.name] or "") for side in sides]
        own_code.refuse_one_file(both, settings.paths, sides)
    replies = asked(sides, files, project)
    own_code.refuse_one_module([reply.get("outside", {}) for reply in replies.values()], sides[1])
    by_side = {name: read(reply, files[name]) for name, reply in replies.items()}
    for side, other in zip(sides, reversed(sides), strict=True):
        missing = {
            name: benchmark
            for name, benchmark in by_side[other.name].items()
            if name not in by_side[side.name]
        }
        by_side[side.name] |= _elsewhere(side, files[side.name], missing, project)
    by_side["base"] = _under_new_names(by_side["base"], by_side["head"])
    left_out = _left_out(replies)
    loaded = {side.name: opened_files.of_side(side) for side in sides if side.opened}
    benchmarks = []
    for name in dict.fromkeys([*by_side["head"], *by_side["base"]]):
        owned = {side: listing[name] for side, listing in by_side.items() if name in listing}
        first = owned.get("head") or owned["base"]
        benchmarks += [
            replace(_benchmark(name, model, owned, project), loaded=loaded)
            for model in first.models
        ]
    if not benchmarks:
        raise BenchError(
            "; ".join(
                (
                    f"{files['head']} has no benchmark: neither a function bench_… nor a workload",
                    *left_out,
                )
            )
        )
    return Listing(benchmarks=benchmarks, notes=left_out)


def _left_out(replies: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what looks like a benchmark on either side and is none, with the reason."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for side, reply in replies.items():
        for name, reason in reply.get("left_out", {}).items():
            reasons.setdefault((name, reason), []).append(side)
    return tuple(
        f"{plain(name)} is left out{'' if len(where) > 1 else f' on {where[0]}'}: {plain(reason)}"
        for (name, reason), where in reasons.items()
    )


def _under_new_names(
    base: Mapping[str, OwnBenchmark], head: Mapping[str, OwnBenchmark]
) -> dict[str, OwnBenchmark]:
    """Return base's benchmarks, under head's names where only the name has changed.

    That is told by the source: what base alone has and what head alone has reads the same but for
    its name, and nothing else on either side does.
    """
    gone = [benchmark.source for name, benchmark in base.items() if name not in head]
    new = [benchmark.source for name, benchmark in head.items() if name not in base]
    new_names = {head[name].source: name for name in head if name not in base}
    listing = {}
    for name, benchmark in base.items():
        source = benchmark.source
        once = bool(source) and gone.count(source) == new.count(source) == 1
        if name not in head and once:
            listing[new_names[source]] = replace(benchmark, was=name)
        else:
            listing[name] = benchmark
    return listing


def _elsewhere(
    side: Side, file: str | None, missing: Mapping[str, OwnBenchmark], project: Project
) -> dict[str, OwnBenchmark]:
    """Return what moved to another file, of the benchmarks that a side does not have in its own.

    Where that file cannot be asked, the benchmark has that for its failure.
    """
    there: dict[str, OwnBenchmark] = {}
    if not missing:
        return there
    for path, stems in places.defining(side, missing).items():
        if path == file:
            continue
        names = [name for name in missing if places.stem(name) in stems]
        try:
            listing = read(asked([side], {side.name: path}, project)[side.name], path)
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
    params = {}
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
                "name": owned[side.name].was or name,
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
        line=owned["head"].line if "head" in owned else 1,
        notes=tuple(f"was {plain(each.was)} on base" for each in owned.values() if each.was),
        failures={
            side: benchmark.failure for side, benchmark in owned.items() if benchmark.failure
        },
    )
