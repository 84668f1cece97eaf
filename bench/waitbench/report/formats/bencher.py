"""Bencher Metric Format, for `bencher run --adapter json`: intervals are lower and upper values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from waitbench.report import tracked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.report.tracked import Figure, Measure

SUFFIX = "bencher.json"
MEASURES: dict[Measure, str] = {
    "wall": "latency",  # its own measure of nanoseconds
    "CPU": "cpu-time",
    "memory": "memory",
    "count": "count",
}
LONGEST_NAME = 1024
"""Bytes; of a document with a longer one Bencher reads nothing."""
left_out = tracked.left_out


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write an object of measures for each row.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    del findings
    document: dict[str, dict[str, dict[str, float]]] = {}
    for figure in tracked.figures(summary, only):
        measures = document.setdefault(_name(figure), {})
        measures[MEASURES[figure.measure]] = _metric(figure)
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _name(figure: Figure) -> str:
    return figure.name.encode()[-LONGEST_NAME:].decode(errors="ignore")


def _metric(figure: Figure) -> dict[str, float]:
    metric = {"value": figure.value}
    if figure.interval:
        metric |= {"lower_value": figure.interval[0], "upper_value": figure.interval[1]}
    return metric
