"""The claim that switching between coroutines slows CPU-bound work down, and from which grain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.findings import ClaimVerdict, Finding
from waitbench.findings._curve import Point, crossing, monotone
from waitbench.findings._gains import longer, sound
from waitbench.findings._step_costs import rounded, step_costs
from waitbench.findings._verdicts import LIMIT, ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.findings._curve import Crossing

PLACE = 32
CLAIM = "switching-overhead"
ASKS = "Switching between coroutines slows CPU-bound work down."
SUITES = ("switching",)
THRESHOLDS = (0.01, 0.05, 0.50)
NOTICEABLE = 0.05
"""An overhead surely above this is one."""
NONE = LIMIT - 1
"""Where anything above this is ruled out, there is none to speak of."""
UNCUT, SLICED, SWITCHING = "uncut", "sliced", "switching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """One scenario: the same computing in one piece and in slices.

    Attributes:
        scenario: its name.
        overhead: of a switch after each slice, over the grain in nanoseconds of computing.
        slicing: overhead of the slices alone, without a switch; None where it is not known.
    """

    scenario: str
    overhead: Point
    slicing: float | None


def find(summary: Summary) -> Finding:
    """Find the grain at which the overhead of switching passes 1, 5 and 50 %.

    The same computing runs in one piece, and in slices of five sizes with `asyncio.sleep(0)` after
    each, among ten tasks on one loop. The overhead is the wall of the second against the first,
    paired within blocks; the grain is what a slice takes in the uncut run. Between two grains the
    overhead is read off a straight line in logarithms; its interval runs from where the lower ends
    of the overheads pass the threshold to where the upper ends do, both made to fall with the
    grain. Supported where even the coarsest grain surely has more than 5 %; conditional where the
    finest has, and at the coarsest anything above 10 % is ruled out; refuted where that is so at
    the finest already.
    """
    measured = grains(summary)
    if len(measured) < 2:  # noqa: PLR2004  a line has two ends
        why = (
            "Computing in one piece and in slices of several sizes was not raced in a way that "
            "counts"
        )
        return Finding.undecided(CLAIM, why, SUITES)
    curve = monotone([grain.overhead for grain in measured])
    passed = {limit: crossing(curve, limit) for limit in THRESHOLDS}
    verdict, at = _decide(curve), passed[NOTICEABLE]
    costs, rows = step_costs(summary, SUITES)
    sentences = [_sentence(measured, curve, passed), costs]
    if verdict == "undecided":
        sentences.append(f"That is too unsure to call: {longer(summary, *SUITES)} would narrow it.")
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(filter(None, sentences)),
        brief=_brief(curve, at),
        effect=at.value,
        effect_of=f"computing between switches at which they cost {formatting.percent(NOTICEABLE)}",
        interval=ends(at.low, at.high),
        unit="ns",
        evidence=(*(f"{grain.scenario}/{SWITCHING}" for grain in measured), *rows),
        conditions=tuple(
            f"{formatting.percent(limit)} overhead {_place(curve, where)}"
            for limit, where in passed.items()
        ),
    )


def grains(summary: Summary) -> list[Grain]:
    """Return the overhead of switching at each grain that was raced, the finest first."""
    grains = (_grain(summary, scenario) for scenario in summary.scenarios)
    return sorted(filter(None, grains), key=lambda grain: grain.overhead.at)


def _grain(summary: Summary, scenario: Comparison) -> Grain | None:
    if scenario.suite not in SUITES or scenario.workload != "grains":
        return None
    uncut, switching = sound(scenario, UNCUT), sound(scenario, SWITCHING)
    if not (uncut and uncut.wall and switching):
        return None
    methods = summary.methods
    # The uncut arm as many times as fast as the switching one is 1 + overhead.
    more = compare(uncut, switching, confidence=methods.confidence)
    if more is None or more.interval is None:
        return None
    low, high = more.interval
    steps = int(scenario.params["steps"]) * scenario.tasks
    sliced = sound(scenario, SLICED)
    slices = compare(uncut, sliced, confidence=methods.confidence) if sliced else None
    return Grain(
        scenario=scenario.name,
        overhead=Point(
            at=int(scenario.params["grain"]) * uncut.wall.value / steps,
            low=low - 1,
            value=more.value - 1,
            high=high - 1,
        ),
        slicing=slices.value - 1 if slices else None,
    )


def _decide(curve: Sequence[Point]) -> ClaimVerdict:
    finest, coarsest = curve[0], curve[-1]
    if coarsest.low > NOTICEABLE:
        return "supported"
    if finest.low > NOTICEABLE:
        return "conditional" if coarsest.high < NONE else "undecided"
    return "refuted" if finest.high < NONE else "undecided"


def _sentence(
    grains: Sequence[Grain], curve: Sequence[Point], passed: dict[float, Crossing]
) -> str:
    finest, coarsest = grains[0], grains[-1]
    parts = [
        f"passes {formatting.percent(limit)} {_place(curve, where)}"
        for limit, where in passed.items()
    ]
    slicing = (
        f" (the slices alone, without a switch: {formatting.percent(finest.slicing)})"
        if finest.slicing is not None
        else ""
    )
    return (
        f"Computing that lets other coroutines run after every "
        f"{rounded(finest.overhead.at)} took {formatting.times(1 + finest.overhead.value)} "
        f"times as long as in one piece{slicing}, and "
        f"{formatting.times(1 + coarsest.overhead.value)} "
        f"times after every {rounded(coarsest.overhead.at)}. The overhead "
        f"{formatting.listing(parts)}. {_were_it_even(grains[0].overhead)}"
    )


def _were_it_even(finest: Point) -> str:
    """Return where the thresholds lie by the finest grain alone, which noise touches least."""
    each = finest.at * finest.value
    if each < 1:
        return "No cost of a slice shows."
    places = formatting.listing([rounded(each / limit) for limit in THRESHOLDS])
    shares = formatting.listing([formatting.percent(limit) for limit in THRESHOLDS])
    return f"The finest slices cost {rounded(each)} each; if all do, {shares} lie at {places}."


def _place(curve: Sequence[Point], at: Crossing) -> str:
    """Return where a crossing lies, and how sure that is: at 26 µs [24 µs, 29 µs]; above 1 ms."""
    finest, coarsest = (rounded(point.at) for point in (curve[0], curve[-1]))
    low = rounded(at.low) if at.low is not None else f"below {finest}"
    high = rounded(at.high) if at.high is not None else f"above {coarsest}"
    if at.value is not None:
        return f"at {rounded(at.value)} [{low}, {high}]"
    if at.side == "coarser":
        return f"above {coarsest}" + (f" (surely above {low})" if at.low is not None else "")
    return f"below {finest}" + (f" (surely below {high})" if at.high is not None else "")


def _brief(curve: Sequence[Point], at: Crossing) -> str:
    """Return what switching costs at either end, or where it passes what can be noticed."""
    if at.value is not None:
        costs = [f"{formatting.percent(end.value)} every {rounded(end.at)}" for end in curve]
        return f"switching costs {costs[0]} and {costs[-1]}"
    passes = f"passes {formatting.percent(NOTICEABLE)} {_place(curve, at)}"
    return f"the overhead of switching {passes} of computing between switches"
