"""A summary in, its scenarios as panels of a picture out: a field each, a line for each model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis.bounds import WHY, held_back, speed
from waitbench.presentation.theme import LONGEST, only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.presentation.vega_json import Vega

GAP = 32
LETTER = 7.2
"""Points that a letter of a name takes in width, about."""
NAMED = 3
"""So many models are named in a caption; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One scenario with the rows that are drawn of it."""

    scenario: Comparison
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """What its data are filtered by: names of scenarios are unique only within a suite."""
        return f"{self.scenario.suite}/{self.scenario.name}"

    @property
    def models(self) -> Vega:
        """The axis of its models, in the order of the table."""
        names = [row.model for row in self.rows]
        return {"field": "model", "type": "nominal", "sort": names, "axis": {"title": None}}

    def only(self, key: str = "") -> list[Vega]:
        """Return the filters for its own data (or those of `key`), without hidden models."""
        return only("scenario", key or self.key)

    def drawn(self, layers: Sequence[Mapping[str, Any]], width: int, row: int) -> Vega:
        """Return the field of these layers, `row` points high for each model, under its title."""
        of = self.scenario
        work = formatting.work(of.workload, of.tasks, of.waits_ns)
        return {
            "title": {"text": f"{work}, {of.concurrency:,} at once", "subtitle": of.name},
            "width": width,
            "height": {"step": row},
            "layer": layers,
        }


def panels(summary: Summary, counts: Callable[[Row], bool]) -> list[Panel]:
    """Return the scenarios with rows that count: of the main suites, or of all without such."""
    made = [
        Panel(scenario=scenario, rows=tuple(filter(counts, scenario.rows)))
        for scenario in summary.main or summary.scenarios
    ]
    return [panel for panel in made if panel.rows]


def undrawn(shown: Sequence[Panel]) -> str:
    """Return who is not among the rows of a scenario because the target held it back."""
    names = [
        f"{speed(row, panel.scenario)} in {panel.scenario.name}"
        for panel in shown
        for row in held_back(panel.scenario)
        if row not in panel.rows
    ]
    if not names:
        return ""
    return f" Not drawn: {formatting.listing(formatting.shortlist(names, NAMED))}, {WHY}."


def beside(shown: Sequence[Panel]) -> int:
    """Return the points that a field takes beside its width: its longest name, and a gap."""
    return GAP + min(LONGEST, round(LETTER * max(map(len, models(shown)))))


def models(shown: Sequence[Panel]) -> list[str]:
    """Return the models of all panels, each once."""
    return list(dict.fromkeys(row.model for panel in shown for row in panel.rows))


def cut(text: str, shown: Sequence[Panel], of: Sequence[Panel]) -> str:
    """Add to a caption how many scenarios there are, where not all are shown."""
    return (
        f"{text} The first {len(shown)} of {len(of)} scenarios." if len(of) > len(shown) else text
    )
