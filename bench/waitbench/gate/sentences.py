"""The sentences of all formats: the headline, the method, and one line for a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.gate.outcome import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.gate.outcome import Outcome, Result

MEANINGS = {
    "slower": "head surely takes longer, and by more than the margin",
    "dearer": "head surely takes more CPU or memory, and by more than the margin of that",
    "faster": "head surely takes less time, and by more than the margin",
    "same": "surely within the margin",
    "same code": "it reads nothing that differs, and was not raced",
    "undecided": "the pairs do not suffice to tell",
    "new": "base does not have it",
    "base cannot run it": "it is head's benchmark, and base's code is too old for it",
    "vanished": "head does not have it",
    "failed": "one side could not run it",
}

SMALL = "below 10 MB"
"""Memory of a process that is smaller than the Python that starts it."""


def headline(outcome: Outcome) -> str:
    """Return the outcome in one sentence."""
    many = formatting.count(len(outcome.results), "benchmark")
    if outcome.part:
        return f"Part {outcome.part[0]} of {outcome.part[1]} of a gate: {many}, nothing decided."
    if worse := [*outcome.of("slower"), *outcome.of("dearer")]:
        first = worse[0].verdict
        return _worse(first.capitalize(), outcome.of(first), many)
    if outcome.of("failed"):
        rest = f"nothing of {many} is slower" if not outcome.empty else "nothing was compared"
        failed = outcome.of("failed")[0]
        how = "Stopped at its time limit" if failed.overdue else "Failed"
        return f"{how}: {failed.name}; {rest}."
    if outcome.interrupted:
        return f"Stopped early: nothing of {many} was found to be slower by then."
    if outcome.empty:
        return f"Nothing was compared: none of {many} could be raced on both sides."
    return _calm(outcome, many)


def _calm(outcome: Outcome, many: str) -> str:
    """Return the sentence of a gate that found nothing slower and nothing that fails."""
    if len(outcome.of("same code")) == len(outcome.results):
        return f"Nothing to race: {many} read nothing that differs."
    if outcome.blind:
        left = f"{len(outcome.of('undecided'))} of {many} undecided"
        return f"Too little was decided: {left} (status 3; --allow-undecided lets that pass)."
    if undecided := outcome.of("undecided"):
        left = f"{len(undecided)} of them undecided"
        return f"Nothing of {many} was found to be slower, {left}."
    return f"Nothing of {many} is slower."


def _worse(word: str, rows: Sequence[Result], many: str) -> str:
    worst = max(rows, key=lambda result: result.deciding[0] if result.deciding else 0.0)
    if len(rows) == 1:
        return f"{word}: {worst.name} takes {by(worst)} (1 of {many})."
    return f"{word}: {len(rows)} of {many}; most of all {worst.name}, which takes {by(worst)}."


def counts(outcome: Outcome) -> str:
    """Count the verdicts: 1 slower, 2 faster, 17 same."""
    numbers = [(len(outcome.of(verdict)), verdict) for verdict in ORDER]
    return ", ".join(f"{many} {verdict}" for many, verdict in numbers if many)


def alike(results: Sequence[Result]) -> str:
    """Count what is the same, measured or by its code: 3 the same within their margins."""
    code = sum(result.verdict == "same code" for result in results)
    parts = ((len(results) - code, "the same within their margins"), (code, "of the same code"))
    return ", ".join(f"{many} {what}" for many, what in parts if many)


def by(result: Result) -> str:
    """Return how much more head takes: 5.2 % longer, 1.0 % more instructions."""
    change = result.deciding
    what = f"more {result.by}" if result.by in result.figures else "longer"
    return f"{abs(100 * change[0]):.1f} % {what}" if change else f"? {what}"


def change(result: Result) -> str:
    """Write the change with its interval, where there is one: +5.2 % [+4.1, +6.3]."""
    shares = result.change
    if shares is None:
        return f"{100 * (1 / result.ratio.value - 1):+.1f} %" if result.ratio else ""
    middle, low, high = (100 * share for share in shares)
    return f"{middle:+.1f} % [{low:+.1f}, {high:+.1f}]"


def deciding(result: Result) -> str:
    """Write the change that the verdict is of: the clock's, or +1.00 % [+0.95, +1.05] in what."""
    by_figure = result.by in result.figures
    return f"{figure(result, result.by)} in {result.by}" if by_figure else change(result)


def figures_of(results: Sequence[Result]) -> tuple[str, ...]:
    """Return the names of the figures that any of the results has beside the clock."""
    return tuple(dict.fromkeys(name for result in results for name in result.figures))


def figure(result: Result, name: str) -> str:
    """Write the change of a figure beside the clock, with its interval."""
    if name not in result.figures:
        return ""
    middle, low, high = (100 * share for share in result.figures[name].change)
    return f"{middle:+.2f} % [{low:+.2f}, {high:+.2f}]"


def span(pairs: Sequence[int]) -> str:
    """Count pairs, from the fewest to the most: 1 fresh pair, 6 to 40 fresh pairs."""
    least, most = min(pairs), max(pairs)
    many = f"{least:,} to " if least != most else ""
    return f"{many}{formatting.count(most, 'fresh pair')}"


def verdict(result: Result) -> str:
    """Return the verdict with its margin, or with the pairs that it still needs."""
    if result.by == "instructions" and result.verdict in {"slower", "faster"}:
        return f"{result.verdict}, by instructions"
    if result.verdict == "dearer":
        return f"dearer, by {result.by}"
    counted = result.figures["instructions"] if result.by == "instructions" else None
    margin = formatting.percent(counted.margin if counted else result.margin)
    if result.verdict == "same":
        return f"same within {margin}"
    if result.verdict == "undecided" and result.more:
        return f"undecided (needs about {formatting.count(result.more, 'more pair', 'more pairs')})"
    return result.verdict


def walls(result: Result) -> tuple[str, str]:
    """Return what a round takes on base and on head."""
    base, head = (
        formatting.duration(wall_ns) if wall_ns else ""
        for wall_ns in (result.base_ns, result.head_ns)
    )
    return base, head


def costs(result: Result) -> str:
    """Return what a command takes beside its time: CPU with its children, and memory."""
    cpu = [f"{side} {formatting.duration(costs.cpu_ns)}" for side, costs in result.costs.items()]
    memory = [
        f"{side} {formatting.size(costs.peak_bytes) if costs.peak_bytes else SMALL}"
        for side, costs in result.costs.items()
    ]
    if not any(costs.peak_bytes for costs in result.costs.values()):
        memory = []
    figures = (("CPU with children", cpu), ("peak memory", memory))
    return "; ".join(f"{what}: {', '.join(texts)}" for what, texts in figures if texts)


def lines(result: Result) -> list[str]:
    """Return what stands beneath the table about one result."""
    return [*filter(None, (costs(result),)), *result.notes, *result.functions]


def arranged(outcome: Outcome) -> list[Result]:
    """Sort the results: what somebody must look at first, within a verdict the largest change."""
    size = {
        result.name: -abs(result.deciding[0]) if result.deciding else 0.0
        for result in outcome.results
    }
    return sorted(
        outcome.results, key=lambda result: (ORDER.index(result.verdict), size[result.name])
    )


def method(outcome: Outcome) -> str:
    """Return how the verdicts were reached."""
    if outcome.method:
        return f"{outcome.method}."
    pairs = [result.pairs for result in outcome.results if result.pairs]
    counting = f"{outcome.counting}; " if outcome.counting else ""
    if not pairs:
        return f"{counting}Nothing was raced. {formatting.duration(outcome.seconds * 1e9)}."
    if outcome.part:
        return (
            f"{span(pairs)} of processes; `waitbench merge` decides over all parts. "
            f"Seed {outcome.seed}, {formatting.duration(outcome.seconds * 1e9)}."
        )
    return (
        f"{span(pairs)} of processes; intervals of 99 % over pairs, delays in the run queue "
        f"taken off where a round has one thread; looked at after every pair, and raced until "
        f"decided; false alarms in at most 1 % of gates. {counting}Seed {outcome.seed}, "
        f"{formatting.duration(outcome.seconds * 1e9)}."
    )
