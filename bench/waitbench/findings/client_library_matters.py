"""Our own claim that the client library matters, and what the extras of one of them buy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._gains import sound, wall_ns
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

USUAL = {"sync": "requests", "threads": "requests", "asyncio": "aiohttp"}
IN_USE = ("urllib3", "httpx2", "niquests", "pyreqwest", "pyqwest")
AGED = ("httpx",)
"""Measured and told, but no ground for a verdict: no release since December 2024."""


def _swapped(libraries: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return contestants that differ from another by their library alone, with what is swapped."""
    return {
        f"{model}-{library}": (model, f"{library} in place of {usual}")
        for model, usual in USUAL.items()
        for library in libraries
    }


LIBRARIES = _swapped(IN_USE)
EXTRAS: Mapping[str, tuple[str, str]] = {
    **_swapped(AGED),
    "asyncio-pure": ("asyncio", "aiohttp without its C code"),
    "uvloop": ("asyncio", "uvloop in place of asyncio's own loop"),
    "asyncio-br": ("asyncio-gzip", "a body as br in place of gzip"),
    "asyncio-resolver-aiodns": (
        "asyncio-resolver-threads",
        "aiodns in place of a thread",
    ),
    "asyncio-address": ("asyncio", "an address in place of a name"),
}
"""Those that differ by what comes with aiohttp, or can be had beside it, or is no longer made."""
DEFAULT = "-default"
"""What ends the name of a contestant whose limits are those of its library."""
THREADS, AT_ONCE, OPENED = "threads", "requests_at_once", "connections_opened"


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
    claim, none refutes it, some make it depend on which. Libraries that are no longer released and
    extras of aiohttp are said beside it, as are the threads that a client keeps, and what becomes
    of its requests by its own limits: how many the target ever had at once.
    """
    swaps = _swaps(summary, LIBRARIES)
    if not swaps:
        why = "No two client libraries were measured under the same model in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    widest = max(swaps, key=lambda swap: swap.distance)
    return Finding(
        claim=CLAIM,
        verdict=decide(swap.matters for swap in swaps),
        sentence=" ".join(
            [
                _sentence(swaps),
                *_extras(_swaps(summary, EXTRAS)),
                *_threads(summary),
                *_by_default(summary),
            ]
        ),
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


def _threads(summary: Summary) -> list[str]:
    """Return the libraries whose process has more threads than one must have, one by one."""
    counted: dict[str, float] = {}
    for scenario in summary.scenarios:
        for row in scenario.rows if scenario.suite in SUITES else ():
            threads = _metric(row, THREADS)
            if row.kind not in {"sync", "asyncio"} or row.model in EXTRAS or not threads:
                continue
            library = _library(row)
            counted[library] = max(threads, counted.get(library, 0))
    fewest = min(counted.values(), default=0)
    more = [f"{library} {most:.0f}" for library, most in counted.items() if most > fewest]
    if not more:
        return []
    return [f"Most threads of a process, {fewest:.0f} at least: {formatting.listing(more)}."]


def _by_default(summary: Summary) -> list[str]:
    """Return what the limits that libraries have by themselves do to a crowd of requests."""
    told = []
    for scenario in summary.scenarios:
        for row in scenario.rows if scenario.suite in SUITES else ():
            tuned = sound(scenario, row.model.removesuffix(DEFAULT))
            at_once = _metric(row, AT_ONCE)
            if not row.model.endswith(DEFAULT) or not row.sound or not tuned or at_once is None:
                continue
            opened = _metric(row, OPENED) or 0
            told.append(
                f"{_library(row)} had {at_once:.0f} of {scenario.concurrency} "
                f"under way, opened {opened:.0f} anew and took "
                f"{formatting.times(wall_ns(row) / wall_ns(tuned))} times as long"
            )
    return [f"By the limits that they have by themselves, {'; '.join(told)}."] if told else []


def _library(row: Row) -> str:
    """Return the library of a row, which the usual one does not have in its name."""
    return row.model.removesuffix(DEFAULT).partition("-")[2] or USUAL.get(row.kind, row.model)


def _metric(row: Row, name: str) -> float | None:
    figure = row.measured.metrics.get(name)
    return figure.median if figure else None
