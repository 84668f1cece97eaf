"""The benchmarks of a project's own tests: those of pytest-benchmark and pytest-codspeed."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench.gate import lent_tests, opened_files, own_code
from waitbench.gate.pytest_session import Command, PytestSession, Trial
from waitbench.gate.tests_listed import Tried, does_other_work, listing
from waitbench.parsing.matching import matcher
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Listing, Side
    from waitbench.gate.settings import GateSettings
    from waitbench.gate.worktrees import Checkouts

NAMES = ("benchmarks", "benchmark", "bench", "benches", "benchmarking", "performance", "perf")
FOLDERS = (*NAMES, *(f"{above}/{name}" for above in ("tests", "test", "testing") for name in NAMES))
"""Where benchmarks are looked for, if the tests that a project runs by default have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's tests in both checkouts.

    Attributes:
        sides: base and head.
        checkouts: where they stand.
        settings: of the project.
        away: the tree of the project's owner, from which nothing may be imported.
    """

    sides: Sequence[Side]
    checkouts: Checkouts
    settings: GateSettings
    away: Path

    def command(self, side: Side, arguments: Sequence[str]) -> Command:
        """Return how the session of a side is started."""
        folders = (side.root / name for name in self.settings.paths)
        return Command(
            side=side,
            top=self.checkouts.workspace / side.name,
            folder=self.checkouts.pytest_side,
            paths=[str(folder.resolve()) for folder in folders if folder.is_dir()],
            arguments=arguments,
            away=self.away,
        )


def listed(
    sides: Sequence[Side],
    checkouts: Checkouts,
    settings: GateSettings,
    away: Path,
    only: str = "",
) -> Listing:
    """List the tests of either side that have something timed, each tried once on both.

    Args:
        sides: base and head.
        checkouts: where they stand.
        settings: of the project.
        away: the tree of the project's owner, from which nothing may be imported.
        only: what the names of those match that are tried, as after `-k`.

    Raises:
        BenchError: there are none, a side cannot collect any, or both sides import one file.
    """
    project = Project(sides=sides, checkouts=checkouts, settings=settings, away=away)
    base, head = sides
    owner, borrower = (base, head) if settings.tests == "base" else (head, base)
    matches = matcher(only)
    with ExitStack() as stack:
        first, arguments = _opened(project, owner, stack)
        if settings.tests != "own":
            lent_tests.lend(owner, borrower, first.collected)
        second = stack.enter_context(PytestSession(project.command(borrower, arguments)))
        sessions = {owner.name: first, borrower.name: second}
        wanted = list(dict.fromkeys([*first.collected.tests, *second.collected.tests]))
        chosen = [node for node in wanted if settings.compares(plain(node)) and matches(node)]
        if wanted and not chosen:
            few = ", ".join(map(plain, wanted[:12]))
            raise BenchError(f"no benchmark fits what was asked for; there are {few} …")
        tried = {
            side.name: _tried(
                project.command(side, arguments),
                sessions[side.name],
                [*chosen, *first.collected.left_out],
            )
            for side in sides
        }
    own_code.refuse_one_module([tried[side.name].outside for side in sides], head)
    left_out = [
        node
        for node in first.collected.left_out
        if settings.compares(plain(node)) and matches(node)
    ]
    names = list(dict.fromkeys([*chosen, *left_out, *tried["head"].collected.broken]))
    return listing(names, tried, lent=settings.tests == "head")


def _opened(
    project: Project, side: Side, stack: ExitStack
) -> tuple[PytestSession, tuple[str, ...]]:
    """Return the session that has benchmarks, and its arguments."""
    given = project.settings.pytest
    asked = [tuple(shlex.split(given))] if given else [(), *_folders(side)]
    refusals = []
    for arguments in asked:
        try:
            session = stack.enter_context(PytestSession(project.command(side, arguments)))
        except BenchError as refusal:
            refusals.append(refusal)
            continue
        if session.collected.tests or session.collected.broken:
            return session, arguments
        stack.pop_all().close()
    if refusals:
        raise refusals[0]
    where = given or "its tests"
    raise BenchError(
        f"{side.name} has no benchmarks: no file of functions bench_…, and nothing in {where} that "
        "takes the fixture `benchmark` or is marked so; name what there is in pyproject.toml: "
        '[tool.waitbench.gate] pytest = "tests/benchmarks" or file = "…"'
    )


def _folders(side: Side) -> list[tuple[str, ...]]:
    """Return what is looked through if the tests that run by default have no benchmark."""
    there = [name for name in FOLDERS if (side.root / name).is_dir()]
    return [(name, "-o", "python_files=test_*.py *_test.py bench*.py *bench.py") for name in there]


def _tried(command: Command, session: PytestSession, nodes: Sequence[str]) -> Tried:
    """Run every test once on one side, whole."""
    collected = session.collected
    trials = {}
    for node in nodes:
        file = node.partition("::")[0]
        if node in collected.tests:
            trials[node] = _attempted(session, node)
        elif file in collected.broken:
            trials[node] = Trial(
                failed=f"{plain(file)} cannot be collected: {collected.broken[file]}"
            )
        elif skipped := collected.left_out.get(node) or collected.left_out.get(file):
            trials[node] = Trial(skipped=skipped)
    modules = session.modules()
    if modules["strays"]:
        name, file = next(iter(modules["strays"].items()))
        raise BenchError(
            f"module {plain(name)} came from {plain(file)} and not from the checkout: it is "
            "installed there by an import hook; install the project otherwise, or name its folder "
            "in `paths`"
        )
    return Tried(
        command=command,
        collected=collected,
        trials=trials,
        loaded=opened_files.of_side(command.side),
        outside=modules["outside"],
    )


def _attempted(session: PytestSession, node: str) -> Trial:
    """Try a test; once more where its first call took longer, as first calls of a process do."""
    trial = session.attempt(node)
    return session.attempt(node) if does_other_work(trial) else trial
