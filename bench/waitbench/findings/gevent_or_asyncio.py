"""The claim behind leaving gevent: that asyncio does the same work for less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu_pairs import cpu_pairs, in_short, takes_more, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings._cpu_pairs import CpuPair

PLACE = 32
CLAIM = "gevent-or-asyncio"
ASKS = "gevent, with everything patched, takes more CPU for the same tasks than asyncio."
SUITES = ("greenlets",)
GEVENT = "gevent"


def find(summary: Summary) -> Finding:
    """Set gevent beside asyncio, by the CPU of a task: its usual client, the same one, none.

    gevent takes more where it surely is above 1.1 times the CPU, and does not where it surely is
    below. Supported if in every scenario, refuted if in none, conditional if in some. Threads,
    which run the same code with nothing patched, are said beside it. A scenario in which gevent,
    raced twice, surely differs from itself by a tenth says nothing.
    """
    pairs = cpu_pairs(summary, SUITES, {GEVENT: "asyncio"})
    if not pairs:
        why = "gevent was not measured beside asyncio in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    widest = max(pairs, key=lambda pair: max(pair.cpu.value, 1 / pair.cpu.value))
    threads = cpu_pairs(summary, SUITES, {GEVENT: "threads"})
    return verdict_of(
        summary,
        pairs,
        takes_more,
        claim=CLAIM,
        suites=SUITES,
        sentences=[_told("asyncio", pairs), _told("threads", threads) if threads else ""],
        brief=in_short(pairs),
        effect=widest,
        effect_of=f"gevent in {widest.scenario.name}",
        condition=lambda pair: pair.text,
    )


def _told(other: str, pairs: Sequence[CpuPair]) -> str:
    figures = formatting.listing([pair.text for pair in pairs])
    return f"A task of gevent takes {figures} times the CPU that it takes with {other}."
