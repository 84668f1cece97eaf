"""Whether the label of what bound a row is right: a grid of cells whose bound is known."""

from __future__ import annotations

import os
import random
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench.calibration._grid import Surroundings, Trial, grid, redrawn
from waitbench.calibration._workers import CellRunner, cores_apart, pinned
from waitbench.calibration.hogs import hogs
from waitbench.formatting import percent
from waitbench.parsing import Parser
from waitbench.perfmodel import bottleneck, roofline
from waitbench.system.machine import cores_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.calibration._cell import CellResult

AIM = 0.95
MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A trial, what was measured, and what the product says of it."""

    surroundings: str
    trial: Trial
    burden: bottleneck.Burden
    disturbed: bool

    @property
    def label(self) -> bottleneck.Bound:
        """What `waitbench.perfmodel.bottleneck` makes of it."""
        return bottleneck.label(self.burden)

    @property
    def right(self) -> bool:
        """Whether that is the truth."""
        return self.label == self.trial.truth


def measure(places: Sequence[Surroundings], *, rounds: int) -> Iterator[Labelled]:
    """Run every trial in its surroundings; those that need pinning are left out where none is.

    Raises:
        BenchError: a trial failed, or a task came back wrong.
    """
    cores = cores_allowed()
    for place in places:
        alone = place.one_core or place.hogs > 0
        if alone and not hasattr(os, "sched_setaffinity"):
            continue
        if place.hogs and cores == 1:
            continue
        yield from _run(place, rounds)


def _run(place: Surroundings, rounds: int) -> Iterator[Labelled]:
    clients, target = _split(place)
    cells = [trial.cell for trial in place.trials]
    models = dict.fromkeys(cell.model for cell in cells)
    workloads = tuple(dict.fromkeys(cell.workload for cell in cells))
    with ExitStack() as stack:
        if place.hogs:
            with pinned(target):
                stack.enter_context(hogs(place.hogs, own_sessions=False))
        runner = stack.enter_context(
            CellRunner(models, workloads, *place.target, cpus=clients, target_cpus=target)
        )
        for trial in place.trials:
            result = runner.run(trial.cell, rounds)
            yield Labelled(
                surroundings=place.name,
                trial=trial,
                burden=burden(trial, result, len(clients) if clients else cores_allowed()),
                disturbed=result.disturbed == result.ran,
            )


def _split(place: Surroundings) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """Choose the cores of clients and target; None is all of them."""
    if place.one_core:
        last = frozenset({max(os.sched_getaffinity(0))})
        return last, last
    return cores_apart() if place.hogs else (None, None)


def burden(trial: Trial, result: CellResult, cores: float) -> bottleneck.Burden:
    """Return what was measured in the form of a row of a results file."""
    cell = trial.cell
    delays = [round_.run_queue_ns for round_ in result.rounds if round_.run_queue_ns is not None]
    one_thread = roofline.alone(cell.model)
    error = result.target_median("error_p50_ns")
    health = bottleneck.TargetHealth(
        asked_ns=result.target_median("asked_p50_ns") or 0.0,
        error_ns=error or 0.0,
        cpu_ns=result.target_median("cpu_ns") or 0.0,
        workers=1,
        queue_ns=result.phase("queue"),
    )
    return bottleneck.Burden(
        tasks=cell.tasks,
        concurrency=trial.allowed or cell.concurrency,
        width=result.width,
        waits_ns=result.waits_ns,
        wall_ns=result.wall_ns,
        cpu_ns=result.cpu_ns,
        ready_ns=median(delays) if delays and one_thread else 0.0,
        cores=cores,
        spread=roofline.parallel(cell.model, result.width, cores, gil=True),
        others_ns=median(round_.others_ns or 0 for round_ in result.rounds),
        target=None if error is None else health,
    )


def line(cell: Labelled) -> str:
    """Write one cell of the grid: what it is, what was measured, what is said of it."""
    trial, measured = cell.trial, cell.burden
    health = measured.target
    target = f"{health.error_ns / MS:6.2f} {health.cpu_ns / MS:7.1f}" if health else f"{'':14}"
    return (
        f"{cell.surroundings:25} {trial.cell.model:14} {trial.cell.name:24} {measured.width:3}"
        f" of {measured.concurrency:<3} {measured.wall_ns / MS:8.1f} {measured.cpu_ns / MS:7.1f}"
        f" {measured.ready_ns / MS:7.1f} {target} {trial.truth:17}"
        f" {'right' if cell.right else 'WRONG: ' + cell.label}{' *' if cell.disturbed else ''}"
    )


HEADER = (
    f"{'surroundings':25} {'client':14} {'cell':24} {'at once':>10} {'wall ms':>8} {'CPU ms':>7}"
    f" {'ready':>7} {'error':>6} {'its CPU':>7} {'truth':17} label"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the grid and print it; 1 if fewer labels are right than the aim."""
    parser = Parser(prog="waitbench calibrate labels", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of each cell")
    parser.add_argument(
        "--seed",
        type=int,
        help="another grid: latencies, counts and work of every cell are drawn anew around the "
        "fixed ones (up to a third either way), so that no rule can have been fitted to them",
    )
    options = parser.parse_args(argv)
    print(HEADER)
    cells = []
    places = grid(cores_allowed())
    if options.seed is not None:
        places = redrawn(places, random.Random(options.seed))
    for cell in measure(places, rounds=1 if options.quick else 5):
        print(line(cell), flush=True)
        cells.append(cell)
    right = sum(cell.right for cell in cells)
    share = right / len(cells)
    print("* every round of it ran beside other work on this machine")
    aim = f"the aim is {percent(AIM)}"
    print(f"{right} of {len(cells)} labels are right: {100 * share:.1f} %; {aim}")
    return int(share < AIM)


if __name__ == "__main__":
    raise SystemExit(main())
