"""What of asyncio's lead is the client library's, and what comes of several tasks at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import MAIN
from waitbench.analysis.row import compare
from waitbench.findings import Finding
from waitbench.findings._gains import of_suites, serial, sound
from waitbench.findings._verdicts import decide, with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.stats.estimates import Estimate

PLACE = 25
CLAIM = "concurrency-not-the-library"
ASKS = "asyncio's lead over sync comes from running many tasks at once, not from its HTTP library."
SUITES = ("io_bound",)
MODEL = "asyncio"
SMALLER = 2
"""What comes from concurrency and `not from the library` is two thirds of it, as logarithms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One scenario: times faster by the library alone, and by concurrency on top of it.

    Attributes:
        scenario: its name.
        library: by the library.
        concurrency: by concurrency; the least that is possible, where the target held it back.
        control: the model that has the library alone.
        held: whether the target held back the model that has both.
    """

    scenario: str
    library: Estimate
    concurrency: Estimate
    control: str
    held: bool

    @property
    def concurrency_wins(self) -> bool | None:
        """Whether less than a third of the lead, as logarithms, surely is the library's.

        False where surely more is; None where that is open.
        """
        library, concurrency = self.library.interval, self.concurrency.interval
        if library is None or concurrency is None:
            return None
        if library[1] ** SMALLER < concurrency[0]:
            return True
        return False if library[0] ** SMALLER > concurrency[1] and not self.held else None

    @property
    def gain(self) -> str:
        """What concurrency gives, with its interval; a bound says that it is one."""
        if not self.held:
            return with_interval(self.concurrency)
        return f"at least {formatting.times(self.concurrency.value)} ({bounds.WHY})"


def find(summary: Summary) -> Finding:
    """Split asyncio's lead wherever its client library also ran one task at a time.

    The library's part is asyncio one task at a time against sync; concurrency's part is asyncio
    with many at once against asyncio with one. The claim holds where the library surely gives less
    than a third of the lead, as logarithms: its part squared is below concurrency's. It does not
    where it surely gives more. Where the target held asyncio back, concurrency gives that or more.
    """
    scenarios = of_suites(summary, MAIN)
    splits = [shares for scenario in scenarios if (shares := _shares(summary, scenario))]
    if not splits:
        why = "asyncio's client library was not raced one task at a time beside asyncio and sync"
        return Finding.undecided(CLAIM, why, SUITES)
    whole = [shares for shares in splits if not shares.held]
    most = max(whole or splits, key=lambda shares: shares.concurrency.value)
    return Finding(
        claim=CLAIM,
        verdict=decide((shares.concurrency_wins for shares in splits), no_refutes=True),
        sentence=_sentence(splits),
        brief=(
            f"the library alone, one task at a time, is {formatting.times(most.library.value)} "
            f"times as fast ({most.scenario})"
        ),
        effect=most.concurrency.value,
        effect_of=f"many at once{' (held back: at least)' if most.held else ''}",
        interval=most.concurrency.interval,
        evidence=tuple(
            f"{shares.scenario}/{model}" for shares in splits for model in (MODEL, most.control)
        ),
        conditions=tuple(shares.scenario for shares in splits),
    )


def _shares(summary: Summary, scenario: Comparison) -> Shares | None:
    many, alone = scenario.row(MODEL), serial(scenario)
    if not (sound(scenario, scenario.baseline) and alone and alone.ratio and many):
        return None
    if not (many.sound or many.held_back):
        return None
    concurrency = compare(many, alone, confidence=summary.methods.confidence)
    if concurrency is None:
        return None
    return Shares(
        scenario=scenario.name,
        library=alone.ratio,
        concurrency=concurrency,
        control=alone.model,
        held=many.held_back,
    )


def _sentence(splits: Sequence[Shares]) -> str:
    first, *others = splits
    sentence = (
        f"{MODEL}'s lead over sync in {first.scenario}: {with_interval(first.library)} times from "
        f"the client library alone (one task at a time), {first.gain} times "
        "from concurrency"
    )
    parts = [
        f"in {shares.scenario}: {with_interval(shares.library)} and {shares.gain}"
        for shares in others
    ]
    return f"{'; '.join([sentence, *parts])}."
