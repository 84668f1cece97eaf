"""The report as JSON by a published schema: claims, findings, rows and methods as plain figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.report import build_tables, methods, prose, records, rerun_command, suites
from waitbench.report.answers import of_run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.findings import Finding
    from waitbench.report.answers import Answer

SUFFIX = "json"
FORMAT = 2
"""Of the document; it grows when a field changes its meaning or goes, not when one is added."""
SCHEMA = Path(__file__).parent / "schema" / f"report-{FORMAT}.json"


def render(summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()) -> str:
    """Write the document; of the suites in `only` just the scenarios.

    Raises:
        BenchError: the run holds no suite of a name in `only`.
    """
    document = _plain(document_of(summary, findings, only=only))
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def schema() -> dict[str, Any]:
    """Read the schema that every such document follows."""
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return loaded


def document_of(
    summary: Summary, findings: Sequence[Finding], *, only: Sequence[str] = ()
) -> dict[str, Any]:
    """Build the document."""
    shown = suites.arranged(summary, only).front.scenarios if only else summary.scenarios
    answered = [] if only else of_run(summary, findings)
    return {
        "format": FORMAT,
        "results": summary.path.name,
        "measured": (summary.run.when if summary.run else "") or None,
        "interrupted": summary.interrupted,
        "alerts": prose.alerts(summary),
        "claims": [_claim(answer) for answer in answered],
        "scenarios": [_scenario(scenario, records.of_others(summary)) for scenario in shown],
        "controls": [] if only else [_scenario(scenario, {}) for scenario in summary.controls],
        "builds": [] if only else build_tables.document(summary),
        "left_out": [dict(entry) for entry in summary.left_out],
        "benchmarks_of_others": summary.foreign,
        "others": [] if only else _others(summary),
        "methods": _method(summary),
        "environment": dict(summary.environment),
        "target": dict(summary.target) if summary.target else None,
        "overhead": dict(summary.overhead) if summary.overhead else None,
        "options": dict(summary.options),
        "command": rerun_command.command(summary),
    }


def _others(summary: Summary) -> list[dict[str, Any]]:
    """Return what another tool measured in a file of ours; of its own file it is the scenarios."""
    others = summary.run.others if summary.run and not summary.run.plain else None
    if others is None:
        return []
    return [{"name": entry.name, "reason": entry.reason} for entry in others.skipped] + [
        {
            "name": label,
            **_told(records.benchmark_of_others(others, benchmark)),
            "rounds": benchmark.rounds,
        }
        for label, benchmark in zip(others.labels, others.benchmarks, strict=True)
    ]


def _told(record: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out how many calls a round has, where the file does not say."""
    return {
        name: value
        for name, value in record.items()
        if value is not None or name != "calls_per_round"
    }


def _claim(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.claim.id,
        "asks": answer.claim.asks,
        "verdict": answer.verdict,
        "reason": answer.reason,
        "measured": answer.measured,
        "brief": answer.brief,
        "command": answer.command,
        "findings": [_finding(finding) for finding in answer.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    low, high = finding.interval or (None, None)
    return {
        "verdict": finding.verdict,
        "reason": finding.undecided_for,
        "sentence": finding.sentence,
        "effect": finding.effect,
        "effect_of": finding.effect_of,
        "low": low,
        "high": high,
        "unit": finding.unit,
        "suite": finding.suite,
        "scenario": finding.scenario,
        "conditions": list(finding.conditions),
        "evidence": list(finding.evidence),
    }


def _scenario(scenario: Comparison, others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        **records.scenario(scenario),
        "params": dict(scenario.params),
        "computes": scenario.computes,
        "unfair": list(scenario.unfair),
        "rows": [
            {
                **records.row(row),
                **_told(others.get(row.model, {})),
                "notes": list(row.measured.notes),
                "phases_ns": dict(row.measured.phases),
                "metrics": {
                    name: {"median": metric.median, "least": metric.least, "most": metric.most}
                    for name, metric in row.measured.metrics.items()
                },
            }
            for row in scenario.rows
        ],
    }


def _method(summary: Summary) -> dict[str, Any]:
    done = summary.methods
    return {
        "text": methods.methods(summary),
        "rounds": done.rounds,
        "rounds_disturbed": done.disturbed,
        "rounds_left_out": done.left_out,
        "rounds_failed": done.failed_rounds,
        "launches": done.launches,
        "most_launches": done.most_launches,
        "blocks": done.blocks,
        "comparisons": done.comparisons,
        "families": done.families,
        "confidence": done.confidence,
        "margin": done.margin,
        "seed": done.seed,
    }


def _plain(value: Any) -> Any:
    """Write what JSON has no word for, NaN and infinities, as null; keys are text."""
    if isinstance(value, float):
        return records.figure(value)
    if isinstance(value, dict):
        inner: Mapping[Any, Any] = value
        return {str(name): _plain(part) for name, part in inner.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
