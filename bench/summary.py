"""A run in, a summary out: medians, paired ratios, verdicts corrected over the run, bounds."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from bench import bottleneck, stats
from bench.comparison import Comparison, Methods, Row, Summary, compare, cores
from bench.scenario import BASELINE
from bench.verdict import MARGIN, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from bench.runs import Run

TAIL = 100
"""Fewer tasks than this have no 99th percentile."""


def summarise(run: Run, *, confidence: float = stats.CONFIDENCE, margin: float = MARGIN) -> Summary:
    """Make the figures of every contestant, and verdicts that hold together for the whole run.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    scenarios = [
        _comparison(run, facts, confidence)
        for _, facts in run.contestants.groupby("scenario", sort=False)
    ]
    luck = stats.launch_luck(row.ratio for one in scenarios for row in one.rows)
    scenarios = _judged(_steadied(scenarios, luck), confidence, margin)
    warnings = run.meta.get("warnings") or ()
    return Summary(
        path=run.path,
        scenarios=tuple(scenarios),
        methods=replace(_methods(run, scenarios, confidence, margin), luck=luck),
        environment=run.environment,
        target=run.meta.get("target"),
        overhead=run.meta.get("overhead"),
        warnings=tuple(warning for warning in warnings if warning.get("text")),
        interrupted=bool(run.meta.get("interrupted")),
        options=run.meta.get("options") or {},
        foreign=run.foreign,
    )


def _comparison(run: Run, facts: pd.DataFrame, confidence: float) -> Comparison:
    contestants: list[dict[str, Any]] = [
        {str(name): value for name, value in fact.items()} for fact in facts.to_dict("records")
    ]
    first, computes = contestants[0], any(fact["computes"] for fact in contestants)
    # Each row knows the mean that its own tasks were asked to wait; who died early knows none.
    waits = _median(facts, "waits_ns") or 0.0
    for fact in contestants:
        fact["waits_ns"] = fact["waits_ns"] if _present(fact["waits_ns"]) else waits
    rounds = run.rounds[run.rounds["scenario"] == first["scenario"]]
    by_model = {fact["model"]: rounds[rounds["model"] == fact["model"]] for fact in contestants}
    rows = [_row(run, fact, by_model[fact["model"]], confidence) for fact in contestants]
    baseline = next((row for row in rows if row.model == BASELINE and row.wall), None)
    # Work that computes cannot do with less than the thriftiest contestant; waiting needs none.
    least = min((row.cpu_ns for row in rows if row.cpu_ns), default=0.0) if computes else 0.0
    ideal = stats.ideal_ns(
        tasks=first["tasks"],
        concurrency=first["concurrency"],
        waits_ns=waits,
        cpu_ns=least,
        cores=cores(run.environment),
    )
    rows = [
        replace(
            row,
            efficiency=ideal / row.wall.value if row.wall and ideal else None,
            ratio=compare(row, baseline, confidence=confidence)
            if baseline and row is not baseline
            else None,
        )
        for row in rows
    ]
    return Comparison(
        name=first["scenario"],
        suite=str(first["suite"]),
        workload=str(first["workload"]),
        params=first.get("params") or {},
        tasks=first["tasks"],
        concurrency=first["concurrency"],
        waits_ns=waits,
        computes=computes,
        ideal_ns=ideal,
        baseline=baseline.model if baseline else None,
        rows=tuple(rows),
    )


def _row(run: Run, fact: Mapping[str, Any], rounds: pd.DataFrame, confidence: float) -> Row:
    timed = rounds[rounds["timed"].astype(bool)]
    walls: dict[tuple[int, int], tuple[float, ...]] = {}
    for launch, block, wall in zip(timed["launch"], timed["block"], timed["wall_ns"], strict=True):
        key = int(launch), int(block)
        walls[key] = (*walls.get(key, ()), float(wall))
    wall = stats.centre(_by_launch(walls), confidence=confidence)
    failed = rounds[~rounds["timed"].astype(bool)]
    cpu = _median(timed, "cpu_ns")
    p50, p99 = _tails(run, fact) if wall else (None, None)
    return Row(
        model=fact["model"],
        width=fact["width"],
        wall=wall,
        walls=walls,
        tasks_per_s=fact["tasks"] / (wall.value / 1e9) if wall else None,
        ratio=None,
        verdict=None,
        p50_ns=p50,
        p99_ns=p99,
        cpu_ns=cpu / fact["tasks"] if cpu is not None else None,
        memory_bytes=_known(fact["peak_memory_bytes"]),
        efficiency=None,
        startup_ns=_known(fact["startup_ns"]),
        bound=_bound(run, fact, timed, wall.value, cpu or 0.0) if wall else None,
        rounds=len(timed),
        failed_rounds=len(failed),
        errors=int(failed["errors"].sum()) if len(failed) else 0,
        error=_first(failed["error"]) if len(failed) else None,
        launches=max(int(fact["launches"]), len({launch for launch, _ in walls})),
        failure=str(fact["failure"]) if _present(fact["failure"]) else None,
        notes=tuple(fact["notes"]),
    )


def _bound(
    run: Run, fact: Mapping[str, Any], timed: pd.DataFrame, wall_ns: float, cpu_ns: float
) -> bottleneck.Bound:
    error = _median(timed, "target_error_p50_ns")
    said = bottleneck.TargetHealth(
        asked_ns=_median(timed, "target_asked_p50_ns") or 0.0,
        error_ns=error or 0.0,
        cpu_ns=_median(timed, "target_cpu_ns") or 0.0,
        workers=int((run.meta.get("target") or {}).get("workers") or 1),
    )
    return bottleneck.label(
        bottleneck.Burden(
            tasks=fact["tasks"],
            concurrency=fact["concurrency"],
            width=fact["width"],
            waits_ns=fact["waits_ns"],
            wall_ns=wall_ns,
            cpu_ns=cpu_ns,
            cores=cores(run.environment),
            target=said if error is not None else None,
        )
    )


def _steadied(scenarios: Sequence[Comparison], luck: stats.Luck | None) -> list[Comparison]:
    """Let the rows of the run share what they know of the luck of launches."""
    walls = stats.launch_luck(row.wall for one in scenarios for row in one.rows)
    return [
        replace(
            scenario,
            rows=tuple(
                replace(
                    row, ratio=stats.steady(row.ratio, luck), wall=stats.steady(row.wall, walls)
                )
                for row in scenario.rows
            ),
        )
        for scenario in scenarios
    ]


def _judged(scenarios: Sequence[Comparison], confidence: float, margin: float) -> list[Comparison]:
    compared = [
        row for scenario in scenarios for row in scenario.rows if _takes_part(scenario, row)
    ]
    verdicts = judge([row.ratio for row in compared], confidence=confidence, margin=margin)
    verdict = {id(row): one for row, one in zip(compared, verdicts, strict=True)}
    return [
        replace(
            scenario,
            rows=tuple(replace(row, verdict=verdict.get(id(row))) for row in scenario.rows),
        )
        for scenario in scenarios
    ]


def _takes_part(scenario: Comparison, row: Row) -> bool:
    """Whether there is a verdict on the row: not on the baseline, nor on what the target made."""
    baseline = scenario.row(scenario.baseline) if scenario.baseline else None
    return baseline is not None and row is not baseline and baseline.sound and row.sound


def _methods(
    run: Run, scenarios: Iterable[Comparison], confidence: float, margin: float
) -> Methods:
    rows = [row for scenario in scenarios for row in scenario.rows]
    return Methods(
        rounds=sum(row.rounds for row in rows),
        failed_rounds=sum(row.failed_rounds for row in rows),
        launches=max((row.launches for row in rows), default=0),
        blocks=max((len(row.walls) for row in rows), default=0),
        comparisons=sum(row.verdict is not None for row in rows),
        confidence=confidence,
        margin=margin,
        luck=None,
        seed=run.meta.get("seed"),
    )


def _by_launch(walls: Mapping[tuple[int, int], Sequence[float]]) -> dict[int, list[float]]:
    launches: dict[int, list[float]] = {}
    for (launch, _), block in walls.items():
        launches.setdefault(launch, []).extend(block)
    return launches


def _tails(run: Run, fact: Mapping[str, Any]) -> tuple[float | None, float | None]:
    _, durations = run.spans(fact["scenario"], fact["model"])
    if not len(durations):
        return None, None
    ordered = sorted(durations.tolist())
    # Nearest rank: a wall that some task really took.
    p99 = ordered[-(-len(ordered) * 99 // 100) - 1] if len(ordered) >= TAIL else None
    return float(median(ordered)), None if p99 is None else float(p99)


def _median(rounds: pd.DataFrame, column: str) -> float | None:
    known = rounds[column].dropna() if column in rounds else None
    return float(known.median()) if known is not None and len(known) else None


def _present(figure: object) -> bool:
    """Whether a cell holds anything: the frame marks what is missing by None or NaN."""
    return figure is not None and figure == figure  # noqa: PLR0124  only NaN differs from itself


def _first(texts: Iterable[object]) -> str | None:
    return next((str(text) for text in texts if _present(text)), None)


def _known(figure: float | None) -> float | None:
    return float(figure) if figure is not None and _present(figure) else None
