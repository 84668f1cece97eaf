"""The rounds of one contestant in, its row out: medians, tails, parts, CPU, and what bound it."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from waitbench.analysis.comparison import SERVED, cores
from waitbench.analysis.phases import mean_phases
from waitbench.analysis.row import Row, Seen
from waitbench.analysis.typical_round import quantiles, typical
from waitbench.perfmodel import bottleneck, roofline
from waitbench.results import frames
from waitbench.results.load_step import Step
from waitbench.results.rounds import present
from waitbench.stats import estimates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from waitbench.results.load import Run
    from waitbench.results.rounds import Rounds
    from waitbench.stats.estimates import Walls

SEEN = "seen_"
"""What the columns of a workload's own figures begin with."""
MOSTLY = 0.5
"""Share of rounds from which the generator counts as what held a server's figures back."""
TAIL = 100
"""Fewer tasks than this have no 99th percentile."""


def row(
    run: Run,
    fact: Mapping[str, Any],
    rounds: Rounds,
    timed: Rounds,
    confidence: float,
) -> Row:
    """Make the row of one contestant, but for what only the others of the scenario can tell.

    Args:
        run: the results file.
        fact: the contestant, as a row of its frame.
        rounds: all its rounds.
        timed: those of them that are times.
        confidence: of the intervals, as a share.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    left_out = len(rounds.where("left_out"))
    failed = rounds.where("timed", "left_out", are=False)
    walls = _by_block(timed, "wall_ns")
    wall = estimates.centre(estimates.by_launch(walls), confidence=confidence)
    cpu = estimates.by_launch(_by_block(timed, "cpu_ns", per=fact["tasks"]))
    where = f"{run.path}: {fact['scenario']}, {fact['model']}"
    ordered = _durations(timed, where) if wall else []
    return Row(
        model=fact["model"],
        kind=fact["kind"],
        control=fact["control"],
        width=fact["width"],
        wall=wall,
        walls=walls,
        tasks_per_s=fact["tasks"] / (wall.value / 1e9) if wall else None,
        ratio=None,
        verdict=None,
        p50_ns=float(median(ordered)) if ordered else None,
        # Nearest rank: a wall that some task really took.
        p99_ns=float(ordered[-(-len(ordered) * 99 // 100) - 1]) if len(ordered) >= TAIL else None,
        cpu=estimates.centre(cpu, confidence=confidence),
        parts=mean_phases(timed),
        roofline_ns=None,
        crossover=None,
        memory_bytes=_known(fact["peak_memory_bytes"]),
        efficiency=None,
        startup_ns=_known(fact["startup_ns"]),
        bound=_bound(run, fact, timed, wall.value) if wall else None,
        steps=_steps(rounds),
        rounds=len(timed),
        disturbed=len(timed.where("disturbed")) + left_out,
        left_out=left_out,
        failed_rounds=len(failed),
        errors=int(sum(errors for (errors,) in failed.known("errors"))),
        error=_first(failed.column("error")),
        launches=max(int(fact["launches"]), len({launch for launch, _ in walls})),
        failure=str(fact["failure"]) if present(fact["failure"]) else None,
        notes=tuple(fact["notes"]),
        seen=_seen(timed),
        typical=typical(timed, where),
        quantiles=quantiles(ordered),
    )


def middle(column: Iterable[Any]) -> float | None:
    """Median of a column; None where nothing is known."""
    # In plain Python: of ten figures it takes a tenth of what the frame takes for it.
    numbers = [float(cell) for cell in column if present(cell)]
    return float(median(numbers)) if numbers else None


def gil(run: Run) -> bool:
    """Whether its interpreter had the lock; taken to have had it where nobody says."""
    return run.environment.get("gil") is not False


def _steps(rounds: Rounds) -> tuple[Step, ...]:
    """What a server did at each rate, in all rounds: also one with errors is a point."""
    return tuple(Step.read(step) for (steps,) in rounds.known("steps") for step in steps)


def _bound(
    run: Run, fact: Mapping[str, Any], timed: Rounds, wall_ns: float
) -> bottleneck.Bound | None:
    if fact["workload"] == SERVED:
        # What bounds a server shows in its curve; here it only matters whether it was us.
        return (
            "generator-bound"
            if fmean(limit for (limit,) in timed.known("limit")) > MOSTLY
            else None
        )
    error, allowed = middle(timed.column("target_error_p50_ns")), cores(run.environment)
    target = bottleneck.TargetHealth(
        asked_ns=middle(timed.column("target_asked_p50_ns")) or 0.0,
        error_ns=error or 0.0,
        cpu_ns=middle(timed.column("target_cpu_ns")) or 0.0,
        workers=int((run.meta.get("target") or {}).get("workers") or 1),
        queue_ns=middle(timed.column("part_queue")) or 0.0,
    )
    return bottleneck.label(
        bottleneck.Burden(
            tasks=fact["tasks"],
            concurrency=fact["concurrency"],
            width=fact["width"],
            waits_ns=fact["waits_ns"],
            wall_ns=wall_ns,
            cpu_ns=middle(timed.column("cpu_ns")) or 0.0,
            # Several threads may stand ready at the same time: only one alone adds up to the wall.
            ready_ns=(middle(timed.column("delay_ns")) or 0.0)
            if roofline.alone(fact["kind"])
            else 0.0,
            cores=allowed,
            spread=roofline.parallel(fact["kind"], fact["width"], allowed, gil=gil(run)),
            others_ns=middle(timed.column("others_ns")) or 0.0,
            target=target if error is not None else None,
        )
    )


def _by_block(timed: Rounds, column: str, per: float = 1) -> Walls:
    blocks: dict[tuple[int, int], tuple[float, ...]] = {}
    for launch, block, figure in timed.known("launch", "block", column):
        key = int(launch), int(block)
        blocks[key] = (*blocks.get(key, ()), float(figure) / per)
    return blocks


def _seen(timed: Rounds) -> dict[str, Seen]:
    """Condense what the workload saw of each timed round."""
    metrics = {}
    for column in timed.names:
        if not column.startswith(SEEN):
            continue
        figures = [float(figure) for (figure,) in timed.known(column)]
        if figures:
            metrics[column.removeprefix(SEEN)] = Seen(
                median=median(figures), least=min(figures), most=max(figures), rounds=len(figures)
            )
    return metrics


def _durations(timed: Rounds, where: str) -> list[int]:
    """Walls of all its tasks in nanoseconds, the shortest first."""
    _, durations = frames.spans(timed.column("spans"), where)
    ordered: list[int] = sorted(durations.tolist())
    return ordered


def _first(texts: Iterable[object]) -> str | None:
    return next((str(text) for text in texts if present(text)), None)


def _known(figure: float | None) -> float | None:
    return float(figure) if figure is not None and present(figure) else None
