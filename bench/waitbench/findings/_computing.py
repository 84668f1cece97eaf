"""Who helps a server whose requests compute or query: who surely holds more, and who does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import load_curve
from waitbench.findings._verdicts import above, below, with_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.load_curve import LoadSeries
    from waitbench.stats.estimates import Estimate

HELPS, NO_CURE = 1.2, 1.5
"""Who surely holds more than the first of these times as much helps; less than the second surely,
and that not, is no cure: two cores could give 2."""
WORDS = {True: "held more", False: "gained nothing", None: "too unsure to call"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Computing:
    """What became of the servers where a request works rather than waits.

    Attributes:
        work: `compute` or `query`.
        time_ns: how long a request's work takes by itself.
        knees: times what one sync worker holds, by server: of those that surely hold more (True),
            surely gain nothing worth while (False), and the others (None).
    """

    work: str
    time_ns: float
    knees: Mapping[bool | None, Mapping[str, Estimate]]

    @property
    def condition(self) -> str | None:
        """Who holds more and who does not, in a clause; None where nobody surely does not."""
        idle, helping = list(self.knees[False]), list(self.knees[True])
        if not idle:
            return None
        clause = f"only for waiting: computing gains nothing with {formatting.listing(idle, 'or')}"
        return f"{clause}; it does with {formatting.listing(helping)}" if helping else clause

    @property
    def sentence(self) -> str:
        """The same with every figure."""
        groups = [
            f"{WORDS[helps]}: "
            + ", ".join(f"{name} {with_interval(ratio)}" for name, ratio in ratios.items())
            for helps, ratios in self.knees.items()
            if ratios
        ]
        work = f"{load_curve.DOES[self.work]} {formatting.duration(self.time_ns)}"
        return f"{work} a request, times what one sync worker holds: {'; '.join(groups)}."


def computing(series: LoadSeries, baseline: str) -> Computing | None:
    """Return the servers by their knees; None where no knee was found in a way that counts."""
    knees: dict[bool | None, dict[str, Estimate]] = {helps: {} for helps in WORDS}
    for curve in series.curves:
        row = curve.rows.get(load_curve.KNEE)
        if row and row.ratio and row.sound and curve.model != baseline:
            idle = False if below(row.ratio, NO_CURE) else None
            knees[True if above(row.ratio, HELPS) else idle][curve.model] = row.ratio
    if not any(knees.values()):
        return None
    return Computing(work=series.work, time_ns=series.time_ns, knees=knees)
