"""The advice for an interpreter without the GIL: an event loop in each thread, as in processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._gains import longer, of_suites, sound
from waitbench.findings._verdicts import above, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.stats.estimates import Estimate

PLACE = 33
CLAIM = "loop-per-thread"
ASKS = "An event loop in each thread is as fast as one in each process."
SUITES = ("many_loops",)
THREADS, PROCESSES, ONE = "loop_per_thread", "processes_asyncio", "asyncio"
AS_FAST = 0.9
"""Of the speed of processes: more is as fast, less is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loops:
    """Both kinds of many loops in one scenario.

    Attributes:
        scenario: where.
        speed: of a loop in each thread, as a multiple of that of one in each process.
        lock: whether its worker had the GIL.
        over_one: its speed as a multiple of that of one loop, where that was measured.
    """

    scenario: Comparison
    speed: Estimate
    lock: str
    over_one: Estimate | None

    @property
    def text(self) -> str:
        """Both figures: 0.55 [0.54, 0.56] in busy with the GIL (0.98 [0.97, 0.99] of one loop)."""
        one = f" ({with_interval(self.over_one)} of one loop's)" if self.over_one else ""
        return f"{with_interval(self.speed)} in {self.scenario.name} {self.lock}{one}"


def find(summary: Summary) -> Finding:
    """Pair a loop in each thread with one in each process, and with one loop, block by block.

    As many threads, or processes, as cores; the same tasks at once in all. It is as fast where it
    surely has more than 0.9 of the speed of processes, and is not where it surely has less.
    Supported if in every scenario, refuted if in none, conditional if in some, or on the
    interpreter, where several raced: the state of the GIL is that after the rounds.
    """
    measured = [loops for each in of_suites(summary, SUITES) if (loops := _loops(summary, each))]
    if not measured:
        why = "Loops in threads were not measured beside loops in processes in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = decide(above(loops.speed, AS_FAST) for loops in measured)
    slowest = min(measured, key=lambda loops: loops.speed.value)
    sentences = [_sentence(measured)]
    if verdict == "undecided":
        sentences.append(f"{longer(summary, *SUITES)} would narrow it.")
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join(sentences),
        brief=(
            f"loops in processes are {formatting.times(1 / slowest.speed.value)} times as fast as "
            f"in threads {slowest.lock}"
        ),
        effect=slowest.speed.value,
        effect_of=f"loops in threads, {slowest.lock}",
        interval=slowest.speed.interval,
        evidence=tuple(
            f"{loops.scenario.name}/{model}" for loops in measured for model in (THREADS, PROCESSES)
        ),
        conditions=tuple(dict.fromkeys(loops.lock for loops in measured)),
    )


def _loops(summary: Summary, scenario: Comparison) -> Loops | None:
    threads, processes, one = (sound(scenario, name) for name in (THREADS, PROCESSES, ONE))
    if threads is None or processes is None:
        return None
    confidence = summary.methods.confidence
    gil = threads.measured.state.get("gil", summary.environment.get("gil"))
    speed = compare(threads, processes, confidence=confidence)
    if speed is None:
        return None
    return Loops(
        scenario=scenario,
        speed=speed,
        lock="without the GIL" if gil is False else "with the GIL",
        over_one=compare(threads, one, confidence=confidence) if one else None,
    )


def _sentence(measured: Sequence[Loops]) -> str:
    figures = formatting.listing([loops.text for loops in measured])
    return (
        f"A loop in each thread has, as a multiple of the speed of one in each process: {figures}."
    )
