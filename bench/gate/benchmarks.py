"""What is there to compare: the benchmarks of either side, and the races that compare them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import children
from bench.gate.settings import FILES
from bench.gate.worktrees import SIDES
from bench.scenario import BenchError, Entrant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.gate.settings import GateSettings
    from bench.gate.worktrees import Checkouts

LISTED_WITHIN_S = 120
ROUND_S = 0.008
"""A round of a function should take so long: short rounds lie closer together."""
SUITES = Path("bench/suites")
WORKER = Path("bench/race/worker.py")
"""What makes a project a checkout of waitbench itself, whose suites are then its benchmarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One thing that both sides can run.

    Attributes:
        name: what people call it: `bench_parse`, `Fetch[threads]`, `io_bound/http-…/asyncio`.
        scenario: its race; its `suite` is the name, so that no two are alike.
        entrants: base and head, in this order; one alone where only one side has it.
        rewritten: whether the benchmark itself reads differently on the two sides.
        failures: by side, why it cannot be raced.
        round_s: about what a round takes in seconds; None where that is not known.
    """

    name: str
    scenario: Scenario
    entrants: tuple[Entrant, ...]
    rewritten: bool = False
    failures: Mapping[str, str] = field(default_factory=dict)
    round_s: float | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """Which sides have it."""
        return tuple(entrant.name for entrant in self.entrants)

    @property
    def raced(self) -> bool:
        """Whether both sides have it and can run it."""
        return self.sides == SIDES and not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one side is run.

    Attributes:
        name: base or head.
        root: the project's folder in its checkout.
        python: its interpreter.
    """

    name: str
    root: Path
    python: str


def find(
    sides: Sequence[Side], checkouts: Checkouts, settings: GateSettings, away: Path
) -> list[Benchmark]:
    """List what either side has, in head's order; what only base has comes last.

    Args:
        sides: base and head.
        checkouts: where they stand.
        settings: of the project.
        away: the tree of the project's owner, from which nothing may be imported.

    Raises:
        BenchError: there are no benchmarks, or one side cannot be asked for them.
    """
    head = sides[1].root
    if (head / WORKER).is_file() and (head / SUITES).is_dir() and settings.file is None:
        found = _of_suites(sides)
    else:
        found = _of_file(sides, checkouts, settings, away)
    chosen = [one for one in found if settings.compares(one.name)]
    if found and not chosen:
        names = ", ".join(one.name for one in found[:12])
        raise BenchError(f"no benchmark fits {', '.join(settings.benchmarks)}; there are {names} …")
    return chosen


def _of_file(
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
    told = {side.name: _asked(side, checkouts, settings, file, away) for side in sides}
    found = []
    for name in dict.fromkeys([*told["head"], *told["base"]]):
        mine = {side.name: told[side.name][name] for side in sides if name in told[side.name]}
        first = mine.get("head") or mine["base"]
        found += [
            _benchmark(name, model, mine, sides, checkouts, settings, file, away)
            for model in first["models"]
        ]
    if not found:
        raise BenchError(f"{file} has no benchmark: neither a function bench_… nor a workload")
    return found


def _benchmark(  # noqa: PLR0913, PLR0917 - all that a race of two sides is made of
    name: str,
    model: str,
    mine: Mapping[str, dict[str, Any]],
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    file: str,
    away: Path,
) -> Benchmark:
    first = mine.get("head") or mine["base"]
    title = name if len(first["models"]) == 1 else f"{name}[{model}]"
    known = [one["seconds"] for one in mine.values() if one.get("seconds")]
    params = {"name": name}
    if not first["workload"]:
        # As often on both sides: so that a round takes long enough on the faster one.
        params["calls"] = str(max(1, round(ROUND_S / min(known)))) if known else "1"
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
        if side.name in mine
    )
    return Benchmark(
        name=title,
        scenario=scenario,
        entrants=entrants,
        rewritten=len({one["source"] for one in mine.values()}) > 1,
        failures={side: one["failure"] for side, one in mine.items() if one.get("failure")},
        round_s=max(known) * int(params.get("calls", 1)) if known else None,
    )


def _asked(
    side: Side, checkouts: Checkouts, settings: GateSettings, file: str, away: Path
) -> dict[str, dict[str, Any]]:
    """Ask one side what its file holds; a base without the file holds nothing."""
    if not (side.root / file).is_file():
        return {}
    asked = [str(side.root / file), str(side.root), _paths(side, settings), str(away)]
    tree = str(checkouts.harness)
    told = _answer(side, tree, "-m", "bench.gate.listing", *asked)
    if any(one["wants_target"] for one in told.get("benchmarks", {}).values()):
        from bench.target import Target

        with Target() as target:
            told = _answer(side, tree, "-m", "bench.gate.listing", *asked, target.url)
    if "error" in told:
        raise BenchError(f"{side.name} has no benchmarks to run: {told['error']}")
    found: dict[str, dict[str, Any]] = told["benchmarks"]
    return found


def _of_suites(sides: Sequence[Side]) -> list[Benchmark]:
    """List the suites' scenarios under every entrant, as each checkout has them."""
    script = str(Path(__file__).with_name("_suites.py"))
    told = {
        side.name: {row["name"]: row for row in _answer(side, str(side.root), script)}
        for side in sides
    }
    found = []
    for name in dict.fromkeys([*told["head"], *told["base"]]):
        mine = {side.name: told[side.name][name] for side in sides if name in told[side.name]}
        first = mine.get("head") or mine["base"]
        scenario, entrant = Scenario(**first["scenario"]), Entrant(**first["entrant"])
        entrants = tuple(
            replace(entrant, name=side.name, python=side.python, tree=str(side.root))
            for side in sides
            if side.name in mine
        )
        scenario = replace(scenario, suite=name, precision=0.0, baseline=SIDES[0], weight=1.0)
        found.append(Benchmark(name=name, scenario=scenario, entrants=entrants))
    return found


def _paths(side: Side, settings: GateSettings) -> str:
    folders = (side.root / name for name in settings.paths)
    return ":".join(str(folder.resolve()) for folder in folders if folder.is_dir())


def _answer(side: Side, tree: str, *arguments: str) -> Any:
    """Let a side's interpreter print JSON on its last line.

    Raises:
        BenchError: it cannot be run, or prints something else.
    """
    try:
        done = subprocess.run(
            [side.python, "-P", *arguments],
            cwd=side.root,
            env={**children.environment(), "PYTHONPATH": tree},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LISTED_WITHIN_S,
            check=False,
        )
    except OSError as refused:
        raise BenchError(f"{side.name} needs the interpreter {side.python}: {refused}") from None
    except subprocess.TimeoutExpired:
        raise BenchError(
            f"{side.name} did not say within {LISTED_WITHIN_S} s which benchmarks it has: "
            "does its file do too much when it is imported?"
        ) from None
    try:
        return json.loads(done.stdout.strip().rpartition("\n")[2])
    except ValueError:
        said = (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2]
        raise BenchError(
            f"{side.name} did not say which benchmarks it has ({said or 'no word'}); "
            f"does {side.python} run Python 3.11 or newer?"
        ) from None
