"""Base against head, from two revisions to an outcome."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waitbench.gate import (
    discover,
    discover_commands,
    interpreters,
    notes,
    other_figures,
    prepare,
    same_code,
    second_instrument,
    stages,
    verdicts,
    worktrees,
)
from waitbench.gate.benchmark import Listing
from waitbench.gate.evidence import GateEvidence
from waitbench.gate.outcome import Outcome
from waitbench.gate.racing import GatePlan
from waitbench.machines import identity
from waitbench.parsing.matching import matcher
from waitbench.scenario import BenchError
from waitbench.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from waitbench.gate.commands import Command
    from waitbench.gate.repository import Repository, Revision
    from waitbench.gate.settings import GateSettings
    from waitbench.race.events import Observer


APART = 10_000
"""Seeds of two parts of a gate lie so far apart: each part has orders of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared.

    Attributes:
        base: revision of the one side.
        head: of the other.
        note: what people must know of the choice of the two.
        base_python: interpreter of base; None for the one that runs the gate.
        head_python: interpreter of head.
        python: of both, where neither is named, nor made by the project's `environment`.
    """

    base: Revision
    head: Revision
    note: str = ""
    base_python: str | None = None
    head_python: str | None = None
    python: str | None = None

    @property
    def identical(self) -> bool:
        """Whether nothing differs at all."""
        return self.base.commit == self.head.commit and interpreters.place(
            self.base_python
        ) == interpreters.place(self.head_python)


def compare(  # noqa: PLR0913 - what a gate is made of, put together in one place
    repository: Repository,
    sides: Sides,
    settings: GateSettings,
    *,
    commands: Sequence[Command] = (),
    changed: bool = False,
    only: str = "",
    seed: int | None = None,
    explain: bool = True,
    part: tuple[int, int] | None = None,
    before: Callable[[], object] = lambda: None,
    observer: Callable[[str], Observer],
    say: Callable[[str], object] = prepare.silent,
) -> Outcome:
    """Check both sides out, race them, decide; whatever happens, nothing is left behind.

    Args:
        repository: of the project.
        sides: what is compared.
        settings: of the project.
        commands: that were typed; they alone are compared then.
        changed: whether only benchmarks are raced that read what differs.
        only: what the names of benchmarks match, as after `-k`, to compare these alone.
        seed: of the order within the blocks; a new one by default.
        explain: whether what became slower is profiled.
        part: its number and how many there are, where several machines share a gate.
        before: called when all is prepared, before the first round.
        observer: makes the observer of a stage from its description.
        say: is told what takes long before the first pair, then verdicts as they come.

    Raises:
        BenchError: one side cannot be checked out, built or asked for its benchmarks.
    """
    began_s = time.monotonic()
    seed = int.from_bytes(os.urandom(3)) if seed is None else seed
    machine = environment.describe(checkout=repository.top)
    with worktrees.checked_out(repository, sides.base, sides.head) as checkouts:
        pythons = sides.base_python, sides.head_python
        both = prepare.sides(checkouts, settings, pythons, sides.python, say)
        if changed:
            both = [
                replace(side, opened=checkouts.workspace / f"opened-{side.name}") for side in both
            ]
        say("looking for benchmarks on both sides")
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
                only=only,
            )
        )
        machine |= interpreters.facts(both)
        wanted = matcher(only)
        chosen = [benchmark for benchmark in listing.benchmarks if wanted(benchmark.name)]
        if listing.benchmarks and not chosen:
            names = ", ".join(benchmark.name for benchmark in listing.benchmarks[:12])
            raise BenchError(f"no benchmark matches {only!r}; there are {names}")
        number, parts = part or (0, 1)
        ends_s = began_s + settings.minutes * 60 / parts
        plan = GatePlan(
            ends_s=ends_s,
            seed=seed + number * APART,
            margins={benchmark.name: settings.margin_of(benchmark.name) for benchmark in chosen},
        )
        same, same_notes = frozenset[str](), list[str]()
        if changed:
            same, same_notes = same_code.unchanged(chosen, repository, sides)
        raced = [each for each in chosen if each.raced and each.name not in same]
        instruments = second_instrument.choose(raced, settings, part=bool(part))
        race_ends_s = ends_s - other_figures.kept_s(settings)
        plan = replace(
            plan,
            ends_s=race_ends_s - instruments.kept_s(settings.minutes * 60),
            common_pairs=other_figures.common_pairs(settings),
        )
        if raced:
            before()
        if not instruments.clock:
            evidence = GateEvidence()
        elif part:
            evidence = stages.race_part(raced, plan, observer, parts)
        else:
            evidence = stages.race(raced, plan, observer, say)
        judged = [
            verdicts.result(
                benchmark,
                evidence,
                settings,
                repository.project,
                same_code=benchmark.name in same,
            )
            for benchmark in chosen
        ]
        counted = second_instrument.Counted(results=judged, notes=instruments.notes)
        if instruments.counter and not evidence.interrupted:
            counted = second_instrument.counted(
                judged, raced, instruments, settings, ends_s=race_ends_s, seed=plan.seed, say=say
            )
            judged = [*counted.results]
        if (settings.cpu or settings.memory) and not part and not evidence.interrupted:
            judged = other_figures.applied(
                judged, raced, evidence, settings, ends_s=ends_s, say=say
            )
        if explain and not part and not evidence.interrupted:
            judged = verdicts.explained(chosen, judged, both, seed)
    return Outcome(
        base=words(sides.base, sides.base_python),
        head=words(sides.head, sides.head_python),
        results=tuple(judged),
        seconds=time.monotonic() - began_s,
        seed=seed,
        notes=(
            *((sides.note,) if sides.note else ()),
            *listing.notes,
            *notes.on_gate(
                repository,
                chosen,
                evidence,
                asked=sides.head.asked,
                same=sides.identical,
                unraced=same if instruments.clock and not part else frozenset(plan.margins),
            ),
            *counted.notes,
            *notes.on_submodules(checkouts.lacking),
            *same_notes,
        ),
        interrupted=evidence.interrupted or counted.interrupted,
        rows=evidence.rows,
        environment=machine | environment.afterwards(),
        commits=(sides.base.commit, sides.head.commit),
        counting=counted.method,
        part=part,
        machine=identity.anonymous(seed) if part else "",
        options={
            "commits": [sides.base.commit, sides.head.commit],
            "pythons": [sides.base_python, sides.head_python],
            "minutes": settings.minutes,
            "margins": dict(plan.margins),
            "changed": changed,
        },
    )


def words(revision: Revision, python: str | None) -> str:
    """Return a side in words: its commit and, where one was named, its interpreter."""
    title = f" {revision.title}" if revision.title else ""
    return f"{revision.short}{title}" + (f", {python}" if python else "")
