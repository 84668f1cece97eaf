"""What operations on locks, semaphores, queues and events cost and lose, model by model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings._gains import sound
from waitbench.findings._verdicts import with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison

MODEL = "asyncio"
OTHERS = ("threads", "processes")


def straight(scenarios: Sequence[Comparison]) -> list[str]:
    """Return what becomes of updates without a lock, where nothing lets others run within one."""
    for scenario in scenarios:
        row = sound(scenario, MODEL)
        if scenario.params.get("section") == "straight" and row and "lost" in row.measured.metrics:
            lost, many = (
                round(row.measured.metrics[name].median) for name in ("lost", "operations")
            )
            outcome = f"{lost or 'none'} of {many:,} were lost{among(scenario)}"
            return [f"Without a lock, but with no await between reading and writing, {outcome}."]
    return []


def among(scenario: Comparison) -> str:
    """Return what threads and processes lost: (threads 300, processes 298)."""
    losses = [
        f"{model} {round(row.measured.metrics['lost'].median)}"
        for model in OTHERS
        if (row := sound(scenario, model)) and "lost" in row.measured.metrics
    ]
    return f" ({', '.join(losses)})" if losses else ""


def costs(scenarios: Sequence[Comparison]) -> list[str]:
    """Return what an operation costs each model: alone, and where several wanted the lock."""
    alone = [
        f"{scenario.params.get('tool', 'lock')} {_cost(scenario)}"
        for scenario in scenarios
        if scenario.tasks == 1 and _cost(scenario)
    ]
    sentences = []
    if alone:
        models = formatting.listing([f"under {model}" for model in (MODEL, *OTHERS)])
        sentences.append(f"An operation that need not wait costs, {models}: {'; '.join(alone)}.")
    for scenario in scenarios:
        row = scenario.row(MODEL)
        if scenario.tasks > 1 and scenario.params.get("tool") == "lock" and row and row.ratio:
            sentences.append(
                f"With {scenario.tasks} who want the lock and switch while they have it: "
                f"{_cost(scenario)}; asyncio is {with_interval(row.ratio)} times as fast as "
                f"{scenario.baseline}."
            )
    return sentences


def _cost(scenario: Comparison) -> str:
    rows = [sound(scenario, model) for model in (MODEL, *OTHERS)]
    return ", ".join(
        formatting.duration(row.measured.metrics["operation_ns"].median)
        for row in rows
        if row and "operation_ns" in row.measured.metrics
    )
