"""Our own claim that a late token is the client's own fault: who was late, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.findings import Finding
from waitbench.findings._gains import longer
from waitbench.findings._streaming import ASYNCIO, SUITE, THREADS, cases
from waitbench.findings._verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.analysis.measured import Metric
    from waitbench.findings._streaming import Case

PLACE = 29
CLAIM = "late-token"
ASKS = "A token that is late is the client's own fault: the server had sent it in time."
SUITES = (SUITE,)
USUAL = ("sync", THREADS, ASYNCIO, "uvloop", "asyncio-httpx", "asyncio-httpx2")
"""Whose late pieces are looked at: chunked streams, by libraries as they are used."""
OFTEN = 0.01
"""A share of late pieces below which nobody has a habit of it."""
MOSTLY = 2 / 3
NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contestant that saw pieces late."""

    case: Case
    model: str
    late: Metric
    own: Metric

    @property
    def faulty(self) -> bool | None:
        """Whether most of them were late by the client itself; None where that is open."""
        if self.own.median >= MOSTLY:
            return True
        return False if self.own.median <= 1 - MOSTLY else None

    @property
    def text(self) -> str:
        """Whose fault it was, in words."""
        late, own = formatting.percent(self.late.median), formatting.percent(self.own.median)
        return (
            f"{self.model}, {formatting.count(self.case.at_once, 'stream')} with a piece every"
            f" {self.case.gap}: {late} of its tokens late, {own} of those by itself"
        )


def find(summary: Summary) -> Finding:
    """Take apart each piece that was seen 5 ms or more after it was due.

    The target says when each was due and when it was sent. Until then the target was late; then as
    long as the quickest piece of the round took, network and kernel; for the rest the client. A
    late piece is the fault of whose part is largest. Looked at are contestants with 1 % of late
    pieces or more. Supported where two thirds of them, in the middle round, are the client's for
    all of those; refuted where at most one third is; conditional where it depends on the
    contestant. What a call that blocks does, and a stream without chunks, is told beside it.
    """
    everything = cases(summary)
    plain = [case for case in everything if not case.blocks]
    looked_at = [
        (case, model, seen)
        for case in plain
        for model in USUAL
        if (seen := case.seen(model, "late_share"))
    ]
    if not looked_at:
        why = "No stream was measured in a way that counts"
        return Finding.undecided(CLAIM, why, SUITES)
    rows = [
        Row(case=case, model=model, late=late, own=own)
        for case, model, late in looked_at
        if late.median >= OFTEN and (own := case.seen(model, "late_by_client_share"))
    ]
    beside = [*_framing(plain), *_blocking(everything)]
    if not rows:
        return Finding(
            claim=CLAIM,
            verdict="undecided",
            sentence=" ".join((_nobody(len(looked_at), longer(summary, *SUITES)), *beside)),
            brief=f"under 1 % of the tokens late in each of {len(looked_at)} rows",
            evidence=tuple(case.evidence(model) for case, model, _ in looked_at),
        )
    verdict = decide(row.faulty for row in rows)
    worst = max(rows, key=lambda row: row.late.median)
    named = sorted(rows, key=lambda row: -row.late.median)[:NAMED]
    sentences = [f"Whose fault late tokens were: {'; '.join(row.text for row in named)}."]
    if verdict == "undecided":
        sentences.append(f"Too unsure to call: {longer(summary, *SUITES)} would narrow it.")
    return Finding(
        claim=CLAIM,
        verdict=verdict,
        sentence=" ".join([*sentences, *beside]),
        brief=f"the latest were those of {worst.model}, {worst.case.at_once} at once",
        effect=worst.own.median,
        effect_of="late tokens that are the client's own fault",
        interval=(worst.own.least, worst.own.most),
        unit="share",
        evidence=tuple(row.case.evidence(row.model) for row in rows),
        conditions=tuple(row.text for row in rows if row.faulty)
        if verdict == "conditional"
        else (),
    )


def _nobody(rows: int, command: str) -> str:
    return (
        f"Under 1 % of the tokens were late in each of {rows} rows: nobody is to blame here, and"
        f" {command} may find some."
    )


def _framing(plain: Sequence[Case]) -> list[str]:
    """Return what a stream costs that is not chunked, by the first piece."""
    parts = []
    for case in plain:
        for model in ("sync", ASYNCIO):
            chunked = case.seen(model, "first_piece_ns")
            closed = case.seen(f"{model}-close", "first_piece_ns")
            if chunked and closed:
                before, after = map(formatting.duration, (chunked.median, closed.median))
                parts.append(f"{model} after {after} rather than {before}")
    if not parts:
        return []
    return [f"Without chunks the first token is there for {formatting.listing(parts)}."]


def _blocking(everything: Sequence[Case]) -> list[str]:
    """Return what a call that blocks in one task does to everybody else's gaps."""
    parts = []
    for case in everything:
        for model in (ASYNCIO, THREADS):
            plain = case.seen(model, "gap_longest_ns")
            blocked = case.seen(f"{model}-blocking", "gap_longest_ns")
            if case.blocks and plain and blocked:
                before, after = map(formatting.duration, (plain.median, blocked.median))
                parts.append(f"{before} to {after} under {model}")
    if not parts:
        return []
    grown = formatting.listing(parts)
    return [
        f"A call that blocks in one task makes the longest gap of all others grow from {grown}."
    ]
