"""One contestant among the others of its scenario: what every table and finding is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waitbench.stats import estimates, machines
from waitbench.stats.moderation import moderated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.measured import Measured
    from waitbench.perfmodel.roofline import Crossover
    from waitbench.stats.estimates import Estimate
    from waitbench.stats.moderation import LaunchVariance
    from waitbench.stats.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contestant of one scenario, compared. A figure is None where it was not measured.

    Attributes:
        measured: its own figures.
        wall: its wall, with the spread of launches moderated over its family of suites.
        cpu: CPU of a task, moderated likewise.
        ratio: times faster than the baseline, paired within blocks; None for the baseline itself.
        verdict: on that ratio, corrected over all rows of the family.
        efficiency: the ideal wall as a share of the measured one.
        roofline_ns: least wall that its own CPU and the wait allow; None where nothing waits.
        floor_ns: the same with the turns of one worker, who waits and computes by itself, and also
            where nothing waits; None where its CPU is not known.
        crossover: C*, where it can have several tasks under way and they wait.
        launch_variance: of all ratios of its family, which moderates every comparison of it; None
            where there are too few of them, one launch, or many.
        by_machine: the ratio on each machine, where several measured it.
        disagree: chance of machines that agree to lie as far apart as these do.
    """

    measured: Measured
    wall: Estimate | None
    cpu: Estimate | None = None
    ratio: Estimate | None = None
    verdict: Verdict | None = None
    efficiency: float | None = None
    roofline_ns: float | None = None
    floor_ns: float | None = None
    crossover: Crossover | None = None
    launch_variance: LaunchVariance | None = None
    by_machine: Mapping[str, Estimate] = field(default_factory=dict)
    disagree: float = 1.0

    @property
    def model(self) -> str:
        """Its name."""
        return self.measured.model

    @property
    def kind(self) -> str:
        """The model that it ran as."""
        return self.measured.kind

    @property
    def control(self) -> bool:
        """Whether it is there only to tell what a difference is due to."""
        return self.measured.control

    @property
    def width(self) -> int:
        """Tasks that it really had under way at once."""
        return self.measured.width

    @property
    def sound(self) -> bool:
        """Whether a finding may lean on it."""
        return self.measured.sound

    @property
    def held_back(self) -> bool:
        """Whether its time is a bound: the target added to it, so the true one is shorter."""
        return self.measured.held_back

    @property
    def rival(self) -> bool:
        """Whether it may win: it is sound and more than a control."""
        return self.sound and not self.control

    @property
    def cpu_ns(self) -> float | None:
        """CPU of a task in nanoseconds, without its interval."""
        return self.cpu.value if self.cpu else None


def compare(
    row: Row,
    other: Row,
    *,
    confidence: float = estimates.CONFIDENCE,
) -> Estimate | None:
    """How many times faster `row` was than `other`, paired directly within their common blocks."""
    pair = machines.paired_ratio(
        other.measured.walls,
        row.measured.walls,
        machines=row.measured.machines,
        confidence=confidence,
    )
    return moderated(pair, row.launch_variance)
