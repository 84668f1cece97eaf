"""A run in, a summary out: rows by scenario, paired ratios, verdicts corrected by family."""

from __future__ import annotations

from dataclasses import replace
from statistics import median_low
from typing import TYPE_CHECKING, Any

from waitbench.analysis import foreign_rows, row_from_rounds
from waitbench.analysis.comparison import CONTROL, MAIN, Comparison, Methods, Summary, cores
from waitbench.analysis.fairness import unfair
from waitbench.analysis.row import Row, compare
from waitbench.perfmodel import roofline
from waitbench.results.rounds import Rounds, present
from waitbench.stats import estimates
from waitbench.stats.verdicts import MARGIN, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from waitbench.results.load import Run


def summarise(
    run: Run, *, confidence: float = estimates.CONFIDENCE, margin: float = MARGIN
) -> Summary:
    """Make the figures of every contestant, and verdicts that hold together family by family.

    Raises:
        BenchError: the spans of a round are damaged.
    """
    # Told apart once: looking through all rounds for each contestant took most of a report's time.
    rounds = Rounds.of(run.rounds).groups("suite", "scenario", "model")
    none = Rounds.of(run.rounds.iloc[:0])
    contestants: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for fact in run.contestants.to_dict("records"):
        named = {str(name): value for name, value in fact.items()}
        contestants.setdefault((named["suite"], named["scenario"]), []).append(named)
    scenarios = [
        _comparison(
            run,
            facts,
            {fact["model"]: rounds.get((*where, fact["model"]), none) for fact in facts},
            confidence,
        )
        for where, facts in contestants.items()
    ]
    scenarios += foreign_rows.comparisons(run.plain)
    families = _families(scenarios)
    for family in families:
        judged = iter(
            _judged(_steadied([scenarios[place] for place in family]), confidence, margin)
        )
        for place in family:
            scenarios[place] = next(judged)
    scenarios = [_with_roofline(run, scenario) for scenario in scenarios]
    first = next((row for scenario in scenarios for row in scenario.rows), None)
    warnings = run.meta.get("warnings") or ()
    return Summary(
        path=run.path,
        scenarios=tuple(scenario for scenario in scenarios if scenario.suite != CONTROL),
        controls=tuple(scenario for scenario in scenarios if scenario.suite == CONTROL),
        methods=replace(
            _methods(run, scenarios, confidence, margin),
            families=len(families),
            luck=first.luck if first else None,
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


def _comparison(
    run: Run,
    contestants: Sequence[dict[str, Any]],
    rounds: Mapping[str, Rounds],
    confidence: float,
) -> Comparison:
    """Make the rows of one scenario from its contestants and the rounds of each."""
    first, computes = contestants[0], any(fact["computes"] for fact in contestants)
    # Each row knows the mean that its own tasks were asked to wait; who died early knows none.
    waits = row_from_rounds.middle(fact["waits_ns"] for fact in contestants) or 0.0
    for fact in contestants:
        fact["waits_ns"] = fact["waits_ns"] if present(fact["waits_ns"]) else waits
    timed = {model: of.where("timed") for model, of in rounds.items()}
    rows = [
        row_from_rounds.row(run, fact, rounds[fact["model"]], timed[fact["model"]], confidence)
        for fact in contestants
    ]
    baseline = next((row for row in rows if row.model == first["baseline"] and row.wall), None)
    # Work that computes cannot do with less than the thriftiest contestant; waiting needs none.
    least = min((row.cpu_ns for row in rows if row.cpu_ns), default=0.0) if computes else 0.0
    ideal = estimates.ideal_ns(
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
        rows=tuple(sorted(rows, key=lambda row: row.control)),
        unfair=unfair(contestants, timed, first["baseline"]),
    )


def _families(scenarios: Sequence[Comparison]) -> list[list[int]]:
    """Group the places of scenarios that are judged together: the more there are, the less is seen.

    The main suites with their control answer one question, every other suite one of its own.
    """
    families: dict[str, list[int]] = {}
    for place, scenario in enumerate(scenarios):
        name = MAIN[0] if scenario.suite in {*MAIN, CONTROL} else scenario.suite
        families.setdefault(name, []).append(place)
    return list(families.values())


def _steadied(scenarios: Sequence[Comparison]) -> list[Comparison]:
    """Let the rows of a family share what they know of the luck of launches."""
    luck = estimates.launch_variance(row.ratio for scenario in scenarios for row in scenario.rows)
    walls = estimates.launch_variance(row.wall for scenario in scenarios for row in scenario.rows)
    cpu = estimates.launch_variance(row.cpu for scenario in scenarios for row in scenario.rows)
    return [
        replace(
            scenario,
            rows=tuple(
                replace(
                    row,
                    ratio=estimates.moderated(row.ratio, luck),
                    wall=estimates.moderated(row.wall, walls),
                    cpu=estimates.moderated(row.cpu, cpu),
                    luck=luck,
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
    by_row = {id(row): verdict for row, verdict in zip(compared, verdicts, strict=True)}
    return [
        replace(
            scenario,
            rows=tuple(replace(row, verdict=by_row.get(id(row))) for row in scenario.rows),
        )
        for scenario in scenarios
    ]


def _takes_part(scenario: Comparison, row: Row) -> bool:
    """Whether there is a verdict on the row: not on the baseline, nor on what the target made."""
    baseline = scenario.row(scenario.baseline) if scenario.baseline else None
    return baseline is not None and row is not baseline and baseline.sound and row.sound


def _with_roofline(run: Run, scenario: Comparison) -> Comparison:
    """Add what each client's own CPU allows, where there is a wait to overlap."""
    if scenario.waits_ns <= 0 or scenario.served:
        return scenario

    def bounded(row: Row) -> Row:
        allowed, gil = cores(run.environment), row_from_rounds.gil(run)
        at_once = roofline.parallel(row.kind, row.width, allowed, gil=gil)
        wait, width = scenario.waits_ns, min(max(row.width, 1), scenario.concurrency)
        return replace(
            row,
            roofline_ns=roofline.predict_ns(scenario.tasks, width, wait, row.cpu_ns, at_once)
            if row.cpu_ns
            else None,
            # Who takes one task at a time has no more at once to gain from.
            crossover=roofline.crossover(wait, row.cpu, at_once) if row.width > 1 else None,
        )

    return replace(scenario, rows=tuple(map(bounded, scenario.rows)))


def _methods(
    run: Run, scenarios: Iterable[Comparison], confidence: float, margin: float
) -> Methods:
    rows = [row for scenario in scenarios for row in scenario.rows]
    return Methods(
        rounds=sum(row.rounds for row in rows),
        disturbed=sum(row.disturbed for row in rows),
        left_out=sum(row.left_out for row in rows),
        failed_rounds=sum(row.failed_rounds for row in rows),
        launches=median_low([row.launches for row in rows if row.launches] or [0]),
        most_launches=max((row.launches for row in rows), default=0),
        blocks=max((len(row.walls) for row in rows), default=0),
        comparisons=sum(row.verdict is not None for row in rows),
        confidence=confidence,
        margin=margin,
        families=0,
        luck=None,
        seed=run.meta.get("seed"),
    )
