"""Which models gain on a group of scenarios, by how much, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from waitbench import formatting
from waitbench.analysis import bounds
from waitbench.analysis.comparison import MAIN, cores
from waitbench.findings import command
from waitbench.findings._verdicts import LIMIT, above, below, decide, span, with_interval
from waitbench.results.record import SERIAL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.findings import ClaimVerdict
    from waitbench.stats.estimates import Estimate

GainState = Literal["gain", "none", "mixed", "unclear"]
STATES: dict[ClaimVerdict, GainState] = {
    "supported": "gain",
    "refuted": "none",
    "conditional": "mixed",
    "undecided": "unclear",
}
"""What becomes of a model that gains in all scenarios, in none, in some, or nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """One model on a group of scenarios, against the baseline.

    Attributes:
        model: its name.
        state: `gain` if it was faster in all, `none` if faster in none and no gain above `LIMIT` is
            possible, `mixed` if faster in some and not in others, `unclear` if that is not known.
        ratios: times faster, by scenario; those of rows that the target held back are the least.
        faster: in how many of them that is certain.
        held: scenarios in which the target held it back.
    """

    model: str
    state: GainState
    ratios: dict[str, Estimate]
    faster: int
    held: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """The rows it leans on."""
        return tuple(f"{scenario}/{self.model}" for scenario in self.ratios)

    @property
    def whole(self) -> dict[str, Estimate]:
        """The ratios that are no bounds."""
        return {name: ratio for name, ratio in self.ratios.items() if name not in self.held}

    @property
    def widest(self) -> Estimate:
        """The largest of the ratios: of those that are no bounds, if there is one."""
        return max((self.whole or self.ratios).values(), key=lambda ratio: ratio.value)

    @property
    def text(self) -> str:
        """The ratio with its interval, or the range of several: 7.81 to 30.7; at least 4.43."""
        if not self.whole:
            return f"at least {formatting.times(self.widest.value)}"
        values = sorted(ratio.value for ratio in self.whole.values())
        if len(values) == 1:
            return with_interval(self.widest)
        return span([formatting.times(value) for value in values])

    @property
    def bounds(self) -> str:
        """What a text on it ends with where the target held it back; else empty."""
        if not self.held:
            return ""
        least = [
            f"at least {formatting.times(self.ratios[name].value)} in {name}" for name in self.held
        ]
        return f"; {formatting.listing(least)}, {bounds.WHY}"


def of_suites(summary: Summary, suites: Collection[str]) -> list[Comparison]:
    """Return the scenarios of these suites, in the order of the file."""
    return [scenario for scenario in summary.scenarios if scenario.suite in suites]


def waiting(summary: Summary, suites: Collection[str] = MAIN) -> list[Comparison]:
    """Return the scenarios of these suites that only wait, with something to overlap."""
    return [
        scenario
        for scenario in of_suites(summary, suites)
        if scenario.waits_ns > 0 and not scenario.computes and overlap(scenario) > 1
    ]


def computing(summary: Summary, suites: Collection[str] = MAIN) -> list[Comparison]:
    """Return the scenarios of these suites that only compute, and could do so side by side."""
    return [
        scenario
        for scenario in of_suites(summary, suites)
        if scenario.computes and not scenario.waits_ns and overlap(scenario) > 1
    ]


def overlap(scenario: Comparison) -> float:
    """Return how many tasks can be under way at once on average: N / ceil(N / C)."""
    return scenario.tasks / -(-scenario.tasks // max(scenario.concurrency, 1))


def machine(summary: Summary) -> tuple[str, ...]:
    """Return how many cores there were, and whether the GIL, as conditions of a claim."""
    gil = summary.environment.get("gil")
    lock = () if gil is None else ("with the GIL" if gil else "without the GIL",)
    return (formatting.count(round(cores(summary.environment)), "core"), *lock)


def sound(scenario: Comparison, model: str | None) -> Row | None:
    """Return the row of a model, if it took part and has a time that counts."""
    row = scenario.row(model) if model else None
    return row if row and row.sound else None


def wall_ns(row: Row | None) -> float:
    """Return the wall of a row that is known to have one, in nanoseconds."""
    assert row is not None
    assert row.wall is not None
    return row.wall.value


def took(row: Row | None) -> str:
    """Return the wall of a row that is known to have one, in words: 54.8 ms."""
    return formatting.duration(wall_ns(row))


def serial(scenario: Comparison) -> Row | None:
    """Return the row of asyncio's client with one task at a time, if it has a time that counts."""
    return next((row for row in scenario.rows if row.kind == SERIAL and row.sound), None)


def compared(scenario: Comparison) -> list[Row]:
    """Return the rows with a ratio to the baseline: no controls, none that the target held back."""
    if sound(scenario, scenario.baseline) is None:
        return []
    return [row for row in scenario.rows if row.rival and row.ratio and row.verdict]


def gains(scenarios: Iterable[Comparison]) -> list[Gain]:
    """Return every model's gain over the group, largest first."""
    by_model: dict[str, dict[str, Row]] = {}
    for scenario in scenarios:
        for row in (*compared(scenario), *_least(scenario)):
            by_model.setdefault(row.model, {})[scenario.name] = row
    measured = []
    for model, rows in by_model.items():
        answers = [gained(row) for row in rows.values()]
        held = tuple(name for name, row in rows.items() if row.held_back)
        ratios = {name: row.ratio for name, row in rows.items() if row.ratio}
        state = STATES[decide(answers)]
        measured.append(
            Gain(model=model, state=state, ratios=ratios, faster=answers.count(True), held=held)
        )
    return sorted(measured, key=lambda gain: -gain.widest.value)


def _least(scenario: Comparison) -> list[Row]:
    """Return the rows whose ratio is the least that is possible: the target held them back."""
    if sound(scenario, scenario.baseline) is None:
        return []
    return [row for row in bounds.held_back(scenario) if row.ratio]


def longer(summary: Summary, *suites: str) -> str:
    """Return the command that narrows what is too unsure to call: twice the launches it had."""
    had = (
        row.measured.launches for scenario in of_suites(summary, suites) for row in scenario.rows
    )
    return f"`{command(suites)} --launches {max(2 * max(had, default=0), 4)}`"


def gained(row: Row) -> bool | None:
    """Return whether a row surely is faster than the baseline; surely gains nothing; or None.

    Whoever was held back can only be faster than that: a gain is one, no gain is none to speak of.
    """
    if row.held_back:
        return True if above(row.ratio, LIMIT) else None
    if row.verdict and row.verdict.verdict == "faster":
        return True
    return False if below(row.ratio, LIMIT) else None
