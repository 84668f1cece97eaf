"""Figures beside the clock in, a verdict on each out; and what is to be believed where they differ.

Instructions see what the clock does not: work below its noise. They are blind to all that takes
time without taking instructions: waiting, memory, the cache, the kernel, other processes. Hence

- slower or faster by the clock stands, whatever the instructions say;
- same by the clock stands where the instructions differ by more than what the clock rules out;
- else, where the clock says *same* or *undecided*, more or fewer instructions beyond their own,
  narrower margin decide: slower or faster, by instructions;
- the same number of instructions decides nothing that the clock leaves open.

Figures have the part `FIGURES_ERROR` of a gate's error for themselves, and the clock the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import TYPE_CHECKING, Literal

from waitbench.gate import decision
from waitbench.stats import estimates
from waitbench.stats.estimates import Spread, half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.gate.decision import GateVerdict
    from waitbench.stats.estimates import Estimate

Instrument = Literal["both", "wall", "instructions"]
INSTRUMENTS: tuple[Instrument, ...] = ("both", "wall", "instructions")
FEWEST = 3
"""Pairs below which a figure says nothing."""
LAYOUT = 0.0003
"""Counts of the same code in two checkouts may lie so far apart, as a share, though each comes out
the same every time: where a process puts its objects decides a little of what it executes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a benchmark beside its time, and what it says.

    Attributes:
        verdict: slower where head takes surely more of it, and by more than the margin.
        margin: within which two sides are the same, as a share.
        ratio: times less of it that head takes than base.
        base: what base takes, in the figure's unit.
        pairs: of processes that it is inferred over.
    """

    verdict: GateVerdict
    margin: float
    ratio: Estimate
    base: float
    pairs: int

    @property
    def change(self) -> tuple[float, float, float]:
        """By what share head takes more than base, with the ends of its interval."""
        low, high = self.ratio.low, self.ratio.high
        assert low is not None
        assert high is not None
        return 1 / self.ratio.value - 1, 1 / high - 1, 1 / low - 1

    @property
    def head(self) -> float:
        """What head takes."""
        return self.base / self.ratio.value


def ratio(pairs: Sequence[tuple[float, float]], *, floor: float = 0.0) -> Estimate | None:
    """Return how many times less head takes than base, over pairs of processes.

    Args:
        pairs: what base and head took.
        floor: share by which a figure may differ between sides though it never does within one.

    Returns:
        None where there are too few pairs, or nothing was taken.
    """
    base = {(number, 0): [pair[0]] for number, pair in enumerate(pairs)}
    head = {(number, 0): [pair[1]] for number, pair in enumerate(pairs)}
    confidence = 1 - decision.ERROR
    plain = estimates.paired_ratio(base, head, confidence=confidence)
    if plain is None or plain.count < FEWEST or not plain.spreads:
        return None
    first = plain.spreads[0]
    spread = Spread(error=max(first.error, floor / sqrt(plain.count)), freedom=first.freedom)
    grown = exp(half_width((spread,), confidence))
    return replace(plain, spreads=(spread,), low=plain.value / grown, high=plain.value * grown)


def judged(
    pairs: Mapping[str, Sequence[tuple[float, float]]],
    margins: Mapping[str, float],
    *,
    error: float,
    floor: float = 0.0,
) -> dict[str, Figure]:
    """Return what one figure says of each benchmark that has it; all at one look.

    Args:
        pairs: by benchmark, what base and head took in each pair of processes.
        margins: of the figure, by benchmark.
        error: how often any of them may be called more or less that is not.
        floor: as in `ratio`.
    """
    ratios = {name: ratio(taken, floor=floor) for name, taken in pairs.items()}
    known = {name: each for name, each in ratios.items() if each is not None}
    look = decision.Look(error=error, same_error=decision.SAME_ERROR)
    decided = decision.decide(list(known.values()), [margins[name] for name in known], look)
    return {
        name: Figure(
            verdict=said.verdict,
            margin=margins[name],
            ratio=each,
            base=sum(base for base, _ in pairs[name]) / len(pairs[name]),
            pairs=each.count,
        )
        for (name, each), said in zip(known.items(), decided, strict=True)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What clock and instructions come to.

    Attributes:
        verdict: of the two.
        whom: which of them it is; empty where they agree, or neither says anything.
        why: in a few words.
    """

    verdict: GateVerdict
    whom: Literal["", "clock", "instructions"] = ""
    why: str = ""


def believed(
    clock: GateVerdict, change: tuple[float, float, float] | None, margin: float, counts: Figure
) -> Believed:
    """Return the verdict of clock and instructions, and which of them is to be believed, and why.

    Args:
        clock: its verdict.
        change: by what share head takes longer by the clock, with the ends of its interval.
        margin: of the clock.
        counts: what the instructions say.
    """
    differs = counts.verdict in {"slower", "faster"}
    if clock in {"slower", "faster"}:
        if counts.verdict in {clock, "undecided"}:
            return Believed(verdict=clock)
        opposite = "another number of" if differs else "the same"
        return Believed(
            verdict=clock,
            whom="clock",
            why=f"{opposite} instructions take other time where memory, the cache, waiting or the "
            "kernel are used otherwise, which counts do not see",
        )
    if clock not in {"same", "undecided"} or not differs:
        return Believed(verdict=clock)
    _, low, high = counts.change
    if clock == "same" and (low > margin or high < -margin):
        return Believed(
            verdict=clock,
            whom="clock",
            why=f"it rules out a difference of {100 * margin:g} %, so these instructions cost no "
            "time here",
        )
    against = change is not None and (
        change[2] < 0 if counts.verdict == "slower" else change[1] > 0
    )
    if clock == "undecided" and against:
        return Believed(
            verdict=clock,
            why="clock and instructions lie on two sides of no change: neither is sure",
        )
    return Believed(
        verdict=counts.verdict,
        whom="instructions",
        why="so little is below what the clock can tell here, and nothing else runs in a count",
    )
