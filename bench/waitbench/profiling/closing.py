"""The last screen of a profile: where each model's time went, what watching cost, what is next."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.presentation import last_screen
from waitbench.presentation.last_screen import NEXT, SAVED, SURE, Line
from waitbench.profiling import sentences
from waitbench.profiling.classify import shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.profiling.profile import Profile

MOST = 3
"""So many scenarios have a line, then a count."""


def lines(
    profiles: Sequence[Profile], *, facts: Mapping[str, Any], written: str, following: str
) -> list[Line]:
    """Return the answer of a profile, a line for each thing that a reader asks.

    Args:
        profiles: of all contestants.
        facts: of the machine, as a record's `environment` has them; empty if it was another one.
        written: what was written, and where; empty if nothing.
        following: what to type next, with about how long it takes.
    """
    answers = [
        Line(word=name, text=where_time_went(group)) for name, group in _scenarios(profiles)[:MOST]
    ]
    if (left := len(_scenarios(profiles)) - MOST) > 0:
        answers.append(
            Line(word="More", text=f"{formatting.count(left, 'scenario')}, in the tables above")
        )
    return [
        *answers,
        Line(word=SURE, text=sentences.overheads(each for each in profiles if each.working)),
        *([last_screen.machine(facts)] if facts else []),
        Line(word=SAVED, text=written, whole=True),
        Line(word=NEXT, text=following),
    ]


def brief(profiles: Sequence[Profile]) -> str:
    """Return the answer in a line."""
    return "; ".join(f"{name}: {where_time_went(group)}" for name, group in _scenarios(profiles))


def where_time_went(profiles: Iterable[Profile]) -> str:
    """Return what took most of each model's time: sync 98 % waiting, processes 60 % workload."""
    return ", ".join(f"{profile.model} {_most(profile)}" for profile in profiles)


def _most(profile: Profile) -> str:
    if profile.failure:
        return "failed"
    if not profile.working:
        return "not seen"
    kind, share = max(shares(profile.working).items(), key=lambda part: part[1])
    return f"{formatting.percent(share)} {kind}"


def _scenarios(profiles: Sequence[Profile]) -> list[tuple[str, list[Profile]]]:
    """Return the profiles of each scenario by its name, with the suite's where two have it."""
    grouped = groupby(profiles, key=lambda profile: (profile.suite, profile.scenario))
    scenarios = [(suite, name, list(group)) for (suite, name), group in grouped]
    names = Counter(name for _, name, _ in scenarios)
    return [
        (f"{suite}: {name}" if names[name] > 1 else name, group) for suite, name, group in scenarios
    ]
