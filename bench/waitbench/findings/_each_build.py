"""A claim put to a run under several interpreters: to each by itself, and one answer of all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.by_build import SEPARATOR, alone, state
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Claim, ClaimVerdict, Finding

DECIDED: Mapping[ClaimVerdict, bool] = {"supported": True, "refuted": False}


def put(claim: Claim, summary: Summary) -> list[Finding]:
    """Put a claim to a run.

    Under several interpreters it is put to each as if that had raced alone, so that a state of the
    interpreter, such as a GIL that is off, counts for its own rows. What they agree on is the
    verdict; where they do not, it is conditional on the interpreter.
    """
    if not summary.builds or claim.across or claim.each:
        return claim.find(summary)
    by_build = {build: claim.find(alone(summary, build)) for build in summary.builds}
    rows = {
        f"{scenario.name}/{row.model}" for scenario in summary.scenarios for row in scenario.rows
    }
    judged = {
        build: _named(finding, build, rows)
        for build, findings in by_build.items()
        for finding in findings
    }
    measured = {build: finding for build, finding in judged.items() if finding.evidence}
    if not measured:
        return [finding for build, finding in judged.items() if build == summary.builds[0]]
    return [_together(measured, {build: state(summary, build) for build in measured})]


def _named(finding: Finding, build: str, rows: set[str]) -> Finding:
    """Name the rows that it leans on as the whole run does."""
    evidence = (name if name in rows else f"{name}{SEPARATOR}{build}" for name in finding.evidence)
    return replace(finding, evidence=tuple(evidence))


def _together(measured: Mapping[str, Finding], states: Mapping[str, str]) -> Finding:
    first, *others = measured.items()
    build, finding = first
    groups: dict[str, list[str]] = {}
    for name, each in measured.items():
        groups.setdefault(each.verdict, []).append(states[name])
    verdict = _verdict([each.verdict for each in measured.values()])
    split = [f"{word} under {formatting.listing(names)}" for word, names in groups.items()]
    brief = finding.brief or finding.sentence.partition(". ")[0].rstrip(".")
    more = [
        f"Under {states[name]}: {each.verdict}, "
        f"{each.brief or each.sentence.partition('. ')[0].rstrip('.')}."
        for name, each in others
    ]
    return replace(
        finding,
        verdict=verdict,
        sentence=" ".join([f"Under {states[build]}: {finding.sentence}", *more]),
        brief="; ".join(split)
        if len(groups) > 1
        else f"{_all(states)}under {states[build]}: {brief}",
        evidence=tuple(dict.fromkeys(name for each in measured.values() for name in each.evidence)),
        conditions=(*split, *finding.conditions),
        reason=finding.reason if verdict == "undecided" else None,
    )


def _all(states: Mapping[str, str]) -> str:
    """Return that all say the same, where there are several."""
    return f"the same under all {len(states)}; " if len(states) > 1 else ""


def _verdict(verdicts: list[ClaimVerdict]) -> ClaimVerdict:
    """Return what all say; what is open under some leaves it open, unless others disagree."""
    if "conditional" in verdicts:
        return "conditional"
    return decide(DECIDED.get(verdict) for verdict in verdicts)
