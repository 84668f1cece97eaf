"""The claim that a pool of processes takes longer to start than a pool of threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench.findings import Finding

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary

CLAIM = "pools-start-slower"
ASKS = "A pool of processes takes longer to start than a pool of threads."
SUITES = ("io_bound", "cpu_bound")


def find(summary: Summary) -> Finding:
    """Compare the start-up of both in each scenario that has both."""
    ratios = {}
    for scenario in summary.scenarios:
        starts = [
            row.measured.startup_ns
            for row in map(scenario.row, ("processes", "threads"))
            if row is not None and row.measured.startup_ns
        ]
        if len(starts) == len(("processes", "threads")):
            ratios[scenario.name] = starts[0] / starts[1]
    if not ratios:
        return Finding.undecided(CLAIM, "No scenario had both pools", SUITES)
    least = min(ratios, key=lambda name: ratios[name])
    return Finding(
        claim=CLAIM,
        verdict="supported" if ratios[least] > 1 else "refuted",
        sentence=f"Processes took at least {ratios[least]:.1f} times as long to start as threads.",
        effect=ratios[least],
        evidence=(f"{least}/processes", f"{least}/threads"),
    )
