"""The benchmarks of a project's own tests: those of pytest-benchmark and pytest-codspeed."""

from __future__ import annotations

import shlex
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate import lent_tests, own_code
from waitbench.gate.benchmark import SUITE, Benchmark, Listing
from waitbench.gate.pytest_session import Command, PytestSession, Trial
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
BETWEEN_S = 0.05
"""Setting up and tearing down between the calls of a round should take no longer."""
MOST_SET_UP = 2_000
"""Calls in a round, where each is set up."""
FOLDERS = ("benchmarks", "benchmark", "bench", "tests/benchmarks", "tests/benchmark", "tests/bench")
"""Where benchmarks are looked for, if the tests that a project runs by default have none."""
FAR, FAR_S = 2.0, 50e-6
"""A first call that does other work takes so many times as long as the rest, and so much longer."""
MOST_NAMED = 6
"""Of more tests that are left out, the rest is counted."""


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
            folder=self.checkouts.pytest_side,
            paths=[str(folder.resolve()) for folder in folders if folder.is_dir()],
            arguments=arguments,
            away=self.away,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What one side's session showed.

    Attributes:
        command: how it is started.
        trials: of its tests, by id.
        broken: why a file could not be collected.
        quieted: plugins that are switched off.
        loaded: files of the checkout that were read.
        outside: modules from outside the checkout.
    """

    command: Command
    trials: Mapping[str, Trial]
    broken: Mapping[str, str]
    quieted: Sequence[str]
    loaded: frozenset[str]
    outside: Mapping[str, str]


def listed(
    sides: Sequence[Side], checkouts: Checkouts, settings: GateSettings, away: Path
) -> Listing:
    """List the tests of either side that have something timed, each tried once on both.

    Raises:
        BenchError: there are none, a side cannot collect any, or both sides import one file.
    """
    project = Project(sides=sides, checkouts=checkouts, settings=settings, away=away)
    base, head = sides
    owner, borrower = (base, head) if settings.tests == "base" else (head, base)
    with ExitStack() as stack:
        first, arguments = _opened(project, owner, stack)
        if settings.tests != "own":
            lent_tests.lend(owner.root, borrower.root, first.collected)
        second = stack.enter_context(PytestSession(project.command(borrower, arguments)))
        sessions = {owner.name: first, borrower.name: second}
        wanted = list(dict.fromkeys([*first.collected.tests, *second.collected.tests]))
        chosen = [node for node in wanted if settings.compares(plain(node))]
        tried = {
            side.name: _tried(
                project.command(side, arguments),
                sessions[side.name],
                [*chosen, *first.collected.left_out],
            )
            for side in sides
        }
    own_code.refuse_one_module([tried[side.name].outside for side in sides], head)
    left_out = [node for node in first.collected.left_out if settings.compares(plain(node))]
    names = list(dict.fromkeys([*chosen, *left_out, *tried["head"].broken]))
    return _listing(names, tried, lent=settings.tests == "head")


def _opened(
    project: Project, side: Side, stack: ExitStack
) -> tuple[PytestSession, tuple[str, ...]]:
    """Return the session that has benchmarks, and its arguments."""
    given = project.settings.pytest
    asked = [tuple(shlex.split(given))] if given else [(), *_folders(side)]
    for arguments in asked:
        session = stack.enter_context(PytestSession(project.command(side, arguments)))
        if session.collected.tests or session.collected.broken:
            return session, arguments
        stack.pop_all().close()
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


def _tried(command: Command, session: PytestSession, nodes: Sequence[str]) -> _Tried:
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
    read = session.loaded()
    if read["strays"]:
        name, file = next(iter(read["strays"].items()))
        raise BenchError(
            f"module {plain(name)} came from {plain(file)} and not from the checkout: it is "
            "installed there by an import hook; install the project otherwise, or name its folder "
            "in `paths`"
        )
    return _Tried(
        command=command,
        trials=trials,
        broken=collected.broken,
        quieted=collected.quieted,
        loaded=frozenset(read["loaded"]),
        outside=read["outside"],
    )


def _attempted(session: PytestSession, node: str) -> Trial:
    """Try a test; once more where its first call took longer, as first calls of a process do."""
    trial = session.attempt(node)
    return session.attempt(node) if _other_work(trial) else trial


def _other_work(trial: Trial) -> bool:
    """Whether the first call did other work than the rest: it used its arguments up, perhaps."""
    if trial.seconds is None or trial.fresh:
        return False
    return trial.first_s > FAR * trial.seconds and trial.first_s - trial.seconds > FAR_S


def _listing(names: Sequence[str], tried: Mapping[str, _Tried], *, lent: bool) -> Listing:
    benchmarks, skips = [], dict[str, list[str]]()
    for name in names:
        trials = {side: tried[side].trials[name] for side in SIDES if name in tried[side].trials}
        if name in tried["head"].broken:
            trials = {"head": Trial(failed=f"it cannot be collected: {tried['head'].broken[name]}")}
        skipped = [side for side, trial in trials.items() if trial.skipped]
        if "head" in skipped or len(skipped) == len(trials):
            skips.setdefault(str(trials[skipped[-1]].skipped), []).append(name)
        else:
            benchmarks.append(_benchmark(name, trials, tried, lent=lent))
    quieted = sorted({plugin for each in tried.values() for plugin in each.quieted})
    notes = [*_left_out(skips), *([_quieted(quieted)] if quieted else [])]
    return Listing(benchmarks=benchmarks, notes=tuple(notes))


def _benchmark(
    node: str, trials: Mapping[str, Trial], tried: Mapping[str, _Tried], *, lent: bool
) -> Benchmark:
    name = plain(node)
    scenario = Scenario(
        suite=SUITE,
        label=name,
        workload="own",
        params={"node": node, "calls": str(_calls(list(trials.values())))},
        tasks=1,
        concurrency=1,
        precision=0.0,  # never tight enough: every pair of processes is raced
        baseline=SIDES[0],
    )
    sides = SIDES if lent and "head" in trials else tuple(trials)
    contestants = tuple(_contestant(node, tried[side].command) for side in sides)
    failures = {
        side: str(trial.failed or trial.skipped)
        for side, trial in trials.items()
        if trial.failed or trial.skipped
    }
    if len(trials) < len(sides):
        failures.setdefault("base", "it has no test of that name, not even with head's files")
    return Benchmark(
        name=name,
        scenario=scenario,
        contestants=contestants,
        failures=failures,
        lent=lent,
        first_calls=[
            (trial.first_s, trial.seconds)
            for trial in trials.values()
            if trial.seconds and _other_work(trial)
        ],
    )


def _contestant(node: str, command: Command) -> Contestant:
    side = command.side
    return Contestant(
        name=side.name,
        model="sync",
        python=side.python,
        program=command.program,
        loads=node,
        params={"root": str(side.root), "away": str(command.away)},
    )


def _calls(trials: Sequence[Trial]) -> int:
    """Return how many calls a round has, on both sides alike."""
    seconds = [trial.seconds for trial in trials if trial.seconds]
    if not seconds:
        return 1
    calls = ROUND_S / min(seconds)
    if any(trial.fresh for trial in trials):
        between_s = max(trial.between_s for trial in trials)
        calls = min(calls, MOST_SET_UP, BETWEEN_S / between_s if between_s else calls)
    return max(1, round(calls))


def _left_out(skips: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what was not raced on purpose of the project, by reason."""
    sentences = []
    for reason, names in skips.items():
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        few = ", ".join(map(plain, names[:MOST_NAMED]))
        many = formatting.count(len(names), "benchmark")
        sentences.append(f"{many} left out ({plain(reason)}): {few}{more}")
    return sentences


def _quieted(plugins: Sequence[str]) -> str:
    return f"switched off while benchmarks run, for they would be measured: {', '.join(plugins)}"
