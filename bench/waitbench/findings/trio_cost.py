"""The claim that trio is slower than asyncio: what the same tasks cost with the same client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu_pairs import cpu_pairs, in_short, takes_more, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._cpu_pairs import CpuPair

PLACE = 31
CLAIM = "trio-cost"
ASKS = "The same tasks with the same client cost more CPU under trio than under asyncio."
SUITES = ("structured",)
USUAL = "asyncio"
BESIDE = {"anyio": "AnyIO on asyncio", "anyio_trio": "AnyIO on trio"}
"""Told beside it; they decide nothing."""


def find(summary: Summary) -> Finding:
    """Set trio beside asyncio on pure waiting and on requests by one client, by the CPU of a task.

    It costs where a task surely takes more than 1.1 times the CPU, and does not where it surely
    takes less. Supported if in every scenario, refuted if in none, conditional if in some. What
    AnyIO takes on either loop is said beside it. A scenario in which asyncio, raced twice, surely
    differs from itself by a tenth says nothing.
    """
    pairs = cpu_pairs(summary, SUITES, {"trio": USUAL})
    if not pairs:
        why = "trio was not measured beside asyncio in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    dearest = max(pairs, key=lambda pair: pair.cpu.value)
    beside = cpu_pairs(summary, SUITES, dict.fromkeys(BESIDE, USUAL))
    return verdict_of(
        summary,
        pairs,
        takes_more,
        claim=CLAIM,
        suites=SUITES,
        sentences=[_told("trio", pairs), *_beside(beside)],
        brief=in_short(pairs),
        effect=dearest,
        effect_of=f"trio in {dearest.scenario.name}",
        condition=lambda pair: pair.text,
    )


def _told(name: str, pairs: Sequence[CpuPair]) -> str:
    figures = formatting.listing([pair.text for pair in pairs])
    return f"Under {name} a task takes {figures} times the CPU that it takes under asyncio."


def _beside(pairs: Sequence[CpuPair]) -> list[str]:
    by_name: dict[str, list[CpuPair]] = {}
    for pair in pairs:
        by_name.setdefault(pair.name, []).append(pair)
    return [_told(BESIDE[name], several) for name, several in by_name.items()]
