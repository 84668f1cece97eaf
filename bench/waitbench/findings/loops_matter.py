"""Our own claim that another event loop matters: which one, for what, and by how much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu_pairs import cpu_pairs, verdict_of
from waitbench.findings._verdicts import below, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._cpu_pairs import CpuPair

PLACE = 30
CLAIM = "loops-matter"
ASKS = "Another event loop in place of asyncio's own saves a fifth of the CPU or more."
SUITES = ("loops",)
USUAL = "asyncio"
LOOPS = ("uvloop", "zuvloop", "rloop")
SAVES = 0.8
"""Of asyncio's CPU: a loop that surely takes less saves a fifth; that surely takes more, not."""


def find(summary: Summary) -> Finding:
    """Set each loop beside asyncio's own on the same coroutines, by the CPU of a task.

    A loop saves where a task surely takes less than 0.8 of the CPU, and does not where it surely
    takes more. Supported if some loop does in every scenario, refuted if all surely do not in any,
    conditional if one does in some and none in others. A scenario in which asyncio, raced twice,
    surely differs from itself by a tenth says nothing.
    """
    pairs = cpu_pairs(summary, SUITES, dict.fromkeys(LOOPS, USUAL))
    if not pairs:
        why = "No other loop was measured beside asyncio's own in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    best = min(pairs, key=lambda pair: pair.cpu.value)
    finding = verdict_of(
        summary,
        _telling(pairs),
        _saves,
        claim=CLAIM,
        suites=SUITES,
        sentences=[_sentence(pairs)],
        brief=_brief(pairs),
        effect=best,
        effect_of=f"{best.name} for {best.scenario.name}",
        condition=lambda pair: f"{pair.name} for {pair.scenario.name}: {with_interval(pair.cpu)}",
    )
    return replace(finding, evidence=tuple(dict.fromkeys(row for p in pairs for row in p.evidence)))


def _telling(pairs: Sequence[CpuPair]) -> list[CpuPair]:
    """Return of each scenario the loop that answers for it: that saves, is open, or saves least."""
    order = (True, None, False)
    by_scenario: dict[str, list[CpuPair]] = {}
    for pair in pairs:
        by_scenario.setdefault(pair.scenario.name, []).append(pair)
    return [
        min(several, key=lambda pair: (order.index(_saves(pair)), pair.cpu.value))
        for several in by_scenario.values()
    ]


def _saves(pair: CpuPair) -> bool | None:
    return below(pair.cpu, SAVES)


def _sentence(pairs: Sequence[CpuPair]) -> str:
    """Return what each loop takes, by scenario: timers: uvloop 0.71 [0.70, 0.72]."""
    by_scenario: dict[str, list[str]] = {}
    for pair in pairs:
        text = f"{pair.name} {with_interval(pair.cpu)}"
        by_scenario.setdefault(pair.scenario.name, []).append(text)
    told = [f"{name}: {formatting.listing(texts)}" for name, texts in by_scenario.items()]
    return f"CPU of a task, as a multiple of what asyncio's own loop takes, for {'; '.join(told)}."


def _brief(pairs: Sequence[CpuPair]) -> str:
    saves = [_saves(pair) for pair in pairs]
    rows = formatting.count(len(saves), "row")
    return f"a fifth or more is saved in {saves.count(True)} of {rows}"
