"""Commands as benchmarks: each side runs one once, and is asked for exit status and output."""

from __future__ import annotations

import os
from itertools import zip_longest
from typing import TYPE_CHECKING

from waitbench.gate import own_code, places
from waitbench.gate.benchmark import SUITE, Benchmark
from waitbench.gate.command_run import Place, Run, run
from waitbench.gate.discover_file import ROUND_S
from waitbench.gate.worktrees import SIDES
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError, Contestant, Scenario
from waitbench.user_code import command_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Side
    from waitbench.gate.commands import Command
    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts

SHOWN = 60
"""Characters of a line that are shown where two outputs differ."""


def listed(
    commands: Sequence[Command],
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
) -> list[Benchmark]:
    """Run each command on both sides and return them as benchmarks.

    Args:
        commands: of the project.
        sides: base and head.
        checkouts: where they stand.
        settings: of the project: its `paths`.
        away: the tree of the project's owner.

    Raises:
        BenchError: a place is one and the same on both sides.
    """
    if not commands:
        return []
    own_code.refuse_one_file([], settings.paths, sides)
    both = [
        Place(
            side=side,
            paths=places.import_folders(side, settings.paths),
            folder=checkouts.workspace,
            away=away,
        )
        for side in sides
    ]
    return [_benchmark(command, both, checkouts) for command in commands]


def _benchmark(command: Command, both: Sequence[Place], checkouts: Checkouts) -> Benchmark:
    runs: dict[str, Run] = {}
    failures: dict[str, str] = {}
    for place in both:
        try:
            runs[place.side.name] = run(command, place)
        except BenchError as wrong:
            failures[place.side.name] = str(wrong)
    failures |= {
        side: f"it ended with status {run.status}, not {command.status}: {run.complaint}; where "
        f"that is right, set status = {run.status} in [tool.waitbench.gate.commands]"
        for side, run in runs.items()
        if run.status != command.status
    }
    steady, notes = command.output == "same", tuple[str, ...]()
    if not failures and steady and (said := _difference(runs)):
        # It may differ from start to start, which is no fault of head's.
        again = {place.side.name: run(command, place) for place in both}
        steady = all(again[side].output == runs[side].output for side in SIDES)
        if steady:
            failures = {SIDES[1]: said}
        else:
            notes = (
                "what it prints differs from start to start: its exit status alone was compared",
            )
    seconds = [run.seconds for run in runs.values()]
    calls = 1 if command.setup or not seconds else max(1, round(ROUND_S / min(seconds)))
    scenario = Scenario(
        suite=SUITE,
        label=command.name,
        workload="command",
        params={
            "command": command.command,
            "setup": command.setup,
            "status": str(command.status),
            "calls": str(calls),
        },
        tasks=1,
        concurrency=1,
        precision=0.0,  # never tight enough: every pair of processes is raced
        baseline=SIDES[0],
    )
    contestants = tuple(
        Contestant(
            name=place.side.name,
            model="sync",
            tree=str(checkouts.harness),
            params={
                "root": str(place.side.root),
                "programs": os.pathsep.join(place.side.programs),
                "paths": os.pathsep.join(place.paths),
                "away": str(place.away),
                "expects": _expected(runs, place) if steady else "",
            },
        )
        for place in both
    )
    return Benchmark(
        name=command.name,
        scenario=scenario,
        contestants=contestants,
        failures=failures,
        peak_bytes={side: run.peak_bytes for side, run in runs.items() if run.peak_bytes},
        notes=notes,
        loaded={side: run.opened for side, run in runs.items() if run.opened},
    )


def _expected(runs: Mapping[str, Run], place: Place) -> str:
    """Return the hash of what a side printed."""
    run = runs.get(place.side.name)
    return command_line.digest(run.output, str(place.side.root)) if run else ""


def _difference(runs: Mapping[str, Run]) -> str:
    """Return in what the two sides' outputs differ first; empty where they are the same."""
    outputs = [runs[side].output for side in SIDES]
    if outputs[0] == outputs[1]:
        return ""
    pairs = zip_longest(*(output.split(b"\n") for output in outputs))
    number, lines = next((at, pair) for at, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    base, head = ("missing" if line is None else repr(_shown(line)) for line in lines)
    return (
        f"it prints something else: line {number} is {head}, on base {base}; where that is meant, "
        "--any-output compares the exit status alone"
    )


def _shown(line: bytes) -> str:
    text = plain(line.decode(errors="replace"))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
