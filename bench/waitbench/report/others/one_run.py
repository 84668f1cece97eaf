"""The report on one file of another tool: every figure, what it is, and what was left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.analysis.drift import course
from waitbench.analysis.foreign_rows import UNGROUPED, groups, over_processes
from waitbench.presentation.columns import NOTHING, Column
from waitbench.report import rerun_command
from waitbench.report.others import quantities
from waitbench.report.others.page import OthersTable, Page, telling
from waitbench.report.records import benchmark_of_others
from waitbench.results.foreign import warning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from waitbench.analysis.comparison import Summary
    from waitbench.results.foreign import ForeignBenchmark, ForeignRun

MOST = 50
"""So many entries without a figure are named; the rest is counted."""
COURSE = (
    "the rounds in eighths, from the first to the last; the height runs from the first quartile to "
    "the third, or as far as they went"
)
NAMED = 5
"""So many names that come again are listed; the rest is counted."""
SHORT = 7
"""Digits of a commit."""
LEAST = (
    "had no more rounds than the fewest: pytest-benchmark stops there where calls are alike, and "
    "would not have met what happens in each fiftieth call"
)


def of(summary: Summary) -> Page | None:
    """Return the report of a file that another tool wrote; None for a run of ours."""
    run = summary.run
    if run is None or not run.plain or run.others is None:
        return None
    return page(run.others, run.path, command=rerun_command.command(summary))


def page(run: ForeignRun, path: Path, *, command: str = "") -> Page:
    """Return the report of one run."""
    benchmarks = formatting.count(len(run.benchmarks), "benchmark")
    caution = warning(run)
    return Page(
        title=f"{benchmarks} measured by {run.measured_by}",
        runs=[],
        alerts=[
            f"{caution['text']}. {caution['advice'][0]}{caution['advice'][1:]}.",
            *_doubts(run),
        ],
        tables=[_table(name, group) for name, group in groups(run).items()],
        notes=left_out(run),
        reading=reading(run),
        facts=[*facts(run), ("Results", path.name)],
        command=command,
        records=[
            {"name": label, **benchmark_of_others(run, each), "rounds": each.rounds}
            for label, each in zip(run.labels, run.benchmarks, strict=True)
        ],
    )


def _doubts(run: ForeignRun) -> list[str]:
    """Return what makes figures doubtful, in few sentences."""
    sentences = [*quantities.contradicting(run), *quantities.drifting(run)]
    names = Counter(benchmark.fullname for benchmark in run.benchmarks)
    again = [f"{name} ({times} times)" for name, times in names.items() if times > 1]
    if again:
        listed = formatting.listing(formatting.shortlist(again, NAMED))
        sentences.append(f"One name has more rows in this file, as after a rerun: {listed}.")
    least = [
        label
        for label, benchmark in zip(run.labels, run.benchmarks, strict=True)
        if benchmark.least_rounds
    ]
    if least:
        sentences.append(f"{formatting.count(len(least), 'benchmark')} {LEAST}.")
    return sentences


def _table(name: str, group: Mapping[str, ForeignBenchmark]) -> OthersTable:
    benchmarks = list(group.values())
    scaled = quantities.scales(benchmarks)
    columns = [
        Column(head="benchmark", unit="", cells=tuple(group), left=True, wraps=True),
        quantities.column("median", benchmarks, scaled, quantities.value),
        _intervals(benchmarks, scaled),
        quantities.column("spread", benchmarks, scaled, quantities.spread, rank=3),
        quantities.counts("rounds", [each.rounds for each in benchmarks], rank=2),
    ]
    if any(each.calls > 1 for each in benchmarks):
        columns.append(quantities.counts("calls", [each.calls for each in benchmarks], rank=1))
    columns.append(quantities.course("course", benchmarks, rank=5))
    if any(each.processes for each in benchmarks):
        many = [len(each.processes) or 1 for each in benchmarks]
        columns.append(quantities.counts("processes", many, rank=4))
    return OthersTable(title="" if name == UNGROUPED else name, columns=telling(columns))


def _intervals(
    benchmarks: Sequence[ForeignBenchmark], scaled: Sequence[quantities.Scale]
) -> Column:
    def interval(benchmark: ForeignBenchmark, per: float) -> str:
        sure = over_processes(benchmark)
        if sure is None:
            return NOTHING
        return f"[{', '.join(formatting.number(end / per) for end in sure)}]"

    return quantities.column("95 %", benchmarks, scaled, interval, rank=1)


def left_out(run: ForeignRun) -> list[tuple[str, Sequence[str]]]:
    """Name what has no figure, with the reason."""
    lines = [f"{entry.name}: {entry.reason}" for entry in run.skipped]
    if not lines:
        return []
    return [("Without a figure", formatting.shortlist(lines, MOST))]


def reading(run: ForeignRun) -> list[tuple[str, str]]:
    """Explain what each figure is, and who measured it."""
    calls = any(benchmark.calls > 1 for benchmark in run.benchmarks)
    told = all(benchmark.calls for benchmark in run.benchmarks)
    each = "a round is the mean of its calls" if calls or not told else "a round is one call"
    each += "" if told else ", whose number the file does not always tell"
    lines = [("median", f"of the rounds, as {run.tool} has it; {each}; less is better")]
    if run.several_processes:
        lines.append(
            ("95 %", "interval of the median, over the processes; made of the median of each")
        )
    if any(benchmark.spread for benchmark in run.benchmarks):
        lines.append(
            ("spread", "first to third quartile of the rounds: how they scatter, no interval")
        )
    if any(course(benchmark.values) for benchmark in run.benchmarks):
        lines.append(("course", COURSE))
    if calls:
        lines.append(("calls", "in each round"))
    return lines


def facts(run: ForeignRun) -> list[tuple[str, str]]:
    """List what is known of machine, interpreter and commit; never what the machine is called."""
    of_run = run.environment
    cores = of_run.get("cores")
    python = f"{of_run.get('implementation') or ''} {of_run.get('python') or ''}".strip()
    listed = [
        ("Measured by", run.measured_by),
        ("Measured on", run.when.partition(".")[0]),
        ("Commit", commit(run)),
        (
            "CPU",
            ", ".join(
                filter(None, [of_run.get("cpu"), formatting.count(cores, "core") if cores else ""])
            ),
        ),
        ("Python", python),
        ("System", str(of_run.get("platform") or "")),
    ]
    return [(name, value) for name, value in listed if value]


def described(run: ForeignRun, path: Path) -> str:
    """Return in one line what a run is: file, commit, date, machine, interpreter, tool."""
    of_run = dict(facts(run))
    names = ("Commit", "Measured on", "CPU", "Python", "System", "Measured by")
    return "; ".join([path.name, *(of_run[name] for name in names if name in of_run)])


def commit(run: ForeignRun) -> str:
    """Write the commit with its branch: 1111111 + changes, on main."""
    if not run.commit:
        return ""
    changes = " + changes" if run.dirty else ""
    return f"{run.commit[:SHORT]}{changes}{f', on {run.branch}' if run.branch else ''}"
