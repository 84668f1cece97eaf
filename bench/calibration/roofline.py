"""Whether walls can be foretold: CPU per task from one cell of a client, its other cells predicted.

Two predictions stand beside each other. The plain roofline is `bench.roofline.predict_ns`, as the
tables and findings use it: max(ceil(N / C) x L, N x cpu + L). That is a bound: what wait and CPU
allow at best, with the CPU that the row itself measured. As a forecast it is therefore too low, by
what it leaves out; the sharp one, which is used nowhere else, knows three things more:

- A task does not overlap with itself: its own CPU, at client and target, and what the target is
  late by come on top of its wait.
- All tasks start at once, but one client sends them one by one: the last of the first C leaves
  when the others have gone, and ends so much later.
- Client and target share the machine: the pace is that of the busiest of the client, the target's
  worker and all cores together (the bottleneck law of closed queues: Denning and Buzen 1978).

CPU per task falls by half and more as a loop finds more to do each time it wakes up, and what the
target does while nobody asks is spread over few tasks. CPU bounds a wall only where the client is
busy, so that is where it is calibrated: at many tasks at once, or one at a time without a wait.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from math import ceil
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
    "asyncio": http("asyncio", "5ms", 640, 64),
    "threads": http("threads", "5ms", 320, 64),
    "processes": http("processes", "5ms", 96, 16),
    "sync": http("sync", "0ms", 40, 1),
}
"""The one cell of each client that is measured before the others are predicted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a task costs, in nanoseconds.

    Attributes:
        client_ns: CPU of the client with its children.
        target_ns: CPU of the target.
        late_ns: how much later than asked the target answers.
        parallel: cores that the client can compute on at once.
        cores: cores that client and target have together.
    """

    client_ns: float
    target_ns: float
    late_ns: float
    parallel: float
    cores: float

    @property
    def pace_ns(self) -> float:
        """Time between two tasks where nothing but work holds them up."""
        together = (self.client_ns + self.target_ns) / self.cores
        return max(self.client_ns / self.parallel, self.target_ns, together)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """One cell: what was predicted, and what came."""

    cell: Cell
    plain_ns: float
    sharp_ns: float
    wall_ns: float
    disturbed: bool

    @property
    def plain_off(self) -> float:
        """How far the plain roofline is off, as a share of the wall; below zero if too low."""
        return self.plain_ns / self.wall_ns - 1

    @property
    def sharp_off(self) -> float:
        """How far the sharp one is off."""
        return self.sharp_ns / self.wall_ns - 1


def cost(seen: Seen, model: str, tasks: int, cores: int) -> Cost:
    """Read off a calibration cell what a task costs this client."""
    return Cost(
        client_ns=seen.cpu_ns / tasks,
        target_ns=(seen.said("cpu_ns") or 0.0) / tasks,
        late_ns=seen.said("error_p50_ns") or 0.0,
        parallel=roofline.parallel(model, seen.width, cores, gil=True),
        cores=cores,
    )


def sharp_ns(tasks: int, width: int, latency_ns: float, known: Cost) -> float:
    """Predict the wall of a round in nanoseconds (the module says how).

    Args:
        tasks: N, tasks in the round.
        width: how many are really under way at once.
        latency_ns: L, the wait of one task.
        known: what a task costs.
    """
    lap_ns = latency_ns + known.late_ns + known.client_ns + known.target_ns
    laps_ns = ceil(tasks / width) * lap_ns + (width - 1) * known.pace_ns
    return max(laps_ns, tasks * known.pace_ns + latency_ns)


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
    cores = cores_allowed()
    with Stand(models, ["http"]) as stand:
        for model in models:
            calibration = CALIBRATION[model]
            known = cost(stand.run(calibration, 2 * rounds), model, calibration.tasks, cores)
            for cell in cells(model, latencies):
                yield _foretell(cell, known, stand.run(cell, rounds))


def _foretell(cell: Cell, known: Cost, seen: Seen) -> Foretold:
    latency_ns = duration_ns(cell.params["latency"])
    return Foretold(
        cell=cell,
        plain_ns=roofline.predict_ns(
            cell.tasks, seen.width, latency_ns, known.client_ns, known.parallel
        ),
        sharp_ns=sharp_ns(cell.tasks, seen.width, latency_ns, known),
        wall_ns=seen.wall_ns,
        disturbed=seen.disturbed == seen.ran,
    )


def share(offs: Sequence[float]) -> float:
    """Share of the predictions that came within the tenth."""
    return sum(abs(off) <= WITHIN for off in offs) / len(offs)


HEADER = f"{'client':10} {'cell':20} {'wall ms':>8} {'plain ms':>9} {'off':>6} {'sharp ms':>9} off"


def line(one: Foretold) -> str:
    """Write one cell."""
    return (
        f"{one.cell.model:10} {one.cell.name:20} {one.wall_ns / MS:8.1f} {one.plain_ns / MS:9.1f}"
        f" {one.plain_off:+6.1%} {one.sharp_ns / MS:9.1f} {one.sharp_off:+6.1%}"
        f"{' *' if one.disturbed else ''}"
    )


def summed(found: Sequence[Foretold]) -> Iterator[str]:
    """Say how well either form foretold, and what the plain one is used for."""
    plain, sharp = [one.plain_off for one in found], [one.sharp_off for one in found]
    yield (
        f"of {len(found)} cells not seen before, within {WITHIN:.0%}: plain {share(plain):.0%},"
        f" sharp {share(sharp):.0%}; the aim is {AIM:.0%}"
    )
    yield (
        f"off at the median: plain {median(plain):+.1%}, sharp {median(sharp):+.1%}; tables and"
        " findings use the plain one, as a bound and not as a forecast: it knows nothing of the"
        " start of a round, a task's own CPU beside its wait, or the target's"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if fewer sharp predictions come within a tenth than the aim."""
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
    return int(share([one.sharp_off for one in found]) < AIM)


if __name__ == "__main__":
    raise SystemExit(main())
