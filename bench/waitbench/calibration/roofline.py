"""Whether walls can be predicted: two figures from one cell of a client, its other cells predicted.

Two forms of `waitbench.perfmodel.roofline.predict_ns`, max(ceil(N / C) x L, N x cpu + L), stand
beside each other; cpu is the client's CPU per task in the calibration cell for both.

- The bound: L is the wait that was asked for. No client can do better. As a forecast it is too
  low, by what a task needs beyond its wait. This is what tables and findings show, there with the
  CPU of the row itself.
- The forecast: L is a task's own time, that is the wait and what a task of the calibration cell
  took beyond its wait: the way through client and target, and its turn among the others. Before
  the last of C tasks has begun, the client computed for the C - 1 others: so much later the last
  lane ends, and so much is added to the turns. What comes without that is counted, too.

The calibration cell is 10 ms, 8 at once. A tenth of a wall is least at short waits, so what a task
takes beyond its wait is best known there; and of 8 at once every client still has idle moments:
one that has none lets tasks queue for its CPU, which the second term counts already. A machine's
pace changes within minutes, and a forecast is of the wall only where both were at one pace: the
calibration cell is run again before every cell, and the last few times count.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TYPE_CHECKING

from waitbench.calibration._cell import CalibrationCell, http
from waitbench.calibration._workers import CellRunner
from waitbench.formatting import percent
from waitbench.parsing import Parser
from waitbench.perfmodel import roofline
from waitbench.system.machine import cores_allowed
from waitbench.units import duration_ns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from waitbench.calibration._cell import CellResult

AIM = 0.90
WITHIN = 0.10
MS = 1_000_000
LATENCIES = ("5ms", "20ms", "50ms", "100ms")
LAPS = (4, 10)
"""N of the cells, as multiples of C."""
WIDTHS = {"asyncio": (4, 16, 64), "threads": (4, 16, 64), "processes": (4, 16), "sync": (1,)}
"""C of the cells."""

CALIBRATION = {
    "asyncio": http("asyncio", "10ms", 80, 8),
    "threads": http("threads", "10ms", 80, 8),
    "processes": http("processes", "10ms", 80, 8),
    "sync": http("sync", "10ms", 10, 1),
}
"""The one cell of each client that is measured before the others are predicted."""
VISITS = 3
"""So many times it is run before the first, and so many of the last times count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a task of the calibration cell cost, in nanoseconds.

    Attributes:
        cpu_ns: CPU of the client with its children.
        beyond_ns: its own time beyond its wait.
    """

    cpu_ns: float
    beyond_ns: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One cell: what was predicted, and what came."""

    cell: CalibrationCell
    bound_ns: float
    unstarted_ns: float
    """The forecast without the start."""
    forecast_ns: float
    wall_ns: float
    disturbed: bool

    @property
    def bound_off(self) -> float:
        """How far the bound is off, as a share of the wall; below zero if too low."""
        return self.bound_ns / self.wall_ns - 1

    @property
    def forecast_off(self) -> float:
        """How far the forecast is off."""
        return self.forecast_ns / self.wall_ns - 1

    @property
    def unstarted_off(self) -> float:
        """How far it is off without the start."""
        return self.unstarted_ns / self.wall_ns - 1


def cost(visits: Iterable[CellResult], tasks: int) -> Cost:
    """Read off visits to a calibration cell of so many tasks what one of them costs this client."""
    taken = list(visits)
    return Cost(
        cpu_ns=median(visit.cpu_ns for visit in taken) / tasks,
        beyond_ns=median(visit.task_ns - visit.waits_ns for visit in taken),
    )


def cells(model: str, latencies: Sequence[str]) -> Iterator[CalibrationCell]:
    """List the cells that are predicted: latency x N x C."""
    for latency in latencies:
        for concurrency in WIDTHS[model]:
            for laps in LAPS:
                cell = http(model, latency, laps * concurrency, concurrency)
                if cell != CALIBRATION[model]:
                    yield cell


def measure(
    *, rounds: int, latencies: Sequence[str] = LATENCIES, models: Sequence[str] = tuple(WIDTHS)
) -> Iterator[Prediction]:
    """Predict each client's cells from its calibration cell, and run them, in turns.

    Each round comes right after a warm-up: for a tenth of a second after a pause, in which a short
    round would be over, the system may have client and target share a core.

    Raises:
        BenchError: a cell failed, or a task came back wrong.
    """
    with CellRunner(models, ["http"]) as runner:
        for model in models:
            calibration = CALIBRATION[model]
            before = (runner.run(calibration, rounds, every=True) for _ in range(VISITS - 1))
            visits = deque(before, VISITS)
            for cell in cells(model, latencies):
                visits.append(runner.run(calibration, rounds, every=True))
                task_cost = cost(visits, calibration.tasks)
                yield predict(cell, task_cost, runner.run(cell, rounds, every=True))


def predict(cell: CalibrationCell, task_cost: Cost, result: CellResult) -> Prediction:
    """Predict a cell from what a task costs this client, and put beside it what was seen."""
    wait_ns = duration_ns(cell.params["latency"])
    parallel = roofline.parallel(cell.model, result.width, cores_allowed(), gil=True)
    task_ns, start_ns = (
        wait_ns + task_cost.beyond_ns,
        (result.width - 1) * task_cost.cpu_ns / parallel,
    )
    bound_ns, unstarted_ns = (
        roofline.predict_ns(cell.tasks, result.width, latency_ns, task_cost.cpu_ns, parallel)
        for latency_ns in (wait_ns, task_ns)
    )
    turns_ns = ceil(cell.tasks / result.width) * task_ns
    return Prediction(
        cell=cell,
        bound_ns=bound_ns,
        unstarted_ns=unstarted_ns,
        forecast_ns=max(unstarted_ns, turns_ns + start_ns),
        wall_ns=result.wall_ns,
        disturbed=result.disturbed == result.ran,
    )


def share(offs: Sequence[float]) -> float:
    """Share of the predictions that came within the tenth."""
    return sum(abs(off) <= WITHIN for off in offs) / len(offs)


HEADER = (
    f"{'client':10} {'cell':20} {'wall ms':>8} {'bound ms':>9} {'off':>6} {'forecast ms':>12} off"
)


def line(prediction: Prediction) -> str:
    """Write one cell."""
    cell, wall_ms, bound_ms = prediction.cell, prediction.wall_ns / MS, prediction.bound_ns / MS
    return (
        f"{cell.model:10} {cell.name:20} {wall_ms:8.1f} {bound_ms:9.1f}"
        f" {prediction.bound_off:+6.1%} {prediction.forecast_ns / MS:12.1f}"
        f" {prediction.forecast_off:+6.1%}"
        f"{' *' if prediction.disturbed else ''}"
    )


def summed(predictions: Sequence[Prediction]) -> Iterator[str]:
    """Write how well each form predicted, and what the forms are."""
    bound, forecast = (
        [prediction.bound_off for prediction in predictions],
        [prediction.forecast_off for prediction in predictions],
    )
    unstarted = [prediction.unstarted_off for prediction in predictions]
    yield (
        f"of {len(predictions)} cells not seen before, within {percent(WITHIN)}: forecast"
        f" {percent(share(forecast))}, without the start {percent(share(unstarted))},"
        f" bound {percent(share(bound))}; the aim is {percent(AIM)}"
    )
    middle, of_bound = 100 * median(forecast), 100 * median(bound)
    yield f"off at the median: forecast {middle:+.1f} %, bound {of_bound:+.1f} %"
    yield (
        "bound: max(ceil(N / C) x L, N x cpu + L), with the CPU of one cell per client and the wait"
        " that was asked for; tables and findings show it; forecast: for L a task's own time in"
        " that cell with this wait, and for the start (C - 1) x cpu more beside the turns"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if fewer forecasts come within a tenth than the aim."""
    parser = Parser(prog="waitbench calibrate roofline", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two latencies, two rounds")
    options = parser.parse_args(argv)
    print(HEADER)
    predictions = []
    latencies = ("5ms", "50ms") if options.quick else LATENCIES
    for prediction in measure(rounds=2 if options.quick else 5, latencies=latencies):
        print(line(prediction), flush=True)
        predictions.append(prediction)
    print("* every round of it ran beside other work on this machine")
    for text in summed(predictions):
        print(text)
    return int(share([prediction.forecast_off for prediction in predictions]) < AIM)


if __name__ == "__main__":
    raise SystemExit(main())
