"""Whether walls can be foretold: two figures from one cell of a client, its other cells predicted.

Two forms of `bench.roofline.predict_ns`, max(ceil(N / C) x L, N x cpu + L), stand beside each
other; cpu is the client's CPU per task in the calibration cell for both.

- The bound: L is the wait that was asked for. No client can do better. As a forecast it is too
  low, by what a task needs beyond its wait. This is what tables and findings show, there with the
  CPU of the row itself.
- The forecast: L is a task's own time, that is the wait and what a task of the calibration cell
  took beyond its wait: the way through client and target, and its turn among the others.

The calibration cell lies in the middle of the grid: 20 ms, 16 at once. At a client that is hardly
busy a task costs up to three times the CPU; at one that is never idle a task's own time is mostly
a queue for the CPU, which the second term counts already.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench import roofline
from bench.calibration._cell import Cell, http
from bench.calibration._stand import Stand
from bench.machine import cores_allowed
from bench.quantity import duration_ns
from bench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.calibration._cell import Seen

AIM = 0.90
WITHIN = 0.10
MS = 1_000_000
LATENCIES = ("5ms", "20ms", "50ms", "100ms")
LAPS = (4, 10)
"""N of the cells, as multiples of C."""
WIDTHS = {"asyncio": (4, 16, 64), "threads": (4, 16, 64), "processes": (4, 16), "sync": (1,)}
"""C of the cells."""

CALIBRATION = {
    "asyncio": http("asyncio", "20ms", 64, 16),
    "threads": http("threads", "20ms", 64, 16),
    "processes": http("processes", "20ms", 64, 16),
    "sync": http("sync", "20ms", 4, 1),
}
"""The one cell of each client that is measured before the others are predicted."""


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
class Foretold:
    """One cell: what was predicted, and what came."""

    cell: Cell
    bound_ns: float
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


def cost(seen: Seen, tasks: int) -> Cost:
    """Read off a calibration cell of so many tasks what one of them costs this client."""
    return Cost(cpu_ns=seen.cpu_ns / tasks, beyond_ns=seen.task_ns - seen.waits_ns)


def cells(model: str, latencies: Sequence[str]) -> Iterator[Cell]:
    """List the cells that are predicted: latency x N x C."""
    for latency in latencies:
        for concurrency in WIDTHS[model]:
            for laps in LAPS:
                cell = http(model, latency, laps * concurrency, concurrency)
                if cell != CALIBRATION[model]:
                    yield cell


def measure(
    *, rounds: int, latencies: Sequence[str] = LATENCIES, models: Sequence[str] = tuple(WIDTHS)
) -> Iterator[Foretold]:
    """Calibrate each client once, then predict its other cells and run them.

    Raises:
        BenchError: a cell failed, or a task came back wrong.
    """
    with Stand(models, ["http"]) as stand:
        for model in models:
            calibration = CALIBRATION[model]
            known = cost(stand.run(calibration, 2 * rounds), calibration.tasks)
            for cell in cells(model, latencies):
                yield foretell(cell, known, stand.run(cell, rounds))


def foretell(cell: Cell, known: Cost, seen: Seen) -> Foretold:
    """Predict a cell from what a task costs this client, and put beside it what was seen."""
    wait_ns = duration_ns(cell.params["latency"])
    parallel = roofline.parallel(cell.model, seen.width, cores_allowed(), gil=True)
    bound_ns, forecast_ns = (
        roofline.predict_ns(cell.tasks, seen.width, latency_ns, known.cpu_ns, parallel)
        for latency_ns in (wait_ns, wait_ns + known.beyond_ns)
    )
    return Foretold(
        cell=cell,
        bound_ns=bound_ns,
        forecast_ns=forecast_ns,
        wall_ns=seen.wall_ns,
        disturbed=seen.disturbed == seen.ran,
    )


def share(offs: Sequence[float]) -> float:
    """Share of the predictions that came within the tenth."""
    return sum(abs(off) <= WITHIN for off in offs) / len(offs)


HEADER = (
    f"{'client':10} {'cell':20} {'wall ms':>8} {'bound ms':>9} {'off':>6} {'forecast ms':>12} off"
)


def line(one: Foretold) -> str:
    """Write one cell."""
    return (
        f"{one.cell.model:10} {one.cell.name:20} {one.wall_ns / MS:8.1f} {one.bound_ns / MS:9.1f}"
        f" {one.bound_off:+6.1%} {one.forecast_ns / MS:12.1f} {one.forecast_off:+6.1%}"
        f"{' *' if one.disturbed else ''}"
    )


def summed(found: Sequence[Foretold]) -> Iterator[str]:
    """Say how well either form foretold, and what they are."""
    bound, forecast = [one.bound_off for one in found], [one.forecast_off for one in found]
    yield (
        f"of {len(found)} cells not seen before, within {WITHIN:.0%}: forecast"
        f" {share(forecast):.0%}, bound {share(bound):.0%}; the aim is {AIM:.0%}"
    )
    yield f"off at the median: forecast {median(forecast):+.1%}, bound {median(bound):+.1%}"
    yield (
        "both are max(ceil(N / C) x L, N x cpu + L), with the CPU of one cell per client; for the"
        " bound L is the wait that was asked for, for the forecast a task's own time in that cell"
        " with this wait; tables and findings show the bound"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if fewer forecasts come within a tenth than the aim."""
    parser = argparse.ArgumentParser(prog="waitbench calibrate roofline", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two latencies, two rounds")
    options = parser.parse_args(argv)
    print(HEADER)
    found = []
    latencies = ("5ms", "50ms") if options.quick else LATENCIES
    try:
        for one in measure(rounds=2 if options.quick else 5, latencies=latencies):
            print(line(one), flush=True)
            found.append(one)
    except BenchError as error:
        print(error)
        return 1
    print("* every round of it ran beside other work on this machine")
    for text in summed(found):
        print(text)
    return int(share([one.forecast_off for one in found]) < AIM)


if __name__ == "__main__":
    raise SystemExit(main())
