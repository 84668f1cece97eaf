"""The claim that one thread is slower under an interpreter without the GIL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._builds import changes, evidence, listing, minor, states
from waitbench.findings._verdicts import above, decide

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.findings._builds import Change

PLACE = 91
ACROSS = True
CLAIM = "free-threading-cost"
ASKS = "One thread of Python code is slower under an interpreter without the GIL than with it."
SUITES = ("cpu_bound", "cures")
MODELS = ("sync",)
COSTS = 0.95
"""One thread that surely has less than this speed is slower; that surely has more is not."""


def find(summary: Summary) -> Finding:
    """Pair sync without the GIL with sync with it, of the same version, where tasks compute.

    The GIL's state is that after the rounds. It costs where it surely runs at less than 95 % of the
    speed, and does not where it surely runs at more. Supported if it costs in every scenario,
    refuted if in none, conditional if in some. Where the two builds were not optimised alike, the
    conditions say so: then it is their compilers that are compared, too.
    """
    by_build = states(summary)
    pairs = [
        (free, locked)
        for free, state in by_build.items()
        if state.get("gil") is False
        for locked, other in by_build.items()
        if other.get("gil") is True and not other.get("jit") and minor(other) == minor(state)
    ]
    compared = changes(summary, pairs, _computes, MODELS)
    if not compared:
        why = (
            "One thread was not measured with and without the GIL of the same version in a way "
            "that counts"
        )
        return Finding.undecided(CLAIM, why, SUITES, pythons=True)
    slowest = min((change.speed for change in compared), key=lambda speed: speed.value)
    return Finding(
        claim=CLAIM,
        verdict=decide(_costs(change) for change in compared),
        sentence=f"At times the speed with the GIL, {_pair(compared[0])}: {listing(compared)}.",
        brief=f"measured in {formatting.count(len(compared), 'row')}",
        effect=slowest.value,
        effect_of="one thread without the GIL, at worst",
        interval=slowest.interval,
        evidence=evidence(compared),
        conditions=tuple(
            dict.fromkeys(
                _condition(by_build[change.build], by_build[change.before]) for change in compared
            )
        ),
    )


def _computes(scenario: Comparison) -> bool:
    return scenario.computes and not scenario.waits_ns


def _costs(change: Change) -> bool | None:
    above_line = above(change.speed, COSTS)
    return None if above_line is None else not above_line


def _pair(change: Change) -> str:
    return f"{change.build} beside {change.before}"


def _condition(free: object, locked: object) -> str:
    words = {True: "optimised", False: "not optimised", None: "perhaps optimised"}
    kinds = [
        words[state.get("profile_guided")] if isinstance(state, dict) else words[None]
        for state in (free, locked)
    ]
    if kinds[0] == kinds[1]:
        return f"both builds {kinds[0]} by profile"
    return f"without the GIL {kinds[0]}, with it {kinds[1]} by profile"
