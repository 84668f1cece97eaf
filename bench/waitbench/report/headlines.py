"""The few findings that stand first: a number, a sentence, how sure, and where the evidence is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.report.answers import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.findings import ClaimVerdict
    from waitbench.report.answers import Answer

FEWEST, MOST = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One of the findings that a reader sees first.

    Attributes:
        claim: its id, whose evidence stands further down.
        asks: the claim in words.
        verdict: supported, refuted, conditional or undecided.
        figure: what it turns on, `45.7 times`; empty where there is none, or nothing is decided.
        of: what that is the figure of, `50 at once`; empty where nothing says so.
        sure: how sure that is, `95 % interval: 45.2 to 46.2`, or why it is undecided; empty
            where nobody knows.
        sentence: why, in a line.
        command: what to type to decide it; None where it is decided.
    """

    claim: str
    asks: str
    verdict: ClaimVerdict
    figure: str
    of: str
    sure: str
    sentence: str
    command: str | None


def headlines(answers: Sequence[Answer], confidence: float) -> list[Headline]:
    """Choose three to five: the main answer as it is, then what is decided, in their order.

    Args:
        answers: to all claims, the most asked first.
        confidence: of the intervals, as a share.
    """
    measured = [answer for answer in answers if answer.measured]
    first, rest = measured[:1], measured[1:]
    decided = [answer for answer in rest if answer.verdict != "undecided"]
    open_ = [answer for answer in rest if answer.verdict == "undecided"]
    # A figure that two claims turn on is shown once.
    shown = {figure for answer in first if (figure := effect(answer)[0])}
    chosen = list(first)
    for answer in decided:
        figure = effect(answer)[0]
        if len(chosen) < MOST and figure not in shown:
            chosen.append(answer)
            shown |= {figure} if figure else set()
    chosen += open_[: max(0, FEWEST - len(chosen))]
    return [_headline(answer, confidence) for answer in chosen]


def effect(answer: Answer) -> tuple[str, str]:
    """Write the figure of an answer and its interval apart: `45.7 times`, `45.2 to 46.2`.

    Where nothing is decided there is none: a large figure would be taken for the answer.
    """
    finding = answer.alone
    if finding is None or finding.effect is None or answer.verdict == "undecided":
        return "", ""
    figure, bracket, rest = formatting.effect(
        finding.effect, finding.interval, finding.unit
    ).partition(" [")
    ends, _, unit = rest.partition("]")
    if not bracket:
        return figure, ""
    # The noun stands once; a unit that was chosen to fit both belongs to either.
    noun = "" if finding.unit.startswith("times") else unit
    return f"{figure}{unit}", f"{ends.replace(', ', ' to ')}{noun}"


def _headline(answer: Answer, confidence: float) -> Headline:
    figure, ends = effect(answer)
    sentence = answer.brief or answer.findings[0].sentence.partition(". ")[0].rstrip(".")
    return Headline(
        claim=answer.claim.id,
        asks=answer.claim.asks,
        verdict=answer.verdict,
        figure=figure,
        of=answer.alone.effect_of if figure and answer.alone else "",
        sure=REASONS[answer.reason]
        if answer.reason
        else f"{confidence * 100:g} % interval: {ends}"
        if ends
        else "",
        sentence=formatting.begun(sentence).rstrip(".") + ".",
        command=answer.command,
    )
