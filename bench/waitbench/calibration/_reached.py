"""An efficiency that is aimed at, the ways in which its cell is run, and what was reached."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from waitbench.calibration._losses import Loss, loss
from waitbench.perfmodel.ideal import ideal_ns
from waitbench.stats.estimates import centre

if TYPE_CHECKING:
    from waitbench.calibration._cell import CalibrationCell, CellResult
    from waitbench.results.record import RoundRecord

LAPS = 100
"""Tasks of a round for each that may be under way, where the aim names no number of tasks."""
FEW_LAPS = 20
"""The same of the short rounds beside the long ones, and of one task at a time."""

Way = Literal["itself", "bare", "short", "single", "bare single"]
"""How an aim's cell is run: as it is, by bare asyncio, in short rounds, one task at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A cell, and the efficiency that an expert's client reaches there on a quiet machine.

    Attributes:
        cell: what is run.
        efficiency: ideal wall over measured.
        rounds: how many a launch has; long ones say enough.
    """

    cell: CalibrationCell
    efficiency: float
    rounds: int = 1

    @property
    def ways(self) -> dict[Way, CalibrationCell]:
        """All that is run for it."""
        cell = self.cell
        ways: dict[Way, CalibrationCell] = {"itself": cell}
        if cell.tasks == LAPS * cell.concurrency:
            ways["short"] = replace(cell, tasks=FEW_LAPS * cell.concurrency)
        single = ways["single"] = replace(cell, tasks=FEW_LAPS, concurrency=1)
        if cell.model == "asyncio":
            ways["bare"], ways["bare single"] = _bare(cell), _bare(single)
        return ways


@dataclass(slots=True, kw_only=True)
class Reached:
    """What was measured of one aim in each way, launch by launch."""

    aim: Aim
    results: dict[Way, dict[int, CellResult]] = field(default_factory=dict)

    def efficiency(self, way: Way = "itself") -> tuple[float, float, float]:
        """Ideal over measured, with the ends of its interval: at most 1, which nobody exceeds.

        Raises:
            KeyError: it was not run in this way.
        """
        wall = centre(
            {
                launch: [float(round_.wall_ns) for round_ in result.rounds]
                for launch, result in self.results[way].items()
            }
        )
        assert wall is not None
        ideal = self.ideal_ns(way)
        low = ideal / wall.high if wall.high else 0.0
        return ideal / wall.value, low, min(1.0, ideal / wall.low) if wall.low else 1.0

    def ideal_ns(self, way: Way = "itself") -> float:
        """Least wall of a round in nanoseconds: nothing but its waits, C at once."""
        cell = self.aim.ways[way]
        return ideal_ns(
            tasks=cell.tasks,
            concurrency=cell.concurrency,
            waits_ns=self.waits_ns,
            cpu_ns=0,
            cores=1,
        )

    def loss(self, way: Way = "itself") -> Loss:
        """Where a lap loses its time."""
        at_once = self.aim.ways[way].concurrency
        return loss(self.rounds(way), concurrency=at_once, waits_ns=self.waits_ns)

    @property
    def waits_ns(self) -> float:
        """Wait of a task in nanoseconds."""
        return next(iter(self.results["itself"].values())).waits_ns

    @property
    def beyond_reach(self) -> bool:
        """Whether bare asyncio misses the aim for certain: then the library is not the reason."""
        return "bare" in self.results and self.efficiency("bare")[2] < self.aim.efficiency

    def rounds(self, way: Way = "itself") -> list[RoundRecord]:
        """All that count."""
        return [round_ for result in self.results[way].values() for round_ in result.rounds]

    @property
    def disturbed(self) -> str:
        """How many rounds of how many ran beside other work."""
        launches = self.results["itself"].values()
        disturbed = sum(launch.disturbed for launch in launches)
        return f"{disturbed} of {sum(launch.ran for launch in launches)}"


def _bare(cell: CalibrationCell) -> CalibrationCell:
    return replace(cell, params={**cell.params, "client": "asyncio"})
