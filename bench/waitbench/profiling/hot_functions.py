"""Where a profile's time went, function by function; and which functions grew, side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from waitbench.profiling.classify import COMPUTES, classify, on_cpu
from waitbench.profiling.own_files import OURS
from waitbench.profiling.profile import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.profiling.profile import Profile

HARNESS = f"\x00{OURS}race/"
"""Between two rounds: a sample at the edge of one may have met it."""
MOST = 3
LEAST_SHARE = 0.02
"""Of all that computed; what took less is not hot."""
GROWN_SHARE = 0.02
"""A function whose own time grew by less of a task's whole time is not worth a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotFunction:
    """One function that computes.

    Attributes:
        name: where it is and what it is called: `requests/sessions.py send`.
        self_ns: nanoseconds of CPU of its own for one task, what it calls in C included.
        share: of all computing of the working lanes.
    """

    name: str
    self_ns: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """One function of which a task has more than before.

    Attributes:
        name: as in `HotFunction`.
        before_ns: its own time for one task, on the side that is the measure.
        after_ns: the same on the other side.
        samples: how often the sampler met it on that other side.
    """

    name: str
    before_ns: float
    after_ns: float
    samples: int

    @property
    def grown_ns(self) -> float:
        """The difference of the two times."""
        return self.after_ns - self.before_ns


def hottest(profile: Profile, most: int = MOST) -> list[HotFunction]:
    """Return the functions in which most computing of the working lanes happened."""
    own = _own_ns(profile, computing=True)
    whole_ns = own.total()
    tasks = max(1, profile.tasks * profile.rounds)
    return [
        HotFunction(name=name, self_ns=ns / tasks, share=ns / whole_ns)
        for name, ns in own.most_common(most)
        if ns >= LEAST_SHARE * whole_ns
    ]


def grown(before: Profile, after: Profile, most: int = MOST) -> list[Grown]:
    """Return the functions whose own time for one task grew most from one side to the other.

    Waiting counts, too: a call that blocks now and did not before is what one looks for. Both
    sides were watched in the same way, so what watching costs is in both.

    Args:
        before: the side that is the measure.
        after: the other one.
        most: how many to name.
    """
    own_before, own_after = (_own_ns(side, computing=False) for side in (before, after))
    counts = _samples(after)
    tasks = [max(1, side.tasks * side.rounds) for side in (before, after)]
    growths = [
        Grown(
            name=name,
            before_ns=own_before[name] / tasks[0],
            after_ns=ns / tasks[1],
            samples=counts[name],
        )
        for name, ns in own_after.items()
    ]
    least_ns = GROWN_SHARE * sum(own_after.values()) / tasks[1]
    growths = [growth for growth in growths if growth.grown_ns > least_ns]
    return sorted(growths, key=lambda growth: -growth.grown_ns)[:most]


def _own_ns(profile: Profile, *, computing: bool) -> Counter[str]:
    """Return the sum by function: the CPU of what computes, or the wall of all that is not idle."""
    own: Counter[str] = Counter()
    for lane in profile.working:
        part = on_cpu(lane) if computing else 1.0
        for stack, ns in lane.stacks.items():
            doing = classify(stack)
            if any(HARNESS in identifier for identifier in stack[-2:]):
                continue
            if doing in COMPUTES or (not computing and doing != "idle"):
                own[function_name(stack)] += round(ns * part)
    return own


def _samples(profile: Profile) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for lane in profile.working:
        for stack in lane.stacks:
            counts[function_name(stack)] += 1
    return counts


def function_name(stack: tuple[str, ...]) -> str:
    """Return the name of the innermost function in Python, and of what it called in C."""
    frames = [Frame.of(identifier) for identifier in stack]
    leaf = frames[-1]
    outer = next((frame for frame in reversed(frames) if not frame.built_in), leaf)
    called = f", in {leaf.function}" if leaf.built_in and leaf is not outer else ""
    return f"{_short(outer.file)} {outer.function}{called}"


def _short(file: str) -> str:
    """Return the end of a path that tells it: all behind site-packages, or the last two parts."""
    _, installed, inside = file.rpartition("site-packages/")
    parts = PurePosixPath(file).parts[-2:]
    # A module of the standard library lies in `lib/python3.11`, which tells nothing.
    return inside if installed else "/".join(parts[parts[0].startswith("python") :])
