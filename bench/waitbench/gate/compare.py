"""Base against head, from two revisions to an outcome."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from waitbench.gate import (
    discover,
    discover_commands,
    notes,
    prepare,
    profile_diff,
    run_queue,
    stages,
    worktrees,
)
from waitbench.gate.benchmark import Listing
from waitbench.gate.decision import ERROR
from waitbench.gate.outcome import Costs, Outcome, Result
from waitbench.gate.racing import GatePlan
from waitbench.gate.worktrees import SIDES
from waitbench.scenario import BenchError
from waitbench.stats import estimates
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.gate.benchmark import Benchmark, Side
    from waitbench.gate.commands import Command
    from waitbench.gate.evidence import GateEvidence, Part
    from waitbench.gate.repository import Repository, Revision
    from waitbench.gate.settings import GateSettings
    from waitbench.race.events import Observer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared.

    Attributes:
        base: revision of the one side.
        head: of the other.
        note: what people must know of the choice of the two.
        base_python: interpreter of base; None for the one that runs the gate.
        head_python: interpreter of head.
    """

    base: Revision
    head: Revision
    note: str = ""
    base_python: str | None = None
    head_python: str | None = None

    @property
    def identical(self) -> bool:
        """Whether nothing differs at all."""
        return self.base.commit == self.head.commit and _interpreter(
            self.base_python
        ) == _interpreter(self.head_python)


def compare(  # noqa: PLR0913 - what a gate is made of, put together in one place
    repository: Repository,
    sides: Sides,
    settings: GateSettings,
    *,
    commands: Sequence[Command] = (),
    only: str = "",
    seed: int | None = None,
    explain: bool = True,
    observer: Callable[[str], Observer],
    say: Callable[[str], object] = prepare.silent,
) -> Outcome:
    """Check both sides out, race them, decide; whatever happens, nothing is left behind.

    Args:
        repository: of the project.
        sides: what is compared.
        settings: of the project.
        commands: that were typed; they alone are compared then.
        only: a part of the names of benchmarks, to compare these alone.
        seed: of the order within the blocks; a new one by default.
        explain: whether what became slower is profiled.
        observer: makes the observer of a stage from its description.
        say: is told what takes long before the first stage.

    Raises:
        BenchError: one side cannot be checked out, built or asked for its benchmarks.
    """
    began_s = time.monotonic()
    seed = int.from_bytes(os.urandom(3)) if seed is None else seed
    machine = environment.describe(checkout=repository.top)
    with worktrees.checked_out(repository, sides.base, sides.head) as checkouts:
        both = prepare.sides(checkouts, settings, (sides.base_python, sides.head_python), say)
        listing = (
            Listing(
                benchmarks=discover_commands.listed(
                    commands, both, checkouts, settings, repository.top
                )
            )
            if commands
            else discover.find(
                both,
                checkouts,
                settings,
                repository.top,
                renamed=repository.renamed(sides.base.commit, sides.head.commit),
            )
        )
        chosen = [benchmark for benchmark in listing.benchmarks if only in benchmark.name]
        if listing.benchmarks and not chosen:
            names = ", ".join(benchmark.name for benchmark in listing.benchmarks[:12])
            raise BenchError(f"no benchmark has {only!r} in its name; there are {names}")
        plan = GatePlan(
            ends_s=began_s + settings.minutes * 60,
            seed=seed,
            margins={benchmark.name: settings.margin_of(benchmark.name) for benchmark in chosen},
        )
        evidence = stages.race(
            [benchmark for benchmark in chosen if benchmark.raced], plan, observer
        )
        results = [_result(benchmark, evidence, settings) for benchmark in chosen]
        if explain and not evidence.interrupted:
            results = _explained(chosen, results, both, seed)
    return Outcome(
        base=_words(sides.base, sides.base_python),
        head=_words(sides.head, sides.head_python),
        results=tuple(results),
        seconds=time.monotonic() - began_s,
        seed=seed,
        notes=(
            *((sides.note,) if sides.note else ()),
            *listing.notes,
            *notes.on_gate(
                repository, chosen, evidence, asked=sides.head.asked, same=sides.identical
            ),
            *notes.on_submodules(checkouts.lacking),
        ),
        interrupted=evidence.interrupted,
        rows=evidence.rows,
        environment=machine | environment.afterwards(),
        commits=(sides.base.commit, sides.head.commit),
        screen_pairs=evidence.screen_pairs,
    )


def _result(benchmark: Benchmark, evidence: GateEvidence, settings: GateSettings) -> Result:
    """Make the result of one benchmark from the evidence."""
    name = benchmark.name
    plain = Result(name=name, verdict="undecided", margin=settings.margin_of(name))
    if benchmark.failures:
        too_old = benchmark.lent and set(benchmark.failures) == {SIDES[0]}
        return replace(
            plain,
            verdict="base cannot run it" if too_old else "failed",
            notes=notes.on_failures(benchmark.failures),
        )
    if not benchmark.raced:
        gone = benchmark.sides == SIDES[:1]
        lacks = SIDES[1] if gone else SIDES[0]
        note = f"not raced: {lacks} has no benchmark of that name in any of its files"
        return replace(plain, verdict="vanished" if gone else "new", notes=(note,))
    if failures := evidence.failures(name):
        return replace(plain, verdict="failed", notes=notes.on_failures(failures))
    if not evidence.pairs(name) and (wrong := notes.on_errors(name, evidence)):
        return replace(plain, verdict="failed", notes=tuple(wrong))
    unsettled: tuple[None, Part] = None, "screen"
    decided, over = evidence.settled.get(name, unsettled)
    base = evidence.rows.get((name, SIDES[0]))
    calls = _calls(benchmark)
    centre = estimates.centre(estimates.by_launch(run_queue.blocks([base])[0])) if base else None
    return replace(
        plain,
        verdict=decided.verdict if decided else "undecided",
        ratio=evidence.ratio(name, over, confidence=1 - ERROR),
        pairs=evidence.pairs(name),
        screened=over == "screen" and decided is not None,
        more=decided.more if decided else None,
        base_ns=centre.value / calls if centre else None,
        notes=tuple(notes.on_benchmark(benchmark, evidence)),
        costs=_costs(benchmark, evidence),
    )


def _calls(benchmark: Benchmark) -> int:
    """Return the calls of a function, or starts of a command, in a round."""
    return int(benchmark.scenario.params.get("calls", 1))


def _costs(benchmark: Benchmark, evidence: GateEvidence) -> dict[str, Costs]:
    """Return what a start of a command takes on each side; nothing of other benchmarks."""
    if benchmark.scenario.workload != "command":
        return {}
    return {
        row.name: Costs(
            cpu_ns=median(round_.cpu_ns for round_ in row.rounds) / _calls(benchmark),
            peak_bytes=benchmark.peak_bytes.get(row.name),
        )
        for row in evidence.sides(benchmark.name)
        if row.rounds
    }


def _explained(
    chosen: Sequence[Benchmark], results: Sequence[Result], both: Sequence[Side], seed: int
) -> list[Result]:
    """Add to the first few slower results the functions that take more time on head."""
    roots = {side.name: side.root for side in both}
    slower = [result.name for result in results if result.verdict == "slower"][: profile_diff.MOST]
    return [
        replace(result, functions=profile_diff.slower_functions(benchmark, roots, seed))
        if result.name in slower
        else result
        for benchmark, result in zip(chosen, results, strict=True)
    ]


def _interpreter(python: str | None) -> tuple[str, str]:
    """Return what two names of one interpreter share: its folder, which chooses packages, and file.

    Links are followed for each alone: `bin/python` of two environments may be the same file.
    """
    path = Path(shutil.which(python or sys.executable) or python or sys.executable)
    return str(path.parent.resolve()), str(path.resolve())


def _words(revision: Revision, python: str | None) -> str:
    title = f" {revision.title}" if revision.title else ""
    return f"{revision.short}{title}" + (f", {python}" if python else "")
