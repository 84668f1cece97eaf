"""`waitbench.compare`: two runs held against each other, and how sure that can be."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis import two_runs
from waitbench.api import html
from waitbench.api.run import Run, load
from waitbench.presentation.columns import Column
from waitbench.report import others
from waitbench.report.others import two_runs as page_of_two
from waitbench.report.others.page import OthersTable, Page
from waitbench.scenario import BenchError, NoSuchNameError
from waitbench.tracking import machine_identity, ratios

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from waitbench.tracking.ratios import KeptFigure, Kind

RELATIVE: dict[Kind, str] = {"speed": "wall over baseline", "CPU": "CPU over baseline"}
"""Figures within a run, which other machines can be compared by, as what they are here."""
UNPAIRED = (
    "Unpaired: the intervals (99 %) hold how processes differ, not how hours or builds do, so "
    "there is no verdict; `waitbench gate --base REV` races two commits in turns, and would tell."
)
ELSEWHERE = "The machines differ ({facts}): walls are compared with those of the same run alone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of a row or benchmark that both runs have; less is better.

    Attributes:
        name: `suite/scenario/model`, or the full name of another tool's benchmark.
        figure: `wall`, `wall over baseline` or `CPU over baseline`; of another tool `median`.
        before: in the first run.
        after: in the second.
        unit: of both: `ns`, `bytes`, or empty for a ratio or a count.
        ratio: after to before: 0.75 is three quarters of the time, 1.25 a quarter more.
        interval: of that ratio, over processes; None where a run had one process alone.
    """

    name: str
    figure: str
    before: float
    after: float
    unit: str
    ratio: float
    interval: tuple[float, float] | None


class Comparison:
    """Two runs, matched by name: what changed, what is new, what else differs.

    Attributes:
        changes: of all that both have, the largest first.
        new: names that only the second has.
        vanished: names that only the first has.
        alerts: what must be known before the first figure, as sentences.
    """

    def __init__(
        self,
        page: Page,
        changes: Sequence[Change],
        new: Sequence[str] = (),
        vanished: Sequence[str] = (),
    ) -> None:
        self._page = page
        self.changes = tuple(changes)
        self.new, self.vanished = tuple(new), tuple(vanished)
        self.alerts = tuple(page.alerts)

    def __getitem__(self, name: str) -> Change:
        """Return the first figure of a row or benchmark."""
        for change in self.changes:
            if change.name == name:
                return change
        raise NoSuchNameError(f"the runs do not both have {name!r}")

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each change."""
        import pandas as pd

        return pd.DataFrame.from_records([dict(record) for record in self._page.records])

    def __repr__(self) -> str:
        return f"<waitbench.Comparison {self._page.title}>"

    def __str__(self) -> str:
        return others.written("terminal", self._page)

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return html.of_page(self._page)


def compare(
    before: Run | str | os.PathLike[str], after: Run | str | os.PathLike[str]
) -> Comparison:
    """Hold two runs against each other, as `waitbench compare` does; each may be a file.

    Raises:
        BenchError: one cannot be read, or one is of waitbench and the other is not.
    """
    first, second = (run if isinstance(run, Run) else load(run) for run in (before, after))
    old, new = first.read.others, second.read.others
    if first.read.plain and second.read.plain and old and new:
        matched = two_runs.compare(old, new)
        changes = [
            Change(
                name=change.after.fullname,
                figure="median",
                before=change.before.value,
                after=change.after.value,
                unit=change.after.unit,
                ratio=change.ratio,
                interval=change.interval,
            )
            for change in matched.changes
        ]
        page = page_of_two.page((old, first.path), (new, second.path), matched)
        return Comparison(page, changes, matched.new, matched.vanished)
    if first.read.plain or second.read.plain:
        ours, theirs = (first, second) if second.read.plain else (second, first)
        raise BenchError(
            f"{ours.path} is a run of waitbench and {theirs.path} was measured by {theirs.tool}: "
            "give two of one kind"
        )
    return _ours(first, second)


def _ours(before: Run, after: Run) -> Comparison:
    """Compare two runs of ours: walls on like machines, and ratios within each run anywhere."""
    old, new = (ratios.figures(run.summary) for run in (before, after))
    machines = [machine_identity.described(run.environment) for run in (before, after)]
    alike = machine_identity.alike(*machines)
    changes = [
        change
        for name in new
        if name in old
        for change in _changes(name, old[name], new[name], alike=alike)
    ]
    changes.sort(key=lambda change: -max(change.ratio, 1 / change.ratio))
    only_new, vanished = (
        [n for n in here if n not in there] for here, there in ((new, old), (old, new))
    )
    shared = formatting.count(len(set(old) & set(new)), "row")
    facts = ", ".join(
        machine_identity.MARKS.get(mark, mark)
        for mark, value in machines[0].items()
        if machines[1][mark] != value
    )
    page = Page(
        title=f"{before.path.name} and {after.path.name}: {shared} in both",
        runs=[
            (word, f"{run.path.name}; {machine_identity.sentence(machine)}")
            for word, run, machine in zip(
                ("before", "after"), (before, after), machines, strict=True
            )
        ],
        alerts=[*([] if alike else [ELSEWHERE.format(facts=facts)]), UNPAIRED],
        tables=[_table(changes)] if changes else [],
        notes=[
            (title, names) for title, names in (("New", only_new), ("Vanished", vanished)) if names
        ],
        reading=[("ratio", "after to before: 0.75 is three quarters of the time, 1.25 slower")],
        facts=[],
        command="",
        records=[_record(change) for change in changes],
    )
    return Comparison(page, changes, only_new, vanished)


def _changes(
    name: str, old: Mapping[Kind, KeptFigure], new: Mapping[Kind, KeptFigure], *, alike: bool
) -> Iterator[Change]:
    wall: dict[Kind, str] = {"wall": "wall"} if alike else {}
    for kind, figure in (wall | RELATIVE).items():
        if kind not in old or kind not in new:
            continue
        # `better` is above 1 where the second run is better: that is less of it.
        better = ratios.change(old[kind], new[kind], kind)
        sign = -1 if kind == "speed" else 1
        yield Change(
            name=name,
            figure=figure,
            before=exp(sign * old[kind].log),
            after=exp(sign * new[kind].log),
            unit="ns" if kind == "wall" else "",
            ratio=1 / better.value,
            interval=(1 / better.high, 1 / better.low) if better.high and better.low else None,
        )


def _table(changes: Sequence[Change]) -> OthersTable:
    def written(value: float, unit: str) -> str:
        return formatting.duration(value) if unit == "ns" else formatting.times(value)

    columns = [
        Column(head="row", unit="", cells=tuple(c.name for c in changes), left=True, wraps=True),
        Column(head="ratio", unit="", cells=tuple(formatting.times(c.ratio) for c in changes)),
        Column(
            head="99 %",
            unit="",
            cells=tuple(formatting.between(*c.interval) if c.interval else "-" for c in changes),
            rank=1,
        ),
        Column(head="of", unit="", cells=tuple(c.figure for c in changes), rank=1, left=True),
        Column(
            head="before", unit="", cells=tuple(written(c.before, c.unit) for c in changes), rank=2
        ),
        Column(
            head="after", unit="", cells=tuple(written(c.after, c.unit) for c in changes), rank=2
        ),
    ]
    return OthersTable(title="", columns=columns)


def _record(change: Change) -> dict[str, Any]:
    low, high = change.interval or (None, None)
    return {
        "name": change.name,
        "figure": change.figure,
        "unit": change.unit or "ratio",
        "ratio": change.ratio,
        "ratio_low": low,
        "ratio_high": high,
        "before": change.before,
        "after": change.after,
    }
