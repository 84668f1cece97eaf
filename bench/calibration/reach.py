"""How near the clients come to the ideal: wait and width allow so much, this much was reached.

Beside each asyncio cell runs the same cell by asyncio alone: the same loop and tasks, the same
target, and no HTTP library. What that one loses too is no loss of the library: it costs a
quarter of the CPU, and is no sure bound, since its requests come in denser bunches.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import TYPE_CHECKING

from bench.calibration._cell import Cell, http
from bench.calibration._stand import Stand
from bench.scenario import BenchError
from bench.stats import Estimate, centre, ideal_ns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.calibration._cell import Round, Seen

MS = 1_000_000
LAPS = 20
"""Tasks of a round for each that may be under way, where the aim names no number of tasks: enough
that starting all at once is not what is seen."""
LOSSES = ("sending", "late", "return")
"""Parts of a task in which time is lost; what it waits for a turn is the others' work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A cell, and the efficiency that an expert's client reaches there on a quiet machine."""

    cell: Cell
    efficiency: float


@dataclass(slots=True, kw_only=True)
class Reached:
    """What was seen of one aim, launch by launch."""

    aim: Aim
    seen: dict[int, Seen] = field(default_factory=dict)
    bare: dict[int, Seen] = field(default_factory=dict)
    """The same cell without a library; empty where there is none."""

    @property
    def ideal_ns(self) -> float:
        """Least wall of a round in nanoseconds: nothing but its waits, C at once."""
        cell = self.aim.cell
        waits_ns = next(iter(self.seen.values())).waits_ns
        return ideal_ns(
            tasks=cell.tasks, concurrency=cell.concurrency, waits_ns=waits_ns, cpu_ns=0, cores=1
        )

    @property
    def wall(self) -> Estimate:
        """Typical wall of a round in nanoseconds, inferred over the launches."""
        return _wall(self.seen)

    @property
    def efficiency(self) -> tuple[float, float, float]:
        """Ideal over measured, with the ends of its interval: at most 1, which nobody exceeds."""
        return self._share(self.wall)

    @property
    def bare_efficiency(self) -> tuple[float, float, float] | None:
        """The same of asyncio alone."""
        return self._share(_wall(self.bare)) if self.bare else None

    @property
    def beyond_reach(self) -> bool:
        """Whether asyncio alone misses the aim for certain: then the library is not the reason."""
        bare = self.bare_efficiency
        return bare is not None and bare[2] < self.aim.efficiency

    def _share(self, wall: Estimate) -> tuple[float, float, float]:
        low = self.ideal_ns / wall.high if wall.high else 0.0
        high = min(1.0, self.ideal_ns / wall.low) if wall.low else 1.0
        return self.ideal_ns / wall.value, low, high

    @property
    def rounds(self) -> list[Round]:
        """All that count."""
        return [one for seen in self.seen.values() for one in seen.rounds]

    @property
    def disturbed(self) -> str:
        """How many rounds of how many ran beside other work."""
        seen = self.seen.values()
        return f"{sum(one.disturbed for one in seen)} of {sum(one.ran for one in seen)}"


def _wall(of: Mapping[int, Seen]) -> Estimate:
    walls = {launch: [float(one.wall_ns) for one in seen.rounds] for launch, seen in of.items()}
    estimate = centre(walls)
    assert estimate is not None
    return estimate


AIMS = (
    Aim(cell=http("asyncio", "50ms", 32 * LAPS, 32), efficiency=0.97),
    Aim(cell=http("asyncio", "50ms", 200 * LAPS, 200), efficiency=0.75),
    Aim(cell=http("asyncio", "10ms", 2000, 32), efficiency=0.94),
    Aim(cell=http("threads", "50ms", 32 * LAPS, 32), efficiency=0.93),
)


def measure(*, launches: int, rounds: int, aims: Sequence[Aim] = AIMS) -> list[Reached]:
    """Run every aim's cell in fresh workers, over and over.

    Args:
        launches: how often the target and the workers are started afresh.
        rounds: rounds of each cell in each launch.
        aims: what is run.

    Raises:
        BenchError: a cell failed, or a task came back wrong.
    """
    found = [Reached(aim=aim) for aim in aims]
    models = dict.fromkeys(aim.cell.model for aim in aims)
    for launch in range(launches):
        with Stand(models, ["http"]) as stand:
            # Every other launch goes backwards: drift hits first and last alike.
            for one in found if launch % 2 == 0 else reversed(found):
                cell = one.aim.cell
                one.seen[launch] = stand.run(cell, rounds)
                if cell.model == "asyncio":
                    alone = replace(cell, params={**cell.params, "client": "asyncio"})
                    one.bare[launch] = stand.run(alone, rounds)
    return found


def lines(found: Sequence[Reached]) -> Iterator[str]:
    """Write the table, and how many aims were reached."""
    yield (
        "efficiency: ideal over measured wall; alone: that of asyncio without a library;"
        " parts and CPU are per task"
    )
    yield (
        f"{'client':8} {'cell':24} {'ideal ms':>8} {'wall ms':>8} {'efficiency (95 %)':>23}"
        f" {'aim':>5} {'alone':>5} {'send ms':>8} {'late ms':>8} {'back ms':>8} {'CPU µs':>7}"
        " disturbed"
    )
    for one in found:
        cell, (value, low, high) = one.aim.cell, one.efficiency
        losses = "".join(
            f" {fmean(round_.parts[part] for round_ in one.rounds) / MS:8.2f}" for part in LOSSES
        )
        cpu_us = fmean(round_.cpu_ns for round_ in one.rounds) / cell.tasks / 1000
        alone = f"{one.bare_efficiency[0]:5.3f}" if one.bare_efficiency else "    -"
        reached = f"{value:6.3f} ({low:.3f} to {high:.3f}) {one.aim.efficiency:5.2f}"
        yield (
            f"{cell.model:8} {cell.name:24} {one.ideal_ns / MS:8.0f} {one.wall.value / MS:8.0f}"
            f" {reached} {alone}{losses} {cpu_us:7.0f} {one.disturbed}"
        )
    count = sum(one.efficiency[0] >= one.aim.efficiency for one in found)
    yield f"{count} of {len(found)} aims reached"
    for one in found:
        if one.beyond_reach:
            yield (
                f"{one.aim.cell.name}: asyncio alone misses {one.aim.efficiency:.2f} as well:"
                " that is lost by loop, target and machine, not by the library"
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a client is certainly below its aim."""
    parser = argparse.ArgumentParser(prog="waitbench calibrate reach", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds, about 40 s")
    parser.add_argument("--launches", type=int, help="fresh starts of target and clients (6)")
    options = parser.parse_args(argv)
    try:
        found = measure(
            launches=options.launches or (3 if options.quick else 6),
            rounds=1 if options.quick else 5,
        )
    except BenchError as error:
        print(error)
        return 1
    for line in lines(found):
        print(line)
    return int(any(one.efficiency[2] < one.aim.efficiency for one in found))


if __name__ == "__main__":
    raise SystemExit(main())
