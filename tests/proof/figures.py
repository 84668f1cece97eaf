"""Comparisons in, figures out: false alarms, power, coverage, misranking, bias of position."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log
from statistics import mean, median
from typing import TYPE_CHECKING

from tests.proof import rules
from tests.proof.cells import KINDS, SLOWER
from tests.proof.comparisons import null_pairs, slowed_pairs
from tests.proof.position import bias
from tests.proof.shares import Share, share
from waitbench.stats.estimates import chance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.proof.comparisons import ArmPair
    from tests.proof.position import Bias
    from tests.proof.races import Race

LEVELS = (0.10, 0.05, 0.01, 0.001)
MISRANKED_AT = 0.05
Rule = "Callable[[ArmPair], bool]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """How often a rule told identical arms apart.

    Attributes:
        rule: which.
        comparison: of single comparisons.
        suite: of suites of 20, those with at least one alarm.
    """

    rule: str
    comparison: Share
    suite: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What became of a slow-down that was really there.

    Attributes:
        kind: name of the kind of work.
        slow: slow-down asked for, as a share.
        true: median of the true slow-downs, as a share; None where not known.
        in_suite: called slower where 19 null comparisons are judged with it.
        alone: called slower by itself.
        same: called the same within the margin by itself.
        excluded: its interval leaves out a ratio of 1.
        gate: pytest-benchmark's `mean:5%` failed on all its rounds.
        welch: Welch's test told the arms apart.
    """

    kind: str
    slow: float
    true: float | None
    in_suite: Share
    alone: Share
    same: Share
    excluded: Share
    gate: Share
    welch: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of the proof.

    Attributes:
        nulls: how many null comparisons there are.
        alarms: a row for each rule.
        levels: how often the chance of a null comparison lay below 10, 5, 1 and 0.1 %.
        kinds: false alarms of single comparisons at 99 %, by kind.
        power: a row for each kind and slow-down that was raced.
        coverage: by kind, of null comparisons and of slowed ones, at 99 %.
        misranked: by rule, how often a contestant made 5 % slower came out as the faster one.
        bias: by kind.
    """

    nulls: int
    alarms: tuple[Alarms, ...]
    levels: dict[float, Share]
    kinds: dict[str, Share]
    power: tuple[Power, ...]
    coverage: dict[str, tuple[Share, Share]]
    misranked: dict[str, Share]
    bias: tuple[Bias, ...]


def evaluate(races: Sequence[Race]) -> Figures:
    """Make all figures; the same races always give the same."""
    nulls, slowed = null_pairs(races), slowed_pairs(races)
    return Figures(
        nulls=len(nulls),
        alarms=tuple(alarms(nulls)),
        levels={level: share(_p_value(pair) < level for pair in nulls) for level in LEVELS},
        kinds={kind: share(_alone(pair) for pair in nulls if pair.kind == kind) for kind in KINDS},
        power=tuple(
            power(cell, nulls)
            for kind in KINDS
            for slow in SLOWER
            if (cell := [pair for pair in slowed if (pair.kind, pair.slow) == (kind, slow)])
        ),
        coverage={
            **{
                kind: (
                    share(pair.held for pair in nulls if pair.kind == kind),
                    share(pair.held for pair in slowed if pair.kind == kind),
                )
                for kind in KINDS
            },
            "all": (share(pair.held for pair in nulls), share(pair.held for pair in slowed)),
        },
        misranked=misranked([pair for pair in slowed if pair.slow == MISRANKED_AT]),
        bias=tuple(
            of_kind
            for kind in (*KINDS, "all")
            if (of_kind := bias(kind, [race for race in races if kind in {race.kind, "all"}]))
        ),
    )


def alarms(nulls: Sequence[ArmPair]) -> list[Alarms]:
    """Count how often each rule calls identical arms different."""
    rows = []
    suites = rules.suites(nulls)
    in_suites = [[rules.told_apart(verdict) for verdict in rules.judged(suite)] for suite in suites]
    rows.append(
        Alarms(
            rule="waitbench, verdicts of a whole suite at 99 %",
            comparison=share(alarm for suite in in_suites for alarm in suite),
            suite=share(any(suite) for suite in in_suites),
        )
    )
    single: dict[str, Callable[[ArmPair], bool]] = {
        "waitbench, each comparison by itself at 99 %": _alone,
        **{f"pytest-benchmark {setting}, on all rounds": _gate(setting) for setting in rules.GATES},
        **{
            f"pytest-benchmark {setting}, one process each, apart in time": _gate_apart(setting)
            for setting in rules.GATES
        },
        "Welch's t-test on all rounds at 95 % (a rule like pyperf's)": _welch,
    }
    for name, rule in single.items():
        alarms_of_rule = [rule(pair) for pair in nulls]
        at = range(0, len(alarms_of_rule) - rules.SUITE + 1, rules.SUITE)
        by_suite = share(any(alarms_of_rule[start : start + rules.SUITE]) for start in at)
        rows.append(Alarms(rule=name, comparison=share(alarms_of_rule), suite=by_suite))
    return rows


def power(cell: Sequence[ArmPair], nulls: Sequence[ArmPair]) -> Power:
    """Count the verdicts on one slow-down of one kind of work."""
    alone = [rules.judged([pair])[0].verdict for pair in cell]
    families = [[pair, *(rules.company(pair, nulls) or ())] for pair in cell]
    true = [1 / pair.truth - 1 for pair in cell if pair.truth]
    return Power(
        kind=cell[0].kind,
        slow=cell[0].slow,
        true=median(true) if true else None,
        in_suite=share(
            rules.judged(family)[0].verdict == "slower" if len(family) == rules.SUITE else None
            for family in families
        ),
        alone=share(word == "slower" for word in alone),
        same=share(word == "same" for word in alone),
        excluded=share((pair.ratio.high or inf) < 1 for pair in cell),
        gate=share(map(_gate("mean:5%"), cell)),
        welch=share(map(_welch, cell)),
    )


def misranked(slowed: Sequence[ArmPair]) -> dict[str, Share]:
    """Count how often the slower arm of a pair has the better figure."""
    rounds = [(rules.rounds(pair.baseline), rules.rounds(pair.arm)) for pair in slowed]
    apart = [rules.sessions_apart(pair) for pair in slowed]
    return {
        "waitbench, paired ratio": share(pair.ratio.value >= 1 for pair in slowed),
        "mean of all rounds": share(mean(arm) <= mean(base) for base, arm in rounds),
        "least of all rounds": share(min(arm) <= min(base) for base, arm in rounds),
        "mean, one process each, apart in time": share(
            mean(arm) <= mean(base) for base, arm in apart
        ),
    }


def _p_value(pair: ArmPair) -> float:
    return chance(pair.ratio, abs(log(pair.ratio.value)))


def _alone(pair: ArmPair) -> bool:
    return rules.told_apart(rules.judged([pair])[0])


def _welch(pair: ArmPair) -> bool:
    return rules.welch_differs(rules.rounds(pair.baseline), rules.rounds(pair.arm))


def _gate(setting: str) -> Callable[[ArmPair], bool]:
    return lambda pair: rules.gate_fails(
        setting, rules.rounds(pair.baseline), rules.rounds(pair.arm)
    )


def _gate_apart(setting: str) -> Callable[[ArmPair], bool]:
    return lambda pair: rules.gate_fails(setting, *rules.sessions_apart(pair))
