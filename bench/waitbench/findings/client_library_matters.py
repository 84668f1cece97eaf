"""Our own claim that the client library matters, and what the extras of one of them buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._gains import sound
from waitbench.findings._verdicts import above, below, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 27
CLAIM = "client-library-matters"
ASKS = "Under the same model, another client library changes a request's CPU twofold or more."
SUITES = ("clients",)
TWOFOLD = 2.0
"""Another library matters where a request takes this many times as much CPU, or as little."""

LIBRARIES: Mapping[str, tuple[str, str]] = {
    "sync-urllib3": ("sync", "urllib3 in place of requests"),
    "sync-httpx": ("sync", "httpx in place of requests"),
    "sync-niquests": ("sync", "niquests in place of requests"),
    "threads-urllib3": ("threads", "urllib3 in place of requests"),
    "asyncio-httpx": ("asyncio", "httpx in place of aiohttp"),
    "asyncio-niquests": ("asyncio", "niquests in place of aiohttp"),
}
"""Contestants that differ from another by their library alone."""
EXTRAS: Mapping[str, tuple[str, str]] = {
    "asyncio-pure": ("asyncio", "aiohttp without its C code"),
    "uvloop": ("asyncio", "uvloop in place of asyncio's own loop"),
    "asyncio-br": ("asyncio-gzip", "a body as br in place of gzip"),
    "asyncio-resolver-aiodns": (
        "asyncio-resolver-threads",
        "aiodns in place of a thread",
    ),
    "asyncio-address": ("asyncio", "an address in place of a name"),
}
"""Those that differ by what comes with aiohttp, or can be had beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One contestant in place of another in one scenario.

    Attributes:
        scenario: where.
        row: its row.
        what: what is in place of what.
        cpu: times the CPU of the other that a request takes.
    """

    scenario: Comparison
    row: Row
    what: str
    cpu: Estimate

    @property
    def matters(self) -> bool | None:
        """Whether it surely changes the CPU twofold, surely does not, or None: it is open."""
        if above(self.cpu, TWOFOLD) or below(self.cpu, 1 / TWOFOLD):
            return True
        return False if below(self.cpu, TWOFOLD) and above(self.cpu, 1 / TWOFOLD) else None

    @property
    def distance(self) -> float:
        """How far from no change, either way."""
        return max(self.cpu.value, 1 / self.cpu.value)

    @property
    def text(self) -> str:
        """The swap with its place: httpx in place of aiohttp, 20 at once: 5.3 [5.0, 5.6]."""
        many = self.scenario.concurrency
        where = "one at a time" if many == 1 else f"{many} at once"
        return f"{self.what}, {where}: {with_interval(self.cpu)}"


def find(summary: Summary) -> Finding:
    """Set libraries beside each other under the same model, by the client's CPU of a request.

    CPU rather than wall, because waiting and the target's share of the wall are the same for all.
    A library matters where the ratio surely lies beyond 2 either way. All of them support the
    claim, none refutes it, some make it depend on which. Extras of aiohttp are said beside it.
    """
    swaps = _swaps(summary, LIBRARIES)
    if not swaps:
        why = "No two client libraries were measured under the same model in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    widest = max(swaps, key=lambda swap: swap.distance)
    return Finding(
        claim=CLAIM,
        verdict=decide(swap.matters for swap in swaps),
        sentence=" ".join([_sentence(swaps), *_extras(_swaps(summary, EXTRAS))]),
        brief=_brief(swaps),
        effect=widest.cpu.value,
        effect_of=f"a request with {widest.what}",
        interval=widest.cpu.interval,
        unit="times the CPU",
        evidence=tuple(f"{swap.scenario.name}/{swap.row.model}" for swap in swaps),
        conditions=tuple(swap.text for swap in swaps if swap.matters),
    )


def _brief(swaps: Sequence[Swap]) -> str:
    """Return in how many swaps the library surely matters, and in how many that is open."""
    matters = [swap.matters for swap in swaps]
    brief = f"it surely does in {matters.count(True)} of {formatting.count(len(swaps), 'swap')}"
    return f"{brief}, and in {matters.count(None)} perhaps" if None in matters else brief


def _swaps(summary: Summary, pairs: Mapping[str, tuple[str, str]]) -> list[Swap]:
    swaps = []
    for scenario in summary.scenarios:
        if scenario.suite not in SUITES:
            continue
        for name, (usual, what) in pairs.items():
            row, other = sound(scenario, name), sound(scenario, usual)
            if row and other:
                cpu = times_the_cpu(row, other)
                swaps += [Swap(scenario=scenario, row=row, what=what, cpu=cpu)] if cpu else []
    return swaps


def _sentence(swaps: Sequence[Swap]) -> str:
    ordered = sorted(swaps, key=lambda swap: -swap.distance)
    return (
        "How many times the CPU a request takes with "
        f"{'; with '.join(swap.text for swap in ordered)}."
    )


def _extras(swaps: Sequence[Swap]) -> list[str]:
    """Return what else changes the CPU, and what surely does not or is not seen to."""
    states = ((False, "Less CPU"), (True, "More CPU"), (None, "No difference seen"))
    return [
        f"{words}: {'; '.join(texts)}."
        for dearer, words in states
        if (texts := [swap.text for swap in swaps if above(swap.cpu, 1) is dearer])
    ]
