"""CPU time and peak memory as gated figures, where the project's settings give them a margin."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from waitbench.gate import decision, figures, memory_peaks
from waitbench.gate.worktrees import SIDES
from waitbench.results.validity import timed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.gate.benchmark import Benchmark
    from waitbench.gate.evidence import GateEvidence
    from waitbench.gate.outcome import Result
    from waitbench.gate.settings import GateSettings
    from waitbench.results.record import ContestantRecord

CPU, MEMORY = "CPU", "memory"
MEMORY_SHARE, MOST_S = 0.2, 60.0
"""Of a gate's time, the most that is kept for measuring memory."""
CPU_PAIRS = 10
"""Pairs whose CPU is compared, where it is."""
CALM = frozenset({"same", "undecided", "faster"})
"""Verdicts of the clock over which a figure that is surely more makes a benchmark *dearer*."""


def kept_s(settings: GateSettings) -> float:
    """Return the seconds of a gate that are kept for measuring memory."""
    return min(MOST_S, MEMORY_SHARE * settings.minutes * 60) if settings.memory else 0.0


def common_pairs(settings: GateSettings) -> int:
    """Return in how many pairs all benchmarks are raced, before any is let go of."""
    return decision.FEWEST_PAIRS if settings.cpu is None else CPU_PAIRS


def gated(settings: GateSettings) -> int:
    """Return how many figures share what the clock leaves of the error, instructions among them."""
    return 1 + sum(margin is not None for margin in (settings.cpu, settings.memory))


def applied(  # noqa: PLR0913 - what figures are made of
    results: Sequence[Result],
    raced: Sequence[Benchmark],
    evidence: GateEvidence,
    settings: GateSettings,
    *,
    ends_s: float,
    say: Callable[[str], object],
) -> list[Result]:
    """Return the results with the figures that are gated; *dearer* is what takes surely more.

    Args:
        results: by clock and instructions.
        raced: benchmarks that both sides can run.
        evidence: what was raced.
        settings: of the project: a figure without a margin is not gated.
        ends_s: moment on `time.monotonic` by which the gate should be over.
        say: is told what takes long.
    """
    pairs: dict[str, tuple[float, Mapping[str, Sequence[tuple[float, float]]]]] = {}
    if settings.cpu is not None:
        pairs[CPU] = settings.cpu, cpu_pairs([each.name for each in raced], evidence)
    if settings.memory is not None:
        chosen = [each for each in raced if memory_peaks.measurable(each)]
        pairs[MEMORY] = settings.memory, memory_peaks.peaks(chosen, ends_s=ends_s, say=say)
    error = decision.FIGURES_ERROR / gated(settings)
    judged = {
        name: figures.judged(taken, dict.fromkeys(taken, margin), error=error)
        for name, (margin, taken) in pairs.items()
    }
    return [_with_figures(result, judged) for result in results]


def cpu_pairs(names: Sequence[str], evidence: GateEvidence) -> dict[str, list[tuple[float, float]]]:
    """Return by benchmark the CPU of a round on base and head, in ns, a tuple for each launch.

    Of the first pairs alone, in which each benchmark is raced as any other: how long one is raced
    on hangs on its times, and so on its CPU.
    """
    pairs = {}
    for name in names:
        sides = [_cpu_ns(row, evidence.common_pairs) for row in evidence.sides(name)]
        if len(sides) == len(SIDES):
            base, head = sides
            pairs[name] = [(base[launch], head[launch]) for launch in base if launch in head]
    return pairs


def _cpu_ns(row: ContestantRecord, launches: int) -> dict[int, float]:
    by_launch: dict[int, list[int]] = {}
    for round_ in timed(row.rounds):
        if round_.launch < launches:
            by_launch.setdefault(round_.launch, []).append(round_.cpu_ns)
    return {launch: median(figures_ns) for launch, figures_ns in by_launch.items()}


def _with_figures(result: Result, judged: Mapping[str, Mapping[str, figures.Figure]]) -> Result:
    own = {name: figure[result.name] for name, figure in judged.items() if result.name in figure}
    more = {name: figure for name, figure in own.items() if figure.verdict == "slower"}
    shown = replace(result, figures={**result.figures, **own})
    if not more or result.verdict not in CALM:
        return shown
    worst = max(more, key=lambda name: more[name].change[0] / more[name].margin)
    return replace(shown, verdict="dearer", by=worst)
