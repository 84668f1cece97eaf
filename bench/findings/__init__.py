"""A file here is a claim: a summary in, findings out; adding a file adds a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bench import registry

if TYPE_CHECKING:
    from bench.comparison import Summary

Decision = Literal["supported", "refuted", "conditional", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the measurements say to one claim.

    Attributes:
        claim: its id, as in the write-up: `cpu-no-gain`.
        verdict: supported, refuted, conditional (on `conditions`) or undecided.
        sentence: the finding in plain English, with its numbers.
        effect: the figure that it turns on, mostly times faster; None where there is none.
        interval: of the effect.
        evidence: the rows it leans on, as `scenario/model`.
        conditions: what it was measured under, or what it depends on.
        scenario: the one scenario that it is about; None where it is about the run.
    """

    claim: str
    verdict: Decision
    sentence: str
    effect: float | None = None
    interval: tuple[float, float] | None = None
    evidence: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    scenario: str | None = None


def find_all(summary: Summary) -> list[Finding]:
    """Put every claim in this folder to the summary: those on the whole run first.

    A file's `PLACE` orders it among them (50 unless it says so): the answer to the question that
    most readers came with has the lowest.
    """
    files = [registry.load("findings", name) for name in registry.names("findings")]
    files.sort(key=lambda file: int(getattr(file, "PLACE", 50)))
    found: list[Finding] = [finding for file in files for finding in file.find(summary)]
    return sorted(found, key=lambda finding: finding.scenario is not None)
