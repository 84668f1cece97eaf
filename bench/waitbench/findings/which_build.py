"""The claim that for some kind of work another interpreter is the better choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.by_build import model, state
from waitbench.analysis.comparison import MAIN
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._builds import rows_of
from waitbench.findings._verdicts import LIMIT, above, decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate

PLACE = 90
ACROSS = True
CLAIM = "which-build"
ASKS = "The best model under another interpreter is faster than the best under the first one named."
SUITES = MAIN
KINDS = {"io_bound": "waiting", "cpu_bound": "computing", "mixed": "both"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The fastest of one scenario, beside the fastest under the first interpreter.

    Attributes:
        scenario: where.
        first: the fastest under the first interpreter.
        best: the fastest under any other.
        lead: times as fast as `first`; None where they did not meet in a block.
    """

    scenario: Comparison
    first: Row
    best: Row
    lead: Estimate | None

    @property
    def pays(self) -> bool | None:
        """Whether it leads for sure by more than a tenth; surely does not; or None: open."""
        return above(self.lead, LIMIT)


def find(summary: Summary) -> Finding:
    """Find, in each scenario, the fastest model under the first interpreter and under any other.

    The two are paired directly within their blocks. Another interpreter pays where its best is
    surely more than 10 % faster; it does not where that is ruled out. Supported if it pays in all
    scenarios, refuted if in none, conditional if in some: then the kind of work decides.
    """
    bests = [best for scenario in summary.scenarios if (best := _best(summary, scenario))]
    if not bests:
        why = "No scenario has a time that counts under the first interpreter and under another"
        return Finding.undecided(CLAIM, why, SUITES, pythons=True)
    largest = max(
        (best.lead for best in bests if best.lead), key=lambda lead: lead.value, default=None
    )
    return Finding(
        claim=CLAIM,
        verdict=decide(best.pays for best in bests),
        sentence=" ".join([*_sentences(summary, bests), _states(summary)]).strip(),
        brief=_brief(bests),
        effect=largest.value if largest else None,
        effect_of="the largest gain from another interpreter",
        interval=largest.interval if largest else None,
        evidence=tuple(
            f"{best.scenario.name}/{row.model}" for best in bests for row in (best.best, best.first)
        ),
        conditions=tuple(_condition(best) for best in bests),
    )


def _best(summary: Summary, scenario: Comparison) -> Best | None:
    rows = sorted(rows_of(scenario), key=lambda row: row.wall.value if row.wall else 0.0)
    own = [row for row in rows if row.measured.build == summary.builds[0]]
    others = [row for row in rows if row.measured.build != summary.builds[0]]
    if not own or not others:
        return None
    lead = compare(others[0], own[0], confidence=summary.methods.confidence)
    return Best(scenario=scenario, first=own[0], best=others[0], lead=lead)


def _sentences(summary: Summary, bests: Sequence[Best]) -> list[str]:
    """Return a sentence for each kind of work, with the scenario where the lead is largest."""
    first = summary.builds[0]
    sentences = []
    for suite in dict.fromkeys(best.scenario.suite for best in bests):
        own = [best for best in bests if best.scenario.suite == suite and best.lead]
        if not own:
            continue
        best = max(own, key=lambda each: each.lead.value if each.lead else 0.0)
        assert best.lead is not None
        words = {True: "pays", False: "does not pay", None: "is too unsure to call"}
        under = best.best.measured.build
        sentences.append(
            f"For {KINDS.get(suite, suite)}, {model(best.best)} under {under} is "
            f"{with_interval(best.lead)} times as fast as {model(best.first)}, the best under "
            f"{first} (in {best.scenario.name}): another interpreter {words[best.pays]}."
        )
    return sentences


def _states(summary: Summary) -> str:
    named = [state(summary, build) for build in summary.builds]
    special = [text for text, build in zip(named, summary.builds, strict=True) if text != build]
    return f"After their rounds: {formatting.listing(special)}." if special else ""


def _condition(best: Best) -> str:
    word = {True: "pays", False: "does not", None: "open"}[best.pays]
    lead = f" {with_interval(best.lead)}" if best.lead else ""
    return f"{best.scenario.name}: {best.best.model}{lead}, {word}"


def _brief(bests: Sequence[Best]) -> str:
    pays = [best for best in bests if best.pays]
    many = f"{len(pays)} of {formatting.count(len(bests), 'scenario')}"
    if not pays:
        return f"pays in {many}"
    best = max(pays, key=lambda each: each.lead.value if each.lead else 0.0)
    return f"pays in {many}, most with {best.best.model} in {best.scenario.name}"
