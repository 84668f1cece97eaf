"""What could make the figures of a run mislead: threats to validity, from what was really done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.comparison import cores
from waitbench.report import aa_control, prose

if TYPE_CHECKING:
    from waitbench.analysis.comparison import Summary

ALWAYS = (
    (
        "The target's latency is artificial, and it stands on the same machine: a real network "
        "also loses, reorders and throttles."
    ),
    "Tasks of a scenario are all alike; real work is mixed, and the mixed suite is one mix only.",
    (
        "Intervals are inferred over fresh processes on one machine; another machine, kernel or "
        "Python is another experiment."
    ),
)
FEW_LAUNCHES = 8
"""Below so many, one process that is out of line weighs heavily."""
FEW_CORES = 4


def threats(summary: Summary) -> list[str]:
    """List them, those of this very run first."""
    done, facts = summary.methods, summary.environment
    doubts = [alert for alert in prose.alerts(summary) if alert != aa_control.alarm(summary)]
    doubts += [aa_control.alarm(summary)]
    if 0 < done.launches < FEW_LAUNCHES:
        doubts.append(
            f"Most rows have {formatting.count(done.launches, 'launch', 'launches')}: "
            "intervals are "
            "honest about that and wide; what is undecided wants more of them."
        )
    allowed = cores(facts)
    if allowed < FEW_CORES:
        doubts.append(
            "The client, the target and the system shared "
            f"{formatting.count(int(allowed), 'core')}; "
            "with more cores processes would gain more on work that computes."
        )
    if facts.get("virtualization"):
        doubts.append(
            f"The machine is virtual ({facts['virtualization']}): others may have taken its time "
            "unseen, which the paired blocks spread over all models alike."
        )
    if done.disturbed:
        doubts.append(
            f"{done.disturbed} of {done.rounds + done.left_out} rounds ran beside other work; "
            f"{done.left_out} of them were left out for an undisturbed one."
        )
    undecided = sum(
        row.verdict is not None and row.verdict.verdict == "undecided"
        for scenario in summary.scenarios
        for row in scenario.rows
    )
    if undecided:
        doubts.append(
            f"{undecided} of {formatting.count(done.comparisons, 'comparison')} are undecided: no "
            "difference was shown, which is not the same as none."
        )
    return [*filter(None, doubts), *ALWAYS]
