"""A run in, a summary out: rows by scenario, paired ratios, verdicts corrected by family."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING

from waitbench.analysis import foreign_rows
from waitbench.analysis.comparison import CONTROL, Comparison, Methods, Summary
from waitbench.analysis.family import compared, families
from waitbench.analysis.pairing import pair_up
from waitbench.stats import estimates
from waitbench.stats.verdicts import MARGIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord


def summarise(
    run: Run, *, confidence: float = estimates.CONFIDENCE, margin: float = MARGIN
) -> Summary:
    """Make the figures of every contestant, and verdicts that hold together family by family.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    by_scenario: dict[tuple[str, str], list[ContestantRecord]] = {}
    for record in run.contestants:
        key = record.scenario.suite, record.scenario.name
        by_scenario.setdefault(key, []).append(record)
    pairings = [pair_up(run, records, confidence) for records in by_scenario.values()]
    judged_together = families(pairings)
    comparisons = {
        id(pairing): comparison
        for family in judged_together
        for pairing, comparison in zip(
            family, compared(run, family, confidence, margin), strict=True
        )
    }
    scenarios = [comparisons[id(pairing)] for pairing in pairings]
    scenarios += foreign_rows.comparisons(run.others) if run.others and run.plain else []
    warnings = run.meta.get("warnings") or ()
    return Summary(
        path=run.path,
        scenarios=tuple(scenario for scenario in scenarios if scenario.suite != CONTROL),
        controls=tuple(scenario for scenario in scenarios if scenario.suite == CONTROL),
        methods=_methods(run, scenarios, len(judged_together) + run.plain, confidence, margin),
        environment=run.environment,
        target=run.meta.get("target"),
        overhead=run.meta.get("overhead"),
        warnings=tuple(warning for warning in warnings if warning.get("text")),
        interrupted=bool(run.meta.get("interrupted")),
        options=run.meta.get("options") or {},
        foreign=run.foreign,
        left_out=(*(run.meta.get("left_out") or ()), *foreign_rows.left_out(run)),
        run=run,
    )


def _methods(
    run: Run, scenarios: Iterable[Comparison], families: int, confidence: float, margin: float
) -> Methods:
    rows = [row for scenario in scenarios for row in scenario.rows]
    all_measured = [row.measured for row in rows]
    return Methods(
        rounds=sum(each.rounds for each in all_measured),
        disturbed=sum(each.disturbed for each in all_measured),
        left_out=sum(each.left_out for each in all_measured),
        failed_rounds=sum(each.failed_rounds for each in all_measured),
        launches=median_low([each.launches for each in all_measured if each.launches] or [0]),
        most_launches=max((each.launches for each in all_measured), default=0),
        blocks=max((len(each.walls) for each in all_measured), default=0),
        comparisons=sum(row.verdict is not None for row in rows),
        confidence=confidence,
        margin=margin,
        families=families,
        launch_variance=rows[0].launch_variance if rows else None,
        seed=run.meta.get("seed"),
    )
