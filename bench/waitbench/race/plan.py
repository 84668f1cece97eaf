"""What a race is told: the lineup and the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.scenario import Contestant, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from waitbench.race.record import RaceRecord

    Steering = Callable[[RaceRecord], Mapping[tuple[str, str], float]]
    """Asked before each launch, with all that was measured: seconds of rounds, opening and warming
    up left out, of each scenario raced in it, by its key; none ends the race."""

Lineup = list[tuple[Scenario, list[Contestant]]]
"""Which scenarios are raced in which order, and by whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run is raced.

    Attributes:
        launches: how often everything is started afresh.
        budget_s: seconds for the whole run, start-up and warm-up included; aimed at, not enforced.
        seed: of the order within the blocks and of the injected latencies.
        timeout_s: longest that one round may take.
        once: one round each without warm-up, to see that all works; nothing is learnt about time.
        thorough: whether scenarios that ask for a number of launches of their own have that.
        rounds_s: by scenario's key, seconds of rounds in each launch, opening and warming up left
            out, where the budget is not to be shared out; no launch is then begun long after its
            end.
        user_code: whether tasks are a user's own functions. Their memory settles only after some
            calls of each worker, threads of their libraries look for work for a while after a
            round, and all are compared with one that may be many times slower: warm-ups are longer,
            a round begins when the others are at rest, and everybody runs in every block.
        most_tasks: that may be run in all, warm-ups included, in even parts by launches; None for
            any number.
        part: (2, 4) runs the second of each four launches alone, as one of several machines that
            share a run out; launches and budget are those of the whole run. None runs all of it.
    """

    launches: int = 3
    budget_s: float = 75.0
    seed: int = 0
    timeout_s: float = 60.0
    once: bool = False
    thorough: bool = False
    rounds_s: Mapping[tuple[str, str], float] = field(default_factory=dict)
    user_code: bool = False
    most_tasks: int | None = None
    part: tuple[int, int] | None = None


def launches(lineup: Lineup, settings: Settings) -> list[Lineup]:
    """Return the scenarios of each launch: all of them at first, then those that want more."""

    def wanted(scenario: Scenario) -> int:
        return (settings.thorough and scenario.launches) or settings.launches

    most = max((wanted(scenario) for scenario, _ in lineup), default=settings.launches)
    return [
        [(scenario, contestants) for scenario, contestants in lineup if launch < wanted(scenario)]
        for launch in range(most)
    ]


def own_launches(lineup: Lineup, settings: Settings) -> dict[int, Lineup]:
    """Return the launches that are run here by their numbers: all, or those of one part."""
    number, parts = settings.part or (1, 1)
    plan = dict(enumerate(launches(lineup, settings)))
    return {launch: lineup for launch, lineup in plan.items() if launch % parts == number - 1}


def own_budget_s(lineup: Lineup, settings: Settings) -> float:
    """Return the seconds of the budget that fall to the launches that are run here."""
    whole = launches(lineup, settings)
    return settings.budget_s * len(own_launches(lineup, settings)) / max(1, len(whole))
