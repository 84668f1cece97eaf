"""A run in, a summary out: rows by scenario, paired ratios, verdicts corrected by family."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING

from waitbench.analysis import foreign_rows
from waitbench.analysis.comparison import (
    CONTROL,
    MAIN,
    SERVED,
    Comparison,
    Methods,
    Summary,
    cores,
)
from waitbench.analysis.fairness import unfair
from waitbench.analysis.measured_from_rounds import gil, measured, middle
from waitbench.analysis.row import Row
from waitbench.perfmodel import roofline
from waitbench.perfmodel.ideal import ideal_ns
from waitbench.stats import estimates
from waitbench.stats.verdicts import MARGIN, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.measured import Measured
    from waitbench.results.load import Run
    from waitbench.results.record import ContestantRecord
    from waitbench.scenario import Scenario
    from waitbench.stats.estimates import Estimate


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
    fields = [_field(run, contestants, confidence) for contestants in by_scenario.values()]
    families = _families(fields)
    compared = {
        id(field): comparison
        for family in families
        for field, comparison in zip(
            family, _compared(run, family, confidence, margin), strict=True
        )
    }
    scenarios = [compared[id(field)] for field in fields]
    scenarios += foreign_rows.comparisons(run.foreign_benchmarks)
    warnings = run.meta.get("warnings") or ()
    return Summary(
        path=run.path,
        scenarios=tuple(scenario for scenario in scenarios if scenario.suite != CONTROL),
        controls=tuple(scenario for scenario in scenarios if scenario.suite == CONTROL),
        methods=_methods(
            run, scenarios, len(families) + bool(run.foreign_benchmarks), confidence, margin
        ),
        environment=run.environment,
        target=run.meta.get("target"),
        overhead=run.meta.get("overhead"),
        warnings=tuple(warning for warning in warnings if warning.get("text")),
        interrupted=bool(run.meta.get("interrupted")),
        options=run.meta.get("options") or {},
        foreign=run.foreign,
        left_out=tuple(run.meta.get("left_out") or ()),
        run=run,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """All contestants of one scenario, measured and paired with their baseline."""

    scenario: Scenario
    waits_ns: float
    computes: bool
    ideal_ns: float
    baseline: Measured | None
    contestants: tuple[Measured, ...]
    ratios: tuple[Estimate | None, ...]
    unfair: tuple[str, ...]

    @property
    def served(self) -> bool:
        return self.scenario.workload == SERVED


def _field(run: Run, records: Sequence[ContestantRecord], confidence: float) -> _Field:
    """Measure the contestants of one scenario and pair them with the baseline."""
    scenario, computes = records[0].scenario, any(record.computes for record in records)
    # Each row knows the mean that its own tasks were asked to wait; who died early knows none.
    waits_ns = middle(record.waits_ns for record in records) or 0.0
    contestants = [
        measured(run, record, waits_ns if record.waits_ns is None else record.waits_ns, confidence)
        for record in records
    ]
    baseline = next(
        (each for each in contestants if each.model == scenario.baseline and each.wall), None
    )
    # Work that computes cannot do with less than the thriftiest contestant; waiting needs none.
    cpu_ns = min((each.cpu.value for each in contestants if each.cpu), default=0.0)
    return _Field(
        scenario=scenario,
        waits_ns=waits_ns,
        computes=computes,
        ideal_ns=ideal_ns(
            tasks=scenario.tasks,
            concurrency=scenario.concurrency,
            waits_ns=waits_ns,
            cpu_ns=cpu_ns if computes else 0.0,
            cores=cores(run.environment),
        ),
        baseline=baseline,
        contestants=tuple(contestants),
        ratios=tuple(
            estimates.paired_ratio(baseline.walls, each.walls, confidence=confidence)
            if baseline and each is not baseline
            else None
            for each in contestants
        ),
        unfair=unfair(records),
    )


def _families(fields: Iterable[_Field]) -> list[list[_Field]]:
    """Group the scenarios that are judged together: the more there are, the less is seen.

    The main suites with their control answer one question, every other suite one of its own.
    """
    families: dict[str, list[_Field]] = {}
    for field in fields:
        suite = field.scenario.suite
        families.setdefault(MAIN[0] if suite in {*MAIN, CONTROL} else suite, []).append(field)
    return list(families.values())


def _compared(
    run: Run, family: Sequence[_Field], confidence: float, margin: float
) -> list[Comparison]:
    """Compare all rows of a family, which share what they know of how far launches lie apart."""
    contestants = [each for field in family for each in field.contestants]
    variance = estimates.launch_variance(ratio for field in family for ratio in field.ratios)
    walls = estimates.launch_variance(each.wall for each in contestants)
    cpus = estimates.launch_variance(each.cpu for each in contestants)
    ratios = {
        id(each): estimates.moderated(ratio, variance)
        for field in family
        for each, ratio in zip(field.contestants, field.ratios, strict=True)
    }
    judged = [each for field in family for each in field.contestants if _takes_part(field, each)]
    given = judge([ratios[id(each)] for each in judged], confidence=confidence, margin=margin)
    verdicts = {id(each): verdict for each, verdict in zip(judged, given, strict=True)}

    def row(field: _Field, each: Measured) -> Row:
        cpu = estimates.moderated(each.cpu, cpus)
        allowed = cores(run.environment)
        at_once = roofline.parallel(each.kind, each.width, allowed, gil=gil(run))
        waits = field.waits_ns > 0 and not field.served
        width = min(max(each.width, 1), field.scenario.concurrency)
        return Row(
            measured=each,
            wall=estimates.moderated(each.wall, walls),
            cpu=cpu,
            ratio=ratios[id(each)],
            verdict=verdicts.get(id(each)),
            efficiency=field.ideal_ns / each.wall.value if each.wall and field.ideal_ns else None,
            # What its own CPU allows, where there is a wait to overlap.
            roofline_ns=roofline.predict_ns(
                field.scenario.tasks, width, field.waits_ns, cpu.value, at_once
            )
            if waits and cpu and cpu.value
            else None,
            # Who takes one task at a time has no more at once to gain from.
            crossover=roofline.crossover(field.waits_ns, cpu, at_once)
            if waits and each.width > 1
            else None,
            launch_variance=variance,
        )

    return [
        _comparison(field, [row(field, each) for each in field.contestants]) for field in family
    ]


def _takes_part(field: _Field, each: Measured) -> bool:
    """Whether there is a verdict on it: not on the baseline, nor on what the target made."""
    baseline = field.baseline
    return baseline is not None and each is not baseline and baseline.sound and each.sound


def _comparison(field: _Field, rows: Iterable[Row]) -> Comparison:
    scenario = field.scenario
    return Comparison(
        name=scenario.name,
        suite=scenario.suite,
        workload=scenario.workload,
        params=scenario.params,
        tasks=scenario.tasks,
        concurrency=scenario.concurrency,
        waits_ns=field.waits_ns,
        computes=field.computes,
        ideal_ns=field.ideal_ns,
        baseline=field.baseline.model if field.baseline else None,
        rows=tuple(sorted(rows, key=lambda row: row.control)),
        unfair=field.unfair,
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
