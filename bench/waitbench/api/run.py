"""`waitbench.load`: a results file as an object, for scripts and notebooks."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench import formatting
from waitbench.analysis.summary import summarise
from waitbench.api import facts, html
from waitbench.findings import find_all
from waitbench.results import load as results
from waitbench.scenario import BenchError, NoSuchNameError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    import pandas as pd

    from waitbench.analysis.comparison import Summary
    from waitbench.api.facts import Row, Scenario
    from waitbench.findings import Finding
    from waitbench.results.foreign import ForeignBenchmark, SkippedBenchmark


class Run:
    """One run: of waitbench, or what another tool measured.

    A notebook shows it as tables, `print` as the report of the terminal.

    Attributes:
        read: the file as it was read; its shape may change from version to version.
    """

    def __init__(self, read: results.Run, *, document: Mapping[str, Any] | None = None) -> None:
        self.read, self._document = read, document

    @property
    def path(self) -> Path:
        """The file; `not saved` for a race of functions that was not saved yet."""
        return self.read.path

    @property
    def tool(self) -> str:
        """What measured: `waitbench`, or another tool with its version."""
        others = self.read.others
        return others.measured_by if others and self.read.plain else "waitbench"

    @property
    def environment(self) -> Mapping[str, Any]:
        """The machine and interpreter, as recorded."""
        return self.read.environment

    @property
    def seed(self) -> int | None:
        """The seed of the order and of the injected latencies; None where the file has none."""
        return self.read.meta.get("seed")

    @cached_property
    def summary(self) -> Summary:
        """All that reports are made of; its shape may change from version to version."""
        return summarise(self.read)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What was raced, in the order of the file; nothing in the file of another tool."""
        if self.read.plain:
            return ()
        records = {
            (record.scenario.suite, record.scenario.name, record.name): record
            for record in self.read.contestants
        }
        shown = (*self.summary.scenarios, *self.summary.controls)
        return tuple(facts.scenario(comparison, records) for comparison in shown)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all scenarios."""
        return tuple(row for scenario in self.scenarios for row in scenario.rows)

    @property
    def benchmarks(self) -> tuple[ForeignBenchmark, ...]:
        """What another tool measured: medians in nanoseconds, bytes or counts, with quartiles."""
        return self.read.others.benchmarks if self.read.others else ()

    @property
    def skipped(self) -> tuple[SkippedBenchmark, ...]:
        """What of another tool has no figure, and why."""
        return self.read.others.skipped if self.read.others else ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the run says of each claim; nothing for functions, or the file of another tool."""
        none = self.read.plain or self.summary.of_functions
        return () if none else tuple(find_all(self.summary))

    def __getitem__(self, scenario: str) -> Scenario:
        """Return a scenario by its name, or by `suite/name`."""
        for each in self.scenarios:
            if scenario in {each.name, f"{each.suite}/{each.name}"}:
                return each
        raise NoSuchNameError(f"{self.path} has no scenario {scenario!r}")

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each contestant, or for each benchmark of another tool.

        The columns are those of `waitbench report --format csv`: units stand in their names, and
        the ends of intervals are `…_low_ns` and `…_high_ns`.
        """
        import pandas as pd

        from waitbench.report import records
        from waitbench.report.others import one_run

        if page := one_run.of(self.summary):
            return pd.DataFrame.from_records([dict(record) for record in page.records])
        shown = (*self.summary.scenarios, *self.summary.controls)
        return pd.DataFrame.from_records(
            [
                {**records.scenario(comparison), **records.row(row)}
                for comparison in shown
                for row in comparison.rows
            ]
        )

    def rounds_to_frame(self) -> pd.DataFrame:
        """Return a row for each round, in the order of the file.

        `timed` says whether it counts as a time. Of another tool's file it is a row for each round
        that the file has, with `benchmark`, `round`, `value` and `unit`.
        """
        import pandas as pd

        others = self.read.others
        if not self.read.plain or others is None:
            return self.read.to_frame()
        return pd.DataFrame.from_records(
            [
                {
                    "benchmark": label,
                    "round": number,
                    "value": value,
                    "unit": benchmark.unit or "count",
                }
                for label, benchmark in zip(others.labels, others.benchmarks, strict=True)
                for number, value in enumerate(benchmark.values)
            ],
            columns=["benchmark", "round", "value", "unit"],
        )

    def report(self, form: str = "terminal") -> str:
        """Return the report in a format of `waitbench report`.

        Raises:
            BenchError: no such format.
        """
        from waitbench.report import named, render

        return render(named(form), self.summary, self.findings)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a race of functions as a results file, which `load` and pytest-benchmark read.

        Raises:
            BenchError: it was loaded from a file, and lies there.
        """
        if self._document is None:
            raise BenchError(f"this run lies in {self.path} already; copy that")
        from waitbench import atomic_file

        place = Path(path)
        atomic_file.write(place, json.dumps(self._document, indent=1, allow_nan=False) + "\n")
        return place

    def __repr__(self) -> str:
        if self.read.plain:
            many = formatting.count(len(self.benchmarks), "benchmark")
        else:
            scenarios = formatting.count(len(self.scenarios), "scenario")
            many = f"{scenarios}, {formatting.count(len(self.rows), 'row')}"
        return f"<waitbench.Run {self.path.name}: {many}, measured by {self.tool}>"

    def __str__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return html.of_run(self.summary)


def load(path: str | os.PathLike[str]) -> Run:
    """Read a results file: of waitbench, pytest-benchmark, pyperf, hyperfine, asv and others.

    Raises:
        BenchError: there is no such file, or it is none of these.
    """
    return Run(results.load(Path(path), foreign=True))
