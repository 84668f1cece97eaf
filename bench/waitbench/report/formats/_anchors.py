"""Where a page's links lead: one safe, readable name for every scenario, row and claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row

UNSAFE = re.compile(r"[^A-Za-z0-9_.]+")


class Anchors:
    """Names that are unique on the page, whatever the results file calls its rows."""

    def __init__(self, summary: Summary) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()
        for scenario in (*summary.scenarios, *summary.controls):
            self._name("scenario", scenario.suite, scenario.name)
            for row in scenario.rows:
                self._name("row", scenario.suite, scenario.name, row.model)

    def scenario(self, scenario: Comparison) -> str:
        """Name the table of a scenario."""
        return self._names["scenario", scenario.suite, scenario.name]

    def row(self, scenario: Comparison, row: Row) -> str:
        """Name a row of it."""
        return self._names["row", scenario.suite, scenario.name, row.model]

    def _name(self, *parts: str) -> None:
        slug = UNSAFE.sub("-", "-".join(parts)).strip("-")
        name, number = slug, 2
        while name in self._taken:
            name, number = f"{slug}-{number}", number + 1
        self._taken.add(name)
        self._names[parts] = name
