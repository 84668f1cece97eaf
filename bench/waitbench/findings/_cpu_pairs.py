"""One contestant beside another: how much CPU the same task takes, where a control agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._gains import longer, of_suites, sound
from waitbench.findings._verdicts import LIMIT, above, below, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.stats.estimates import Estimate

STEADY = 1.10
"""A contestant that surely takes this many times its own CPU, raced twice, tells of no other."""
AGAIN = "-again"
"""What the second of two alike is called with, after the name of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuPair:
    """One contestant beside another in one scenario.

    Attributes:
        scenario: where.
        name: the one that is asked about.
        other: the one beside it.
        cpu: times the CPU of the other that a task takes.
    """

    scenario: Comparison
    name: str
    other: str
    cpu: Estimate

    @property
    def evidence(self) -> tuple[str, str]:
        """The two rows."""
        return f"{self.scenario.name}/{self.name}", f"{self.scenario.name}/{self.other}"

    @property
    def text(self) -> str:
        """The figure with its place: 1.32 [1.30, 1.34] in requests."""
        return f"{with_interval(self.cpu)} in {self.scenario.name}"


def cpu_pairs(summary: Summary, suites: Collection[str], pairs: Mapping[str, str]) -> list[CpuPair]:
    """Return every pair that was measured in these suites; none where a control disagrees.

    Args:
        summary: of the run.
        suites: whose scenarios count.
        pairs: names of contestants, each with the one beside it.
    """
    found = []
    for scenario in of_suites(summary, suites):
        if restless(scenario):
            continue
        for name, other in pairs.items():
            row, beside = sound(scenario, name), sound(scenario, other)
            cpu = times_the_cpu(row, beside) if row and beside else None
            if cpu:
                found.append(CpuPair(scenario=scenario, name=name, other=other, cpu=cpu))
    return found


def in_short(pairs: Sequence[CpuPair]) -> str:
    """Return where one of two contestants takes more CPU: … in sleeps, not in requests.

    Args:
        pairs: all of the same two, at least one.
    """
    words = {True: "in", False: "not in", None: "perhaps in"}
    places: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for pair in pairs:
        places[takes_more(pair)].append(pair.scenario.name)
    parts = [
        f"{words[more]} {formatting.listing(names)}" for more, names in places.items() if names
    ]
    return f"{pairs[0].name} takes more CPU than {pairs[0].other}: {', '.join(parts)}"


def verdict_of(  # noqa: PLR0913 - what these findings differ in
    summary: Summary,
    pairs: Sequence[CpuPair],
    holds: Callable[[CpuPair], bool | None],
    *,
    claim: str,
    suites: Collection[str],
    sentences: Iterable[str],
    brief: str,
    effect: CpuPair,
    effect_of: str,
    condition: Callable[[CpuPair], str],
) -> Finding:
    """Return the finding that these pairs come to, and what would narrow it where they are unsure.

    Args:
        summary: of the run.
        pairs: at least one.
        holds: whether the claim surely does in a pair; None where that is open.
        claim: its id.
        suites: that measure it.
        sentences: what is told of the pairs.
        brief: the same in a line.
        effect: the pair whose figure stands for all.
        effect_of: whose it is, and where.
        condition: tells a pair in which it holds, where it does in some.
    """
    verdict = decide(map(holds, pairs))
    lines = [*sentences, controls(summary, suites)]
    if verdict == "undecided":
        lines.append(f"{longer(summary, *suites)} would narrow it.")
    return Finding(
        claim=claim,
        verdict=verdict,
        sentence=" ".join(filter(None, lines)),
        brief=brief,
        effect=effect.cpu.value,
        effect_of=effect_of,
        interval=effect.cpu.interval,
        unit="times the CPU",
        evidence=tuple(dict.fromkeys(row for pair in pairs for row in pair.evidence)),
        conditions=tuple(condition(pair) for pair in pairs if holds(pair))
        if verdict == "conditional"
        else (),
    )


def takes_more(pair: CpuPair) -> bool | None:
    """Whether a task surely takes more than 1.1 times the CPU of the other; None where unsure."""
    return above(pair.cpu, LIMIT)


def restless(scenario: Comparison) -> bool:
    """Whether a contestant that raced twice surely took another amount of CPU the second time."""
    for row in scenario.rows:
        again = sound(scenario, row.model + AGAIN)
        cpu = times_the_cpu(again, row) if again and row.sound else None
        if above(cpu, STEADY) or below(cpu, 1 / STEADY):
            return True
    return False


def controls(summary: Summary, suites: Collection[str]) -> str:
    """Return a sentence on the scenarios that their control leaves out; empty without one."""
    names = [scenario.name for scenario in of_suites(summary, suites) if restless(scenario)]
    if not names:
        return ""
    return f"Left out, as the same contestant twice differed by a tenth: {', '.join(names)}."
