"""Whether machines agree on a benchmark, and what each of them found where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.analysis import machine_names as names
from waitbench.stats import machines

if TYPE_CHECKING:
    from waitbench.gate.evidence import GateEvidence
    from waitbench.gate.outcome import Result


def on_machines(evidence: GateEvidence, result: Result, family: int) -> list[str]:
    """Return a sentence where machines surely differ by more than the margin.

    Args:
        evidence: what was raced.
        result: of the benchmark.
        family: how many benchmarks are looked at together.
    """
    ratios = evidence.by_machine(result.name)
    if len(ratios) < 2:  # noqa: PLR2004 - one agrees with itself
        return []
    apart = machines.disagreement(ratios)
    values = [ratio.value for ratio in ratios.values()]
    if apart.chance >= machines.DISAGREE / family or max(values) / min(values) <= 1 + result.margin:
        return []
    titles = names.titles(evidence.race.machines)
    each = [
        f"{100 * (1 / ratio.value - 1):+.1f} % on {titles[name]}" for name, ratio in ratios.items()
    ]
    return [f"machines disagree: {', '.join(each)}; the verdict is on their mean"]
