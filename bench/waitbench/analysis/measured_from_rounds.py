"""One contestant's record in, its own figures out: medians, tails, phases, CPU, what bound it."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from waitbench.analysis.comparison import SERVED, cores
from waitbench.analysis.measured import Measured, Metric
from waitbench.analysis.phases import mean_phases
from waitbench.analysis.typical_round import quantiles, typical
from waitbench.perfmodel import bottleneck, roofline
from waitbench.results.record import RoundRecord
from waitbench.results.spans import decode_spans
from waitbench.results.validity import standings
from waitbench.scenario import BenchError
from waitbench.stats import estimates
from waitbench.stats.quantiles import p99

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.analysis.measured import WallOf
    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord, LoadRecord

    Measurements = Sequence[RoundRecord | LoadRecord]

MOSTLY = 0.5
"""Share of rounds from which the generator counts as what held a server's figures back."""


def measured(run: Run, record: ContestantRecord, waits_ns: float, confidence: float) -> Measured:
    """Return the figures of one contestant, without what only the others of its scenario tell.

    Args:
        run: the results file.
        record: of the contestant.
        waits_ns: mean wait of a task where its own record does not tell.
        confidence: of the intervals, as a share.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    judged = list(zip(record.measurements, standings(record.measurements), strict=True))
    timed = [each for each, standing in judged if standing == "timed"]
    failed = [each for each, standing in judged if standing == "failed"]
    left_out = sum(standing == "left_out" for _, standing in judged)
    tasks = record.scenario.tasks
    walls = _by_block((each, each.time_ns) for each in timed)
    cpu = _by_block((each, _cpu_ns(each) / tasks) for each in timed)
    wall = estimates.centre(estimates.by_launch(walls), confidence=confidence)
    rounds = [each for each in timed if isinstance(each, RoundRecord)]
    where = f"{run.path}: {record.scenario.name}, {record.name}"
    ordered = _durations(timed, where) if wall else []
    bound = _bound(run, record, timed, wall.value, waits_ns) if wall else None
    return Measured(
        model=record.name,
        kind=record.kind,
        control=record.control,
        width=record.width or 0,
        wall=wall,
        wall_of=_wall_of(record),
        walls=walls,
        tasks_per_s=tasks / (wall.value / 1e9) if wall else None,
        p50_ns=float(median(ordered)) if ordered else None,
        p99_ns=p99(ordered),
        cpu=estimates.centre(estimates.by_launch(cpu), confidence=confidence),
        cpus=cpu,
        core_wait=_core_wait(record, rounds),
        phases=mean_phases(rounds),
        memory_bytes=middle(launch.peak_memory_bytes for launch in record.launches),
        startup_ns=middle(launch.startup_ns for launch in record.launches),
        bound=bound,
        early=bound == "target-bound" and _early(timed),
        # Also a turn with errors is a point of the curve.
        steps=tuple(step for load in record.loads for step in load.steps),
        rounds=len(timed),
        disturbed=sum(each.disturbed for each in timed) + left_out,
        left_out=left_out,
        failed_rounds=len(failed),
        errors=sum(each.errors for each in failed),
        error=next((str(each.error) for each in failed if each.error is not None), None),
        launches=max(len(record.launches), len({launch for launch, _ in walls})),
        failure=record.failure,
        notes=tuple(record.notes),
        metrics=_metrics(timed),
        typical=typical(rounds, where),
        quantiles=quantiles(ordered),
        build=record.contestant.build,
        state=record.state,
        warm_ns=tuple(tuple(launch.warm_ns) for launch in record.launches if launch.warm_ns),
    )


def _wall_of(record: ContestantRecord) -> WallOf:
    if not record.loads:
        return "round"
    return (
        "rate"
        if any(load.knee_per_s or load.throughput_per_s for load in record.loads)
        else "latency"
    )


def middle(figures: Iterable[float | None]) -> float | None:
    """Median of what is known of some figures; None where nothing is."""
    numbers = [float(figure) for figure in figures if figure is not None]
    return median(numbers) if numbers else None


def gil(run: Run, state: Mapping[str, Any]) -> bool:
    """Whether an interpreter had the lock, by its own word, else by that of the run's own.

    It is taken to have had it where nobody says.
    """
    return state.get("gil", run.environment.get("gil")) is not False


def _bound(
    run: Run, record: ContestantRecord, timed: Measurements, wall_ns: float, waits_ns: float
) -> bottleneck.Bound | None:
    if record.scenario.workload == SERVED:
        # What bounds a server shows in its curve; here it only matters whether it was us.
        limited = [load.generator_limited for load in timed if not isinstance(load, RoundRecord)]
        return "generator-bound" if fmean(limited) > MOSTLY else None
    rounds = [each for each in timed if isinstance(each, RoundRecord)]
    error_ns, allowed = _target(rounds, "error_p50_ns"), cores(run.environment)
    health = bottleneck.TargetHealth(
        asked_ns=_target(rounds, "asked_p50_ns") or 0.0,
        error_ns=error_ns or 0.0,
        cpu_ns=_target(rounds, "cpu_ns") or 0.0,
        workers=int((run.meta.get("target") or {}).get("workers") or 1),
        queue_ns=middle(each.phases.get("queue") for each in rounds) or 0.0,
    )
    width, kind = record.width or 0, record.kind
    # Several threads may stand ready at the same time: only one alone adds up to the wall.
    ready_ns = middle(each.run_queue_ns for each in rounds) if roofline.alone(kind) else None
    return bottleneck.label(
        bottleneck.Burden(
            tasks=record.scenario.tasks,
            concurrency=record.scenario.concurrency,
            width=width,
            waits_ns=waits_ns,
            wall_ns=wall_ns,
            cpu_ns=middle(each.cpu_ns for each in rounds) or 0.0,
            ready_ns=ready_ns or 0.0,
            cores=allowed,
            spread=roofline.parallel(kind, width, allowed, gil=gil(run, record.state)),
            others_ns=middle(each.others_ns for each in rounds) or 0.0,
            target=health if error_ns is not None else None,
        )
    )


def _core_wait(record: ContestantRecord, rounds: Sequence[RoundRecord]) -> float | None:
    """Return the share of the rounds that a contestant of one thread stood ready without a core."""
    if not rounds or not roofline.alone(record.kind):
        return None  # several threads may stand ready at the same time
    delays_ns = [each.run_queue_ns for each in rounds if each.run_queue_ns is not None]
    walls_ns = sum(each.wall_ns for each in rounds)
    if len(delays_ns) < len(rounds) or not walls_ns:
        return None
    return min(1.0, sum(delays_ns) / walls_ns)


def _early(timed: Measurements) -> bool:
    """Whether the target answered sooner than it was asked to, rather than late or never idle."""
    rounds = [each for each in timed if isinstance(each, RoundRecord)]
    return (_target(rounds, "error_p50_ns") or 0.0) < 0 and bool(_target(rounds, "asked_p50_ns"))


def _target(rounds: Iterable[RoundRecord], figure: str) -> float | None:
    """Median of a figure of the target over the rounds in which it gave one."""
    return middle(each.target.get(figure) for each in rounds if each.target)


def _cpu_ns(each: RoundRecord | LoadRecord) -> float:
    return each.cpu_ns if isinstance(each, RoundRecord) else each.cpu_per_request_ns


def _by_block(
    figures: Iterable[tuple[RoundRecord | LoadRecord, float]],
) -> dict[tuple[int, int], tuple[float, ...]]:
    blocks: dict[tuple[int, int], tuple[float, ...]] = {}
    for each, figure in figures:
        key = each.launch, each.block
        blocks[key] = (*blocks.get(key, ()), float(figure))
    return blocks


def _metrics(timed: Measurements) -> dict[str, Metric]:
    """Condense what the workload counted in each timed round."""
    by_name: dict[str, list[float]] = defaultdict(list)
    for each in timed:
        for name, figure in each.metrics.items():
            if figure is not None:
                by_name[name].append(float(figure))
    return {
        name: Metric(
            median=median(figures), least=min(figures), most=max(figures), rounds=len(figures)
        )
        for name, figures in by_name.items()
    }


def _durations(timed: Measurements, where: str) -> list[int]:
    """Walls of all its tasks in nanoseconds, the shortest first."""
    try:
        return sorted(chain.from_iterable(decode_spans(each.spans)[1] for each in timed))
    except (TypeError, ValueError) as error:
        raise BenchError(f"{where}: damaged spans ({error})") from None
