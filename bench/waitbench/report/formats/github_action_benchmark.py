"""The list that github-action-benchmark takes as `customSmallerIsBetter`; intervals are ranges."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from waitbench.report import tracked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.report.tracked import Figure

SUFFIX = "github-action-benchmark.json"
left_out = tracked.left_out


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write an entry for each figure.

    The unit never changes: the action converts values between units, but not such a range.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    del findings
    entries = [_entry(figure) for figure in tracked.figures(summary, only)]
    return json.dumps(entries, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _entry(figure: Figure) -> dict[str, str | float]:
    entry: dict[str, str | float] = {
        "name": f"{figure.name} {figure.measure}",
        "unit": figure.unit,
        "value": figure.value,
    }
    if figure.interval:
        low, high = figure.interval
        entry["range"] = f"{low:.12g} to {high:.12g}"
    return entry
