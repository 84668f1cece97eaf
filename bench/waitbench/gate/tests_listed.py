"""What the sessions of both sides showed in, what there is to compare out."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate.benchmark import SUITE, Benchmark, Listing
from waitbench.gate.pytest_session import Collected, Command, Trial
from waitbench.gate.worktrees import SIDES
from waitbench.results.foreign_text import plain
from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROUND_S = 0.008
"""A round of a function should take so long: short rounds lie closer together."""
BETWEEN_S = 0.05
"""Setting up and tearing down between the calls of a round should take no longer."""
MOST_SET_UP = 2_000
"""Calls in a round, where each is set up."""
FAR, FAR_S = 2.0, 50e-6
"""A first call that does other work takes so many times as long as the rest, and so much longer."""
MOST_NAMED = 6
"""Of more tests that are left out, the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one side's session showed.

    Attributes:
        command: how it is started.
        collected: what there is.
        trials: of its tests, by id.
        loaded: files of the checkout that were read.
        outside: modules from outside the checkout.
    """

    command: Command
    collected: Collected
    trials: Mapping[str, Trial]
    loaded: frozenset[str]
    outside: Mapping[str, str]


def listing(names: Sequence[str], tried: Mapping[str, Tried], *, lent: bool) -> Listing:
    """Return what both sides can race, what a side cannot, and what is left out, with its reason.

    Args:
        names: ids of tests, and of files that cannot be collected.
        tried: what the sessions of base and head showed.
        lent: whether base runs head's tests.
    """
    benchmarks, skips = [], dict[str, list[str]]()
    for name in names:
        trials = {side: tried[side].trials[name] for side in SIDES if name in tried[side].trials}
        trials |= {
            side: Trial(failed=f"it cannot be collected: {tried[side].collected.broken[name]}")
            for side in SIDES
            if name in tried[side].collected.broken
        }
        skipped = [side for side, trial in trials.items() if trial.skipped]
        if "head" in skipped or len(skipped) == len(trials):
            skips.setdefault(str(trials[skipped[-1]].skipped), []).append(name)
        else:
            benchmarks.append(_benchmark(name, trials, tried, lent=lent))
    quieted = sorted({plugin for each in tried.values() for plugin in each.collected.quieted})
    notes = [*_left_out(skips), *_first_calls(tried), *([_quieted(quieted)] if quieted else [])]
    return Listing(benchmarks=benchmarks, notes=tuple(notes))


def _benchmark(
    node: str, trials: Mapping[str, Trial], tried: Mapping[str, Tried], *, lent: bool
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
    heads = node in tried["head"].collected.tests
    sides = SIDES if lent and heads else tuple(trials)
    contestants = tuple(_contestant(node, tried[side].command) for side in sides)
    failures = {
        side: str(trial.failed or trial.skipped)
        for side, trial in trials.items()
        if trial.failed or trial.skipped
    }
    if len(trials) < len(sides):
        failures.setdefault("base", "it has no test of that name, not even with head's files")
    places = [each.collected.tests[node] for each in tried.values() if node in each.collected.tests]
    return Benchmark(
        name=name,
        scenario=scenario,
        contestants=contestants,
        failures=failures,
        loaded={side: tried[side].loaded for side in trials},
        file=_file(node, tried[sides[-1]]),
        line=places[-1]["line"] if places else 1,
        lent=lent,
        rewritten=len({place["source"] for place in places}) > 1,
    )


def _file(node: str, side: Tried) -> str:
    """Return the file of a test, from the project's folder."""
    place = Path(side.collected.rootdir, node.partition("::")[0])
    return os.path.relpath(place, side.command.side.root)


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
    return [
        f"{formatting.count(len(names), 'benchmark')} left out ({plain(reason)}): {_few(names)}"
        for reason, names in skips.items()
    ]


def _first_calls(tried: Mapping[str, Tried]) -> list[str]:
    """Return of which benchmarks the first call does other work than those that are compared."""
    factors: dict[str, float] = {}
    for each in tried.values():
        for name, trial in each.trials.items():
            if does_other_work(trial) and trial.seconds:
                factors[name] = max(factors.get(name, 0.0), trial.first_s / trial.seconds)
    if not factors:
        return []
    names = sorted(factors, key=lambda name: -factors[name])
    sentence = (
        f"the first call does other work than the rest, and the rest is what is compared (first: "
        f"{factors[names[0]]:.0f} times as long): {_few(names)}; where a call uses its arguments "
        "up or remembers, benchmark.pedantic(…, setup=…) gives each one fresh ones"
    )
    return [sentence]


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(plain, names[:MOST_NAMED])) + more


def _quieted(plugins: Sequence[str]) -> str:
    return f"switched off while benchmarks run, for they would be measured: {', '.join(plugins)}"


def does_other_work(trial: Trial) -> bool:
    """Whether the first call did other work than the rest: it used its arguments up, perhaps."""
    if trial.seconds is None or trial.fresh:
        return False
    return trial.first_s > FAR * trial.seconds and trial.first_s - trial.seconds > FAR_S
