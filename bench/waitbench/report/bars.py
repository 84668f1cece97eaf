"""How many times faster, as bars of text: on one scale, so that flat is seen to be flat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.presentation.columns import Column
from waitbench.presentation.grid import SPEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison

Place = tuple[str, str]
"""Suite and scenario: names of scenarios are unique only within a suite."""
BAR = 10
"""Characters of the longest bar."""
HOLLOW, ARROW = "░", "→"
EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def place(scenario: Comparison) -> Place:
    """Return where a scenario stands in a run."""
    return scenario.suite, scenario.name


def barred(
    scenario: Comparison, columns: Sequence[Column], beside: Sequence[Comparison]
) -> list[Column]:
    """Draw times faster as bars, on one scale for all `beside` it: flat is seen to be flat.

    That of a row that the target held back is hollow and ends in an arrow: it is that or longer.
    """
    ratios = [row.ratio.value for other in beside for row in other.rows if row.ratio]
    if not scenario.baseline or not ratios:
        return list(columns)
    most = max(1.0, *ratios)
    cells = []
    for row in scenario.rows:
        ratio = 1.0 if row.model == scenario.baseline else row.ratio.value if row.ratio else 0.0
        full, part = divmod(round(ratio / most * BAR * 8), 8)
        cells.append(HOLLOW * full + ARROW if row.held_back else "█" * full + EIGHTHS[part])
    unit = f"0 to {formatting.times(most)}"
    bars = Column(head=SPEED, unit=unit, cells=tuple(cells), rank=8, left=True)
    verdict = next(n for n, column in enumerate(columns) if column.head == "verdict")
    return [*columns[:verdict], bars, *columns[verdict:]]
