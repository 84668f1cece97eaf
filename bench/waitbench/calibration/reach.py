"""How near the clients come to the ideal: wait and width allow so much, this much was reached.

Where an aim names no number of tasks, a round is long, so that its two ends count for little. All
lanes start in one burst and disturb each other until they have spread out, and when no task is
left some lanes stand idle until the last is done: that costs the same however long a round is, a
fiftieth of 20 laps and a two-hundredth of 100. Load generators that count answers per second leave
it out altogether. What rounds of 20 laps reach stands below the table, and so does what a lap
loses where.

Client and target have cores of their own where there are two, as anybody measures who wants to see
the client: left to the system, both now and then share one, most of all in the tenth of a second
after a pause. Every round comes right after 20 laps that do not count. And the cores are kept
awake where the system lets us, which is root's to ask for: whoever measures fractions of a
millisecond switches off that they sleep, or measures how fast the machine wakes them.

Beside each asyncio cell runs the same cell by bare asyncio: the same loop and tasks, the same
target, and no HTTP library. What that one loses too is no loss of the library: it costs a
quarter of the CPU, and is no sure bound, since its requests come in denser bunches.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

from waitbench.calibration._awake import LATENCY, awake
from waitbench.calibration._cell import http
from waitbench.calibration._reached import FEW_LAPS, LAPS, Aim, Reached
from waitbench.calibration._workers import CellRunner, cores_apart
from waitbench.parsing import Parser
from waitbench.units import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from waitbench.calibration._losses import Loss

MS = 1_000_000
KEPT = f"cores were kept awake ({LATENCY})"
ASLEEP = f"cores fell asleep when they had nothing to do: only root may forbid it ({LATENCY})"
PHASES = ("sending", "injection_error", "return")
"""Parts of a task in which time is lost; what it waits for a turn is the others' work."""

AIMS = (
    Aim(cell=http("asyncio", "50ms", 32 * LAPS, 32), efficiency=0.97),
    Aim(cell=http("asyncio", "50ms", 200 * LAPS, 200), efficiency=0.75),
    Aim(cell=http("asyncio", "10ms", 2000, 32), efficiency=0.94, rounds=5),
    Aim(cell=http("threads", "50ms", 32 * LAPS, 32), efficiency=0.93),
)


def measure(
    *, launches: int, aims: Sequence[Aim] = AIMS, most_rounds: int | None = None
) -> list[Reached]:
    """Run every aim's cell in fresh workers, over and over.

    Args:
        launches: how often the target and the workers are started afresh.
        aims: what is run.
        most_rounds: of each cell in each launch, if fewer than its aim has.

    Raises:
        BenchError: a cell failed, or a task came back wrong.
    """
    clients, target = cores_apart()
    reached = [Reached(aim=aim) for aim in aims]
    models = dict.fromkeys(aim.cell.model for aim in aims)
    for launch in range(launches):
        with CellRunner(models, ["http"], cpus=clients, target_cpus=target) as runner:
            # Every other launch goes backwards: drift hits first and last alike.
            for reach in reached if launch % 2 == 0 else reversed(reached):
                rounds = min(reach.aim.rounds, most_rounds or reach.aim.rounds)
                for way, cell in reach.aim.ways.items():
                    measured = runner.run(cell, rounds, FEW_LAPS * cell.concurrency, every=True)
                    reach.results.setdefault(way, {})[launch] = measured
    return reached


def lines(reached: Sequence[Reached]) -> Iterator[str]:
    """Write the table, how many aims were reached, and where the rest was lost."""
    yield (
        "efficiency: ideal over measured wall; bare: that of asyncio without a library;"
        " phases and CPU are per task"
    )
    yield (
        f"{'client':8} {'cell':24} {'ideal ms':>8} {'wall ms':>8} {'efficiency (95 %)':>23}"
        f" {'aim':>5} {'bare':>5} {'send ms':>8} {'late ms':>8} {'back ms':>8} {'CPU µs':>7}"
        " disturbed"
    )
    yield from map(_row, reached)
    count = sum(reach.efficiency()[0] >= reach.aim.efficiency for reach in reached)
    yield f"{count} of {len(reached)} aims reached"
    for reach in reached:
        yield from _why(reach)


def _row(reach: Reached) -> str:
    cell, (value, low, high), rounds = reach.aim.cell, reach.efficiency(), reach.rounds()
    means = [fmean(each.phases[phase] for each in rounds) for phase in PHASES]
    phases = "".join(f" {mean_ns / MS:8.2f}" for mean_ns in means)
    cpu_us = fmean(each.cpu_ns for each in rounds) / cell.tasks / 1000
    bare = f"{reach.efficiency('bare')[0]:5.3f}" if "bare" in reach.results else "    -"
    wall_ms = reach.ideal_ns() / value / MS
    return (
        f"{cell.model:8} {cell.name:24} {reach.ideal_ns() / MS:8.0f} {wall_ms:8.0f}"
        f" {value:6.3f} ({low:.3f} to {high:.3f}) {reach.aim.efficiency:5.2f}"
        f" {bare}{phases} {cpu_us:7.0f} {reach.disturbed}"
    )


def _why(reach: Reached) -> Iterator[str]:
    """Write where a lap loses its time, and what the same client reaches otherwise."""
    cell, lost = reach.aim.cell, reach.loss()
    yield f"{cell.model} {cell.name}: a lap loses {_taken_apart(lost)}"
    if "bare" in reach.results:
        yield f"  bare asyncio: {_taken_apart(reach.loss('bare'))}"
    swing = reach.waits_ns / (reach.waits_ns + lost.swing_ns)
    others = [f"in full swing {swing:.3f}"]
    if "short" in reach.results:
        others.append(f"in rounds of {FEW_LAPS} laps {reach.efficiency('short')[0]:.3f}")
    single = f"one task at a time {reach.efficiency('single')[0]:.3f}"
    if "bare single" in reach.results:
        single += f" ({reach.efficiency('bare single')[0]:.3f} by bare asyncio)"
    yield f"  efficiency {', '.join([*others, single])}"
    if reach.beyond_reach:
        yield (
            f"  bare asyncio misses {reach.aim.efficiency:.2f} as well: that is lost by loop,"
            " target and machine, not by the library"
        )


def _taken_apart(lost: Loss) -> str:
    return (
        f"{lost.lap_ns / MS:.2f} ms: {lost.swing_ns / MS:.2f} a task in full swing,"
        f" {lost.start_ns / MS:+.2f} by the start in a burst,"
        f" {lost.idle_ns / MS:+.2f} by lanes that have no task"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a client is certainly below its aim."""
    parser = Parser(prog="waitbench calibrate reach", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, about 80 s")
    parser.add_argument("--launches", metavar="L", help="fresh starts of target and clients (6)")
    options = parser.parse_args(argv)
    launches = 2 if options.quick else 6
    if options.launches is not None:
        launches = count(options.launches, "--launches")
    with awake() as kept:
        reached = measure(
            launches=launches,
            most_rounds=1 if options.quick else None,
        )
    for line in lines(reached):
        print(line)
    print(KEPT if kept else ASLEEP)
    return int(any(reach.efficiency()[2] < reach.aim.efficiency for reach in reached))


if __name__ == "__main__":
    raise SystemExit(main())
