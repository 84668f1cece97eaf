"""Who helps a server whose requests compute or query: who surely holds more, and who does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import rising, wording
from bench.findings._certainty import above, below, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.rising import Field
    from bench.row import Row

HELPS, NO_CURE = 1.2, 1.5
"""Who surely holds more than the first of these times as much helps; less than the second surely,
and that not, is no cure: two cores could give 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computing:
    """What became of the servers where a request works rather than waits.

    Attributes:
        work: `compute` or `query`.
        time_ns: how long a request's work takes by itself.
        helping: who surely holds more than one sync worker, with the row that says so.
        idle: who surely gains nothing worth while.
        unsure: the others.
    """

    work: str
    time_ns: float
    helping: tuple[tuple[str, Row], ...]
    idle: tuple[tuple[str, Row], ...]
    unsure: tuple[tuple[str, Row], ...]

    @property
    def condition(self) -> str | None:
        """Who holds more and who does not, in a clause; None where nobody surely does not."""
        idle, helping = _names(self.idle), _names(self.helping)
        if not idle:
            return None
        clause = f"only for waiting: computing gains nothing with {wording.listing(idle, 'or')}"
        return f"{clause}; it does with {wording.listing(helping)}" if helping else clause

    @property
    def sentence(self) -> str:
        """The same with every figure."""
        parts = (
            ("held more", self.helping),
            ("gained nothing", self.idle),
            ("too unsure to call", self.unsure),
        )
        groups = [
            f"{words}: "
            + ", ".join(
                f"{name} {with_interval(row.ratio)}" for name, row in rows if row.ratio is not None
            )
            for words, rows in parts
            if rows
        ]
        work = f"{rising.DOES[self.work]} {wording.duration(self.time_ns)}"
        return f"{work} a request, times what one sync worker holds: {'; '.join(groups)}."


def computing(field: Field, baseline: str) -> Computing | None:
    """Sort the servers by their knees; None where no knee was found in a way that counts."""
    sorts: dict[str, list[tuple[str, Row]]] = {"helping": [], "idle": [], "unsure": []}
    for curve in field.curves:
        row = curve.rows.get(rising.KNEE)
        if row and row.ratio and row.sound and curve.model != baseline:
            gained = "idle" if below(row.ratio, NO_CURE) else "unsure"
            gained = "helping" if above(row.ratio, HELPS) else gained
            sorts[gained].append((curve.model, row))
    if not any(sorts.values()):
        return None
    return Computing(
        work=field.work,
        time_ns=field.time_ns,
        **{name: tuple(rows) for name, rows in sorts.items()},
    )


def _names(rows: Sequence[tuple[str, Row]]) -> list[str]:
    return [name for name, _ in rows]
