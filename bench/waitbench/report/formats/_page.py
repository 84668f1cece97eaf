"""A summary and its findings in, the parts of a page out, as plain facts for a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.report import (
    build_tables,
    claims_table,
    machine_tables,
    prose,
    rerun_command,
    suites,
    title,
)
from waitbench.report import environment as _environment
from waitbench.report import evidence as _evidence
from waitbench.report import figures as _figures
from waitbench.report import headlines as _headlines
from waitbench.report import methods as _methods
from waitbench.report.answers import effect, of_run
from waitbench.report.formats import _sheets
from waitbench.report.formats._anchors import Anchors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.report.answers import Answer
    from waitbench.report.figures import Figure
    from waitbench.report.formats._sheets import Sheet, SuiteSection
    from waitbench.report.headlines import Headline
    from waitbench.report.load_tables import LoadTable

ROWS = 40
"""More rows of evidence than this are linked, and not shown once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One claim with all that speaks to it.

    Attributes:
        answer: verdict and findings.
        effect: the figure that it turns on with its interval; empty where there is none.
        why: the verdict in a line.
        sheet: the rows that it leans on; None where they are too many, or none.
        links: anchors of those rows, with their names.
    """

    answer: Answer
    effect: str
    why: str
    sheet: Sheet | None
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreters:
    """The tables of a run under several interpreters, and what is said of them.

    Attributes:
        legend: a line for each of them.
        reading: how to read the tables.
        tables: of each scenario its title, its table, and who took the least time.
    """

    legend: Sequence[str]
    reading: str
    tables: Sequence[tuple[str, Sheet, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Everything that the template writes; see `presentation/templates/page.html`.

    Its title is the answer; the question stands above.
    """

    question: str
    title: str
    source: str
    subtitle: str
    alerts: Sequence[str]
    headlines: Sequence[Headline]
    figures: Sequence[Figure]
    builds: Sequence[Interpreters]
    evidence: Sequence[Evidence]
    legend: Sequence[str]
    unmeasured: Sequence[str]
    front: Sequence[SuiteSection]
    behind: Sequence[SuiteSection]
    machines: Sequence[LoadTable]
    quiet: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    left_out: Sequence[str]
    reading: Sequence[tuple[str, str]]
    methods: str
    environment: Sequence[tuple[str, str]]
    command: str


def page(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> Page:
    """Arrange the report; of the suites in `only` just the tables.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    arranged, anchors = suites.arranged(summary, only), Anchors(summary)
    answered = [] if only else of_run(summary, findings)
    front = [
        _sheets.section(name, scenarios, findings, summary, anchors)
        for name, scenarios in arranged.front.suites.items()
    ]
    behind = [
        _sheets.section(name, scenarios, findings, summary, anchors)
        for name, scenarios in arranged.behind.items()
    ]
    return Page(
        question=title.QUESTION,
        title=title.answer(summary),
        source=summary.path.name,
        subtitle=title.measured(summary),
        alerts=[] if only else prose.alerts(summary),
        headlines=_headlines.headlines(answered, summary.methods.confidence),
        figures=[] if only else _figures.figures(summary),
        builds=[] if only else _interpreters(summary, arranged.front.suites),
        evidence=[_evidence_of(answer, summary, anchors) for answer in answered if answer.measured],
        legend=claims_table.legend(answered)[:-1] if answered else [],
        unmeasured=claims_table.unmeasured(answered, main=suites.has_main(summary)),
        front=front,
        behind=behind,
        machines=[] if only else machine_tables.tables(summary),
        quiet=[] if only else _quiet(summary, anchors),
        left_out=prose.left_out(summary, only),
        reading=prose.whole_reading(summary if behind else arranged.front),
        methods="" if only else _methods.methods(summary),
        environment=[] if only else _environment.environment(summary),
        command="" if only else rerun_command.command(summary),
    )


def _interpreters(summary: Summary, shown: Mapping[str, object]) -> list[Interpreters]:
    tables = [
        (build_tables.title(table), _sheets.by_build(build_tables.title(table), table), table.first)
        for table in build_tables.front(summary, shown)
    ]
    legend, reading = build_tables.legend(summary), build_tables.reading(summary)
    return [Interpreters(legend=legend, reading=reading, tables=tables)] if tables else []


def _evidence_of(answer: Answer, summary: Summary, anchors: Anchors) -> Evidence:
    pairs = _evidence.rows(answer, summary)
    many = len(pairs) > ROWS
    return Evidence(
        answer=answer,
        effect=formatting.begun(effect(answer.alone)),
        why=claims_table.why(answer),
        sheet=_sheets.evidence(pairs, anchors) if pairs and not many else None,
        links=tuple(
            (anchors.row(scenario, row), f"{scenario.name}/{row.model}") for scenario, row in pairs
        )
        if many
        else (),
    )


def _quiet(summary: Summary, anchors: Anchors) -> list[tuple[str, list[tuple[str, str]]]]:
    """Count what came out the same or undecided, with the rows behind it."""
    margin = formatting.percent(summary.methods.margin)
    words = {
        "same": f"surely no more than {margin} apart from its baseline",
        "undecided": "too unsure to call",
    }
    groups = []
    for word, text in words.items():
        rows = [
            (anchors.row(scenario, row), f"{scenario.name}/{row.model}")
            for scenario in summary.scenarios
            for row in scenario.rows
            if row.verdict and row.verdict.verdict == word
        ]
        if rows:
            of = formatting.count(summary.methods.comparisons, "comparison")
            groups.append((f"{len(rows)} of {of} {word}: {text}", rows))
    return groups
