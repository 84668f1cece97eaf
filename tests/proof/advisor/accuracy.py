"""Corpus records in, figures out: how far predictions were off, and what the picks would cost."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from waitbench.advisor.advice import TIE, WORTH
from waitbench.advisor.races import HOPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.proof.advisor.trial import CaseRecord

NEAR = 0.25
"""A prediction within so much is near."""
GOOD = 1.10
"""A pick is good if nothing raced was faster by more."""
POINTS = 0.05
"""Wait shares that lie so close agree."""
RULE_FROM = 0.5
RULE = {True: "threads-16", False: "processes-4"}
"""The rule of thumb: waiting half of the time or more, threads; else processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One function: what was predicted of it against what came.

    Attributes:
        name: of the function.
        waiting: share of its time in which nothing computes.
        cells: by name of the contestant, times faster than sync: predicted and measured.
        pick: what the predictions recommend: one of the cells, or `sync`.
        best: what was fastest.
        regret: how much faster the best was than the pick, as a share.
        rule_regret: the same for the rule of thumb.
        advised: what the race makes of the predictions: it is between sync and whoever is
            predicted to come near the best, as `waitbench advise` races them.
        advised_regret: its regret; the race that decides is the one that judges.
        idle: share of the race's sync rounds without CPU, unwatched; None where it has no rounds.
    """

    name: str
    waiting: float
    cells: Mapping[str, tuple[float, float]]
    pick: str
    best: str
    regret: float
    rule_regret: float
    advised: str
    advised_regret: float
    idle: float | None = None

    @property
    def offs(self) -> list[float]:
        """How far each prediction was off, as a share of what was measured."""
        return [abs(predicted / measured - 1) for predicted, measured in self.cells.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The figures of a whole corpus.

    Attributes:
        functions: how many there are.
        median_off: median of how far the cells' predictions are off, as a share.
        near: cells within a quarter of what came.
        cells: how many there are.
        good: picks within a tenth of the best.
        mean_regret: of the picks, as a share.
        worst_regret: of any pick.
        advised_good: the same three after the race between the predictions.
        advised_mean_regret: mean.
        advised_worst_regret: worst.
        rule_good: the same three for the rule of thumb.
        rule_mean_regret: mean.
        rule_worst_regret: worst.
        shares: functions whose wait share the race tells as well.
        shares_near: of these, those within five points of it.
    """

    functions: int
    median_off: float
    near: int
    cells: int
    good: int
    mean_regret: float
    worst_regret: float
    advised_good: int
    advised_mean_regret: float
    advised_worst_regret: float
    rule_good: int
    rule_mean_regret: float
    rule_worst_regret: float
    shares: int = 0
    shares_near: int = 0


def judged(record: CaseRecord) -> Judged:
    """Judge one record of the corpus's file."""
    cells = {
        cell["name"]: (cell["predicted"], cell["measured"])
        for cell in record["cells"]
        if cell["measured"]
    }
    measured = {"sync": 1.0, **{name: real for name, (_, real) in cells.items()}}
    predicted = {name: prediction for name, (prediction, _) in cells.items()}
    chosen = pick(predicted)
    advised = pick({name: measured[name] for name in _raced(cells)})
    best = max(measured, key=lambda name: measured[name])
    rule = RULE[record["waiting"] >= RULE_FROM]
    return Judged(
        name=record["name"],
        waiting=record["waiting"],
        cells=cells,
        pick=chosen,
        best=best,
        regret=measured[best] / measured[chosen] - 1,
        rule_regret=measured[best] / measured.get(rule, 1.0) - 1,
        advised=advised,
        advised_regret=measured[best] / measured[advised] - 1,
        idle=record["idle"],
    )


def pick(predicted: Mapping[str, float]) -> str:
    """Return the plainest of those predicted best, in the order given; sync if little is won."""
    most = max(predicted.values(), default=0.0)
    if most < WORTH:
        return "sync"
    return next(name for name, times in predicted.items() if times >= TIE * most)


def _raced(cells: Mapping[str, tuple[float, float]]) -> list[str]:
    """Return what is raced beside sync, in the order of the cells."""
    most = max((prediction for prediction, _ in cells.values()), default=0.0)
    return [name for name, (prediction, _) in cells.items() if prediction >= HOPE * most]


def accuracy(functions: Sequence[Judged]) -> Accuracy | None:
    """Return the figures of a whole corpus; None where nothing was raced."""
    offs = [off for function in functions for off in function.offs]
    if not offs:
        return None
    regrets = [function.regret for function in functions]
    rule = [function.rule_regret for function in functions]
    advised = [function.advised_regret for function in functions]
    shares = [
        abs(function.waiting - function.idle) for function in functions if function.idle is not None
    ]
    return Accuracy(
        functions=len(functions),
        median_off=median(offs),
        near=sum(off <= NEAR for off in offs),
        cells=len(offs),
        good=sum(1 + regret <= GOOD for regret in regrets),
        mean_regret=sum(regrets) / len(regrets),
        worst_regret=max(regrets),
        advised_good=sum(1 + regret <= GOOD for regret in advised),
        advised_mean_regret=sum(advised) / len(advised),
        advised_worst_regret=max(advised),
        rule_good=sum(1 + regret <= GOOD for regret in rule),
        rule_mean_regret=sum(rule) / len(rule),
        rule_worst_regret=max(rule),
        shares=len(shares),
        shares_near=sum(off <= POINTS for off in shares),
    )
