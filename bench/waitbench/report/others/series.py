"""The report on a series of runs by another tool: which levels changed, and from which run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis.two_runs import differences
from waitbench.presentation.columns import NOTHING, Column
from waitbench.report.others import one_run, quantities
from waitbench.report.others.page import OthersTable, Page, telling
from waitbench.report.records import figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from waitbench.analysis.series_of_runs import Course, Series
    from waitbench.results.foreign import ForeignRun

FEWEST = 6
"""Runs from which a changed level can be told from an accident."""


def page(runs: Sequence[tuple[ForeignRun, Path]], series: Series, order: str) -> Page:
    """Return the report on a series, whose `order` is said in words."""
    paths = [path for _, path in runs]
    last = runs[-1][0]
    compared = len(runs) - len(series.apart)
    return Page(
        title=f"{paths[0].name} to {paths[-1].name}: {formatting.count(len(runs), 'run')}",
        runs=[],
        alerts=[*_apart(runs, series), _honest(compared)],
        tables=[_table(series, paths)],
        notes=[
            (f"{title}, {path.name}", lines)
            for run, path in runs
            for title, lines in one_run.left_out(run)
        ],
        reading=[
            (
                "first, last",
                "medians: of the runs up to the first change, and from the last one on",
            ),
            ("ratio", "last to first: 1.31 is 31 % more"),
            *(
                [("from", "the run from which on the level is another one")]
                if any(course.cuts for course in series.courses)
                else []
            ),
        ],
        facts=[
            *one_run.facts(last),
            ("Results", f"{paths[0].name} to {paths[-1].name}, in the order {order}"),
        ],
        command="",
        records=[_record(course, paths) for course in series.courses],
    )


def _apart(runs: Sequence[tuple[ForeignRun, Path]], series: Series) -> list[str]:
    usual = next(run for number, (run, _) in enumerate(runs) if number not in series.apart)
    sentences = []
    for number in series.apart:
        run, path = runs[number]
        facts = "; ".join(
            f"{fact} {there}, not {here}" for fact, here, there in differences(usual, run)
        )
        sentences.append(f"{path.name} is not compared with the others: {facts}.")
    return sentences


def _honest(compared: int) -> str:
    runs = formatting.count(compared, "run")
    if compared < FEWEST:
        return (
            f"{runs} of one process each: too few to tell a changed level from an accident "
            f"({FEWEST} would do); `waitbench gate --base REV` races two commits in turns."
        )
    return (
        f"{runs} of one process each: a level counts as changed where it stays so; "
        "`waitbench gate --base REV` races two commits in turns, and would tell for sure."
    )


def _table(series: Series, paths: Sequence[Path]) -> OthersTable:
    courses = series.courses
    lasts = [course.last for course in courses]
    scaled = [
        quantities.fitting(min(course.before, course.after), course.last.unit) for course in courses
    ]
    befores = {id(course.last): course.before for course in courses}
    afters = {id(course.last): course.after for course in courses}
    columns = [
        Column(
            head="benchmark",
            unit="",
            cells=tuple(course.label for course in courses),
            left=True,
            wraps=True,
        ),
        quantities.column(
            "first", lasts, scaled, lambda of, per: formatting.number(befores[id(of)] / per), rank=1
        ),
        quantities.column(
            "last", lasts, scaled, lambda of, per: formatting.number(afters[id(of)] / per), rank=1
        ),
        Column(head="ratio", unit="", cells=tuple(formatting.times(c.ratio) for c in courses)),
        Column(
            head="from",
            unit="",
            cells=tuple(", ".join(_from(course, paths)) or NOTHING for course in courses),
            rank=1,
            left=True,
        ),
        Column(head="runs", unit="", cells=tuple(str(len(c.runs)) for c in courses), rank=2),
    ]
    return OthersTable(title="", columns=telling(columns))


def _from(course: Course, paths: Sequence[Path]) -> list[str]:
    return [paths[course.runs[cut]].name for cut in course.cuts]


def _record(course: Course, paths: Sequence[Path]) -> dict[str, Any]:
    return {
        "fullname": course.last.fullname,
        "name": course.label,
        "unit": course.last.unit or "count",
        "first": figure(course.before),
        "last": figure(course.after),
        "ratio": figure(course.ratio),
        "changed_from": " ".join(_from(course, paths)) or None,
        "runs": len(course.runs),
    }
