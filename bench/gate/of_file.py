"""The benchmarks of a project's own file: its functions and workloads, each side having its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.gate.asking import answer
from bench.gate.benchmark import Benchmark
from bench.gate.settings import FILES
from bench.gate.worktrees import SIDES
from bench.scenario import BenchError, Entrant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bench.gate.benchmark import Side
    from bench.gate.settings import GateSettings
    from bench.gate.worktrees import Checkouts

ROUND_S = 0.008
"""A round of a function should take so long: short rounds lie closer together."""


def listed(
    sides: Sequence[Side], checkouts: Checkouts, settings: GateSettings, away: Path
) -> list[Benchmark]:
    """List the functions and workloads of a file, each side having its own."""
    names = [settings.file] if settings.file else FILES
    file = next((name for name in names if (sides[1].root / name).is_file()), None)
    if file is None:
        raise BenchError(
            f"head has no file of benchmarks: none of {', '.join(names)}; "
            "write one with functions bench_… (see the README), or name it in pyproject.toml: "
            '[tool.waitbench.gate] file = "…"'
        )
    listings = {side.name: _asked(side, checkouts, settings, file, away) for side in sides}
    benchmarks = []
    for name in dict.fromkeys([*listings["head"], *listings["base"]]):
        by_side = {
            side.name: listings[side.name][name] for side in sides if name in listings[side.name]
        }
        first = by_side.get("head") or by_side["base"]
        benchmarks += [
            _benchmark(name, model, by_side, sides, checkouts, settings, file, away)
            for model in first["models"]
        ]
    if not benchmarks:
        raise BenchError(f"{file} has no benchmark: neither a function bench_… nor a workload")
    return benchmarks


def _benchmark(  # noqa: PLR0913, PLR0917 - all that a race of two sides is made of
    name: str,
    model: str,
    by_side: Mapping[str, dict[str, Any]],
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    file: str,
    away: Path,
) -> Benchmark:
    first = by_side.get("head") or by_side["base"]
    title = name if len(first["models"]) == 1 else f"{name}[{model}]"
    seconds = [
        description["seconds"] for description in by_side.values() if description.get("seconds")
    ]
    params = {"name": name}
    if not first["workload"]:
        # As often on both sides: so that a round takes long enough on the faster one.
        params["calls"] = str(max(1, round(ROUND_S / min(seconds)))) if seconds else "1"
    scenario = Scenario(
        suite=title,
        workload="own_target" if first["wants_target"] else "own",
        params=params,
        tasks=first["tasks"],
        concurrency=first["concurrency"],
        precision=0.0,  # never tight enough: every pair of processes is raced
        baseline=SIDES[0],
    )
    entrants = tuple(
        Entrant(
            name=side.name,
            model=model,
            python=side.python,
            tree=str(checkouts.harness),
            params={
                "file": str(side.root / file),
                "root": str(side.root),
                "paths": _paths(side, settings),
                "away": str(away),
            },
        )
        for side in sides
        if side.name in by_side
    )
    return Benchmark(
        name=title,
        scenario=scenario,
        entrants=entrants,
        rewritten=len({description["source"] for description in by_side.values()}) > 1,
        failures={
            side: description["failure"]
            for side, description in by_side.items()
            if description.get("failure")
        },
        round_s=max(seconds) * int(params.get("calls", 1)) if seconds else None,
    )


def _asked(
    side: Side, checkouts: Checkouts, settings: GateSettings, file: str, away: Path
) -> dict[str, dict[str, Any]]:
    """Return the benchmarks of one side's file by name; a base without the file has none."""
    if not (side.root / file).is_file():
        return {}
    asked = [str(side.root / file), str(side.root), _paths(side, settings), str(away)]
    tree = str(checkouts.harness)
    reply = answer(side, tree, "-m", "bench.gate.listing", *asked)
    if any(description["wants_target"] for description in reply.get("benchmarks", {}).values()):
        from bench.target import Target

        with Target() as target:
            reply = answer(side, tree, "-m", "bench.gate.listing", *asked, target.url)
    if "error" in reply:
        raise BenchError(f"{side.name} has no benchmarks to run: {reply['error']}")
    descriptions: dict[str, dict[str, Any]] = reply["benchmarks"]
    return descriptions


def _paths(side: Side, settings: GateSettings) -> str:
    folders = (side.root / name for name in settings.paths)
    return ":".join(str(folder.resolve()) for folder in folders if folder.is_dir())
