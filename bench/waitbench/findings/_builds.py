"""Pairs of interpreters that differ in one thing, and how much faster one makes the same model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.by_build import SEPARATOR, model
from waitbench.analysis.row import compare
from waitbench.findings._verdicts import with_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from waitbench.analysis.comparison import Comparison, Summary
    from waitbench.analysis.row import Row
    from waitbench.stats.estimates import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The same model in the same scenario under two builds.

    Attributes:
        scenario: where.
        model: without its build.
        build: what is asked about.
        before: what it is compared with.
        speed: times as fast under `build`.
    """

    scenario: Comparison
    model: str
    build: str
    before: str
    speed: Estimate

    @property
    def evidence(self) -> tuple[str, str]:
        """The two rows."""
        return tuple(  # type: ignore[return-value]  # two
            f"{self.scenario.name}/{self.model}{SEPARATOR}{build}"
            for build in (self.build, self.before)
        )

    @property
    def text(self) -> str:
        """Who, where, and how much: sync@3.14t in compute-n8-c2 0.71 [0.69, 0.73]."""
        row = f"{self.model}{SEPARATOR}{self.build}"
        return f"{row} in {self.scenario.name} {with_interval(self.speed)}"


def changes(
    summary: Summary,
    pairs: Iterable[tuple[str, str]],
    counts: Callable[[Comparison], bool],
    models: Sequence[str] = (),
) -> list[Change]:
    """Pair rows of builds directly within their blocks, where both have a time that counts.

    Args:
        summary: of the run.
        pairs: builds, each before what it is compared with.
        counts: which scenarios do.
        models: which count; all where none is named.
    """
    gained = []
    for build, before in pairs:
        for scenario in filter(counts, summary.scenarios):
            rows = {(model(row), row.measured.build): row for row in scenario.rows if row.rival}
            for (name, of), row in rows.items():
                other = rows.get((name, before))
                if of != build or other is None or (models and name not in models):
                    continue
                speed = compare(row, other, confidence=summary.methods.confidence)
                if speed is not None:
                    gained.append(
                        Change(
                            scenario=scenario, model=name, build=build, before=before, speed=speed
                        )
                    )
    return gained


def states(summary: Summary) -> dict[str, Mapping[str, object]]:
    """Return what each build said of itself after its rounds, by its label."""
    return {
        row.measured.build: row.measured.state
        for scenario in summary.scenarios
        for row in scenario.rows
        if row.measured.build and row.measured.state and row.sound
    }


def minor(state: Mapping[str, object]) -> str:
    """Return whose an interpreter is, and its version without its last number: CPython 3.14."""
    whose = state.get("implementation", "CPython")
    return f"{whose} {'.'.join(str(state.get('python', '')).split('.')[:2])}"


def evidence(compared: Iterable[Change]) -> tuple[str, ...]:
    """Return the rows of some changes, each once."""
    return tuple(dict.fromkeys(name for change in compared for name in change.evidence))


def listing(compared: Sequence[Change], most: int = 4) -> str:
    """Return the first few changes, and how many there are beside them."""
    return formatting.listing(formatting.shortlist([change.text for change in compared], most))


def rows_of(scenario: Comparison) -> list[Row]:
    """Return the rows of a scenario that ran under a named build, and may win."""
    return [row for row in scenario.rows if row.measured.build and row.rival and row.wall]
