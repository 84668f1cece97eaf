"""Evidence in, results out: the verdict on each benchmark, with its figures and its notes."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from waitbench.gate import notes, profile_diff, run_queue
from waitbench.gate.decision import ERROR
from waitbench.gate.outcome import Costs, Result
from waitbench.gate.worktrees import SIDES
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.gate.benchmark import Benchmark, Side
    from waitbench.gate.evidence import GateEvidence
    from waitbench.gate.settings import GateSettings


def result(
    benchmark: Benchmark,
    evidence: GateEvidence,
    settings: GateSettings,
    project: Path,
    *,
    same_code: bool = False,
) -> Result:
    """Return the result of one benchmark, made from the evidence.

    Args:
        benchmark: whose result it is.
        evidence: what was raced.
        settings: of the project.
        project: its folder, from the repository's top.
        same_code: whether it reads nothing that differs, and was not raced.
    """
    name = benchmark.name
    plain = Result(
        name=name,
        verdict="undecided",
        margin=settings.margin_of(name),
        file=str(project / benchmark.file) if benchmark.file else "",
        line=benchmark.line,
    )
    if benchmark.failures:
        too_old = benchmark.lent and set(benchmark.failures) == {SIDES[0]}
        return replace(
            plain,
            verdict="base cannot run it" if too_old else "failed",
            notes=notes.on_failures(benchmark.failures),
        )
    if not benchmark.raced:
        gone = benchmark.sides == SIDES[:1]
        lacks = SIDES[1] if gone else SIDES[0]
        note = f"not raced: {lacks} has no benchmark of that name in any of its files"
        return replace(plain, verdict="vanished" if gone else "new", notes=(note,))
    if same_code:
        return replace(plain, verdict="same code")
    if failures := evidence.failures(name):
        return replace(plain, verdict="failed", notes=notes.on_failures(failures))
    if not evidence.pairs(name) and (wrong := notes.on_errors(name, evidence)):
        return replace(plain, verdict="failed", notes=tuple(wrong))
    decided = evidence.settled.get(name)
    base = evidence.rows.get((name, SIDES[0]))
    calls = _calls(benchmark)
    centre = estimates.centre(estimates.by_launch(run_queue.blocks([base])[0])) if base else None
    return replace(
        plain,
        verdict=decided.verdict if decided else "undecided",
        ratio=evidence.ratio(name, confidence=1 - ERROR),
        pairs=evidence.pairs(name),
        more=decided.more if decided else None,
        base_ns=centre.value / calls if centre else None,
        notes=tuple(notes.on_benchmark(benchmark, evidence)),
        costs=_costs(benchmark, evidence),
    )


def _calls(benchmark: Benchmark) -> int:
    """Return the calls of a function, or starts of a command, in a round."""
    return int(benchmark.scenario.params.get("calls", 1))


def _costs(benchmark: Benchmark, evidence: GateEvidence) -> dict[str, Costs]:
    """Return what a start of a command takes on each side; nothing of other benchmarks."""
    if benchmark.scenario.workload != "command":
        return {}
    return {
        row.name: Costs(
            cpu_ns=median(round_.cpu_ns for round_ in row.rounds) / _calls(benchmark),
            peak_bytes=benchmark.peak_bytes.get(row.name),
        )
        for row in evidence.sides(benchmark.name)
        if row.rounds
    }


def explained(
    chosen: Sequence[Benchmark], results: Sequence[Result], both: Sequence[Side], seed: int
) -> list[Result]:
    """Return the results, the first few slower ones with the functions that grew on head."""
    roots = {side.name: side.root for side in both}
    benchmarks = {benchmark.name: benchmark for benchmark in chosen}
    slower = [result.name for result in results if result.verdict == "slower"][: profile_diff.MOST]
    return [
        replace(
            result, functions=profile_diff.slower_functions(benchmarks[result.name], roots, seed)
        )
        if result.name in slower
        else result
        for result in results
    ]
