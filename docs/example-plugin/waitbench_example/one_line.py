"""A line for each scenario: who was fastest, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding

SUFFIX = "lines"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the lines, of some suites alone where `only` names them."""
    del findings
    lines = []
    for scenario in summary.scenarios:
        timed = [row for row in scenario.rows if row.rival and row.wall]
        if timed and (not only or scenario.suite in only):
            best = min(timed, key=lambda row: row.wall.value if row.wall else 0)
            verdict = best.verdict.verdict if best.verdict else "the baseline"
            lines.append(f"{scenario.suite}/{scenario.name}: {best.model}, {verdict}\n")
    return "".join(lines)
