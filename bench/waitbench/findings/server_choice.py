"""Our own claim that the server under an application matters: what it holds, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import load_curve
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._cpu import times_the_cpu
from waitbench.findings._verdicts import above, below, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.load_curve import LoadCurve, LoadSeries
    from waitbench.findings import ClaimVerdict
    from waitbench.stats.estimates import Estimate

PLACE = 29
CLAIM = "server-choice"
ASKS = (
    "Under the same application, one process each, another server changes the load that is held "
    "or the CPU of a request twofold or more."
)
SUITES = ("servers",)
TWOFOLD = 2.0

SWAPS: Mapping[str, Sequence[str]] = {
    "uvicorn": (
        "uvicorn-h11", "uvicorn-zttp", "hypercorn", "hypercorn-trio", "granian", "gunicorn-asgi",
    ),
    "gthread": ("gevent", "granian-wsgi", "waitress-threads"),
}  # fmt: skip
"""By server that is usual for the kind of application: those that may stand in its place."""
DEFAULTS = ("uvicorn", "granian", "gunicorn-asgi", "gthread", "granian-wsgi")
"""Servers of which what they do by themselves is a row of its own."""
DEFAULT = "-default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """One server in the place of another, under the same application.

    Attributes:
        server: that is put in.
        usual: whose place it takes.
        cpu: times the CPU of the other that a request takes; None where it was not measured.
        held: times the load of the other that it holds; None where no knee was found.
        evidence: the rows that both come from.
    """

    server: str
    usual: str
    cpu: Estimate | None
    held: Estimate | None
    evidence: tuple[str, ...]

    @property
    def matters(self) -> bool | None:
        """Whether one of both surely differs twofold, surely none does, or None: it is open."""
        answers = [_twofold(each) for each in (self.cpu, self.held) if each and each.interval]
        if True in answers:
            return True
        return None if None in answers or not answers else False

    @property
    def whole(self) -> bool:
        """Whether both were measured, and how sure they are."""
        return all(each and each.interval for each in (self.cpu, self.held))

    @property
    def widest(self) -> Estimate:
        """The one of both that lies farther from no change."""
        known = [each for each in (self.cpu, self.held) if each]
        return max(known, key=lambda each: max(each.value, 1 / each.value))

    @property
    def text(self) -> str:
        """The swap with both figures."""
        figures = []
        if self.held:
            figures.append(f"{with_interval(self.held)} times the load held")
        if self.cpu:
            figures.append(f"{with_interval(self.cpu)} times the CPU")
        return f"{self.server} in place of {self.usual}: {', '.join(figures)}"


def find(summary: Summary) -> Finding:
    """Set servers beside each other under the same application that waits, one process each.

    ASGI servers stand beside uvicorn with httptools, all with asyncio's loop; WSGI servers beside
    gunicorn's gthread, all with 32 threads but for gevent, which has none. A server matters where
    the highest rate that it holds with p99 within the level, or the CPU of a request at the same
    rate, surely lies beyond 2 either way. All of them support the claim; none refutes it, where
    both were measured of each; some make it depend on which. What each does by itself is said
    beside it, with the requests that it was seen to serve at once.
    """
    series = next((each for each in load_curve.load_series(summary) if each.suite in SUITES), None)
    names = {each.params["load"]: each.name for each in summary.scenarios if each.suite in SUITES}
    swaps = _swaps(series, names) if series else []
    if series is None or not swaps:
        why = "No two servers were measured under the same application in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    verdict = decide(swap.matters for swap in swaps)
    widest = max(swaps, key=lambda swap: max(swap.widest.value, 1 / swap.widest.value))
    partly = verdict == "refuted" and not all(swap.whole for swap in swaps)
    lines = [_sentence(swaps), *_defaults(series)]
    if partly:
        lines.append(f"Not both were measured of each: `waitbench run {SUITES[0]}` does it.")
    return Finding(
        claim=CLAIM,
        verdict="undecided" if partly else verdict,
        reason="partly measured" if partly else None,
        sentence=" ".join(lines),
        brief=_brief(swaps, verdict),
        effect=widest.widest.value,
        effect_of=f"{widest.server} in place of {widest.usual}",
        interval=widest.widest.interval,
        unit="times the load held" if widest.widest is widest.held else "times the CPU",
        evidence=tuple(dict.fromkeys(each for swap in swaps for each in swap.evidence)),
        conditions=tuple(swap.text for swap in swaps if swap.matters),
    )


def _swaps(series: LoadSeries, names: Mapping[str, str]) -> list[Swap]:
    swaps = []
    for usual, others in SWAPS.items():
        place = series.curve(usual)
        for server in others:
            curve = series.curve(server)
            if place and curve and (swap := _swap(curve, place, names)):
                swaps.append(swap)
    return swaps


def _swap(curve: LoadCurve, usual: LoadCurve, names: Mapping[str, str]) -> Swap | None:
    """Return one server beside another, by all loads at which both have figures that count."""
    cpu = held = None
    evidence = []
    for load, row in curve.rows.items():
        other = usual.rows.get(load)
        if other is None or not row.sound or not other.sound:
            continue
        if load == load_curve.KNEE:
            held = compare(row, other)
        elif cpu is None:
            cpu = times_the_cpu(row, other)
        evidence += [f"{names[load]}/{each.model}" for each in (row, other)]
    if not cpu and not held:
        return None
    return Swap(server=curve.model, usual=usual.model, cpu=cpu, held=held, evidence=tuple(evidence))


def _twofold(estimate: Estimate) -> bool | None:
    if above(estimate, TWOFOLD) or below(estimate, 1 / TWOFOLD):
        return True
    return False if below(estimate, TWOFOLD) and above(estimate, 1 / TWOFOLD) else None


def _brief(swaps: Sequence[Swap], verdict: ClaimVerdict) -> str:
    """Return in how many swaps the server surely matters, and in how many that is open."""
    matters = [swap.matters for swap in swaps]
    brief = f"it surely does in {matters.count(True)} of {formatting.count(len(swaps), 'swap')}"
    opened = f", and in {matters.count(None)} perhaps" if None in matters else ""
    return brief + opened if verdict != "refuted" else f"in none of {len(swaps)} swaps"


def _sentence(swaps: Sequence[Swap]) -> str:
    ordered = sorted(swaps, key=lambda swap: -max(swap.widest.value, 1 / swap.widest.value))
    return f"Another server under the same application: {'; '.join(swap.text for swap in ordered)}."


def _defaults(series: LoadSeries) -> list[str]:
    """Return how many requests servers serve at once by themselves, where that is not the same."""
    told = []
    for server in DEFAULTS:
        set_up, alone = series.curve(server), series.curve(f"{server}{DEFAULT}")
        if set_up is None or alone is None:
            continue
        widths = [max(row.width for row in curve.rows.values()) for curve in (alone, set_up)]
        if widths[0] != widths[1]:
            told.append(f"{server} {widths[0]} rather than {widths[1]}")
    return [f"Served at once by their own settings: {'; '.join(told)}."] if told else []
