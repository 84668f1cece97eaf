"""Claims and findings in, an answer to each claim out: its verdict, or what would decide it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import asked, repeated
from waitbench.findings import command as run_command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Claim, ClaimVerdict, Finding, Reason

COMMAND = re.compile(r"`(waitbench [^`]+)`")
"""A command in a finding's sentence."""
OPEN: tuple[Reason, ...] = ("held back", "partly measured", "too unsure")
REASONS: dict[Reason, str] = {
    "not measured": "not measured",
    "partly measured": "in part not measured",
    "held back": "held back by the target",
    "too unsure": "too unsure to call",
}
"""Why a claim is undecided, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a run says to one claim.

    Attributes:
        claim: which.
        verdict: of all its findings: theirs where they agree; conditional where some support and
            some refute it; else undecided, as it is without any.
        brief: why, in one short line; None where the first sentence has to do.
        findings: what it is made of: none, one, or one for each scenario.
        command: what to type to decide it; None where it is decided.
    """

    claim: Claim
    verdict: ClaimVerdict
    brief: str | None
    findings: tuple[Finding, ...]
    command: str | None

    @property
    def alone(self) -> Finding | None:
        """The one finding, where there is just one."""
        return self.findings[0] if len(self.findings) == 1 else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """The rows it leans on, as `scenario/model`."""
        return tuple(dict.fromkeys(row for finding in self.findings for row in finding.evidence))

    @property
    def reason(self) -> Reason | None:
        """Why it is undecided: for being too unsure only where nothing else keeps it open."""
        if self.verdict != "undecided":
            return None
        if not self.measured:
            return "not measured"
        reasons = {finding.undecided_for for finding in self.findings}
        return next((reason for reason in OPEN if reason in reasons), "too unsure")

    @property
    def word(self) -> str:
        """The verdict as a table has it: what was not measured is told from what is unsure."""
        return "not measured" if self.reason == "not measured" else self.verdict

    @property
    def measured(self) -> bool:
        """Whether the run has anything to say to it at all."""
        return bool(self.evidence)


def effect(finding: Finding | None) -> str:
    """Return the figure that a finding turns on, behind what it is of; empty where there is none.

    Where nothing is decided there is none either: a figure would be taken for the answer.
    """
    if finding is None or finding.effect is None or finding.verdict == "undecided":
        return ""
    figure = formatting.effect(finding.effect, finding.interval, finding.unit)
    return f"{finding.effect_of}: {figure}" if finding.effect_of else figure


def because(answer: Answer | Finding) -> str:
    """Return why something measured is undecided, behind that word: , too unsure to call."""
    reason = answer.reason if isinstance(answer, Answer) else answer.undecided_for
    return f", {REASONS[reason]}" if reason and reason != "not measured" else ""


def of_run(summary: Summary, findings: Sequence[Finding]) -> list[Answer]:
    """Return the answers of a run to all claims there are."""
    pythons = summary.options.get("python")
    return answers(asked(summary), findings, summary.methods.launches, pythons)


def answers(
    claims: Iterable[Claim],
    findings: Sequence[Finding],
    launches: int,
    pythons: str | None = None,
) -> list[Answer]:
    """Return the answer to each claim.

    Args:
        claims: all there are; a claim without a finding is undecided.
        findings: of one run.
        launches: that it had; what was too unsure to call wants twice as many.
        pythons: that it was made under, as they were named; None for our own.
    """
    by_claim: dict[str, list[Finding]] = {}
    for finding in findings:
        by_claim.setdefault(finding.claim, []).append(finding)
    return [_answer(claim, by_claim.get(claim.id, []), launches, pythons) for claim in claims]


def _answer(
    claim: Claim, findings: Sequence[Finding], launches: int, pythons: str | None
) -> Answer:
    verdict = _verdict([finding.verdict for finding in findings])
    command = None
    if verdict == "undecided":
        quoted = COMMAND.search(findings[0].sentence) if len(findings) == 1 else None
        # More of the same narrows what is too unsure; it brings nothing that was not there.
        unsure = any(finding.undecided_for == "too unsure" for finding in findings)
        more = f" --launches {max(2 * launches, 4)}" if unsure else ""
        # What compares interpreters and found none to compare needs others than those.
        usual = claim.across and not (unsure and pythons)
        again = claim.command if usual else repeated(run_command(claim.suites), pythons)
        command = quoted[1] if quoted else f"{again}{more}"
    return Answer(
        claim=claim,
        verdict=verdict,
        brief=findings[0].brief if len(findings) == 1 else _counted(findings),
        findings=tuple(findings),
        command=command,
    )


def _verdict(verdicts: Sequence[ClaimVerdict]) -> ClaimVerdict:
    """Return one verdict for several scenarios: what is open in some stays as open."""
    words = set(verdicts)
    if "conditional" in words or {"supported", "refuted"} <= words:
        return "conditional"
    return words.pop() if len(words) == 1 else "undecided"


def _counted(findings: Sequence[Finding]) -> str | None:
    """Return the count of the verdicts: supported in 3, refuted in 2 of 5 scenarios."""
    if not findings:
        return None
    counts = Counter(finding.verdict for finding in findings).most_common()
    listing = formatting.listing([f"{word} in {many}" for word, many in counts])
    return f"{listing.capitalize()} of {formatting.count(len(findings), 'scenario')}"
