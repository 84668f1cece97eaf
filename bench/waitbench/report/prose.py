"""What stands before and after the tables in every format: alerts, findings, reading aid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.report import aa_control, machine_tables, phases
from waitbench.report.others import quantities
from waitbench.report.phases import WHERE
from waitbench.report.tables import CROSSOVER, columns, metrics

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from waitbench.analysis.comparison import Methods, Summary
    from waitbench.findings import Finding
    from waitbench.report.bars import Place

BOUNDS = {
    "latency-bound": ("latency", "the wait that was asked for; only more at once would help"),
    "client-CPU-bound": ("client CPU", "one core of the client is full"),
    "cores-bound": ("cores", "every core that may be used is full"),
    "target-bound": ("target", "it could not keep up; the true time can only be shorter"),
    "generator-bound": ("generator", "the load generator was late; the row says nothing"),
    "lockstep": ("lockstep", "one task at a time, each waiting for the one before"),
    "pool-bound": ("pool", "it has fewer workers than tasks may be under way"),
}
BOUND = "its time is a bound, the true one can only be shorter."
BOUNDED = "their times are bounds, the true ones can only be shorter."
COLUMNS = {
    CROSSOVER: "wait / CPU per task; up to so many at once more buys speed, beyond that nothing",
    "latency": "mean time of a request from when it was due to its whole answer; less is better",
    "time per request": "at the highest rate that was reached; less is better",
    "CPU": "client and its children, per task",
    "efficiency": "share of the ideal, which is max(ceil(N / C) x wait, N x CPU / cores)",
    "p50": "half of the tasks took no longer, each as its caller saw it",
    "p99": "99 of 100 tasks took no longer",
    "memory": "peak of the client and its children",
    "start-up": "pools, sessions and loop, before the first round; a pool of processes: a later "
    "one of a program, whose fork server is up",
    "roofline": "what this client can reach at best, no forecast: "
    "max(ceil(N / its C) x wait, N x CPU / cores + wait)",
    WHERE: "mean of a task from the start of the round: waiting for its turn, sending until the "
    "target has it, in its queue, the latency that was asked for, what the target added, "
    "receiving the answer, computing",
}
METRICS = "measured by the tasks themselves: median of the rounds (least to most)"
BUSY = "busy-machine"
"""The warning whose advice holds for disturbed rounds as well."""
MOSTLY = 0.5
"""Share of disturbed rounds above which that is said once, at the top."""
FASTER = "faster than "
MOST_BESIDE = 20
"""So many benchmarks that were not raced are named; the rest is counted."""
NAMED = 3
"""So many names stand in a list; the rest is counted."""


def alerts(summary: Summary) -> list[str]:
    """List what a reader must know before the first figure."""
    sentences = list(filter(None, [aa_control.alarm(summary)]))
    if summary.interrupted:
        sentences.append("This run was interrupted: what it had measured until then is below.")
    everything = (*summary.scenarios, *summary.controls)
    rows = [(scenario.name, row) for scenario in everything for row in scenario.rows]
    failed = [f"{row.model} in {name}" for name, row in rows if row.measured.failure]
    if failed:
        sentences.append(f"Failed: {_first_few(failed)}; the reason stands under the table.")
    held = sum(row.measured.bound == "target-bound" for _, row in rows)
    if held:
        sentences.append(
            f"The target, which answers the requests, held back {formatting.count(held, 'row')}, "
            f"marked (!): {BOUND if held == 1 else BOUNDED}"
        )
    unfair = [scenario.name for scenario in everything if scenario.unfair]
    if unfair:
        sentences.append(
            f"Not a fair race: {_first_few(unfair)}; the reason stands under the table."
        )
    sentences += machine_tables.alerts(summary)
    sentences += [_warning(warning) for warning in summary.warnings]
    return [*sentences, *_disturbed_run(summary)]


def overall(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings on the whole run for which there is a row."""
    return [finding for finding in findings if finding.scenario is None and finding.evidence]


def by_place(findings: Sequence[Finding]) -> dict[Place, str]:
    """Return the sentences on single scenarios, by suite and scenario."""
    return {
        (finding.suite or "", finding.scenario): finding.sentence
        for finding in findings
        if finding.scenario
    }


def left_out(summary: Summary, suites: Collection[str] = ()) -> list[str]:
    """List who could not take part in these suites (in any), where and why, a line a reason."""
    reasons: dict[str, list[Mapping[str, str]]] = {}
    for entry in summary.left_out:
        if not suites or entry.get("suite") in suites:
            reasons.setdefault(entry["reason"].rstrip("."), []).append(entry)
    lines = [
        f"left out: {_first_few([entry['model'] for entry in entries])} in "
        f"{_first_few([entry['scenario'] for entry in entries])}: {reason}"
        for reason, entries in reasons.items()
    ]
    return lines if suites else [*lines, *_beside(summary)]


def _beside(summary: Summary) -> list[str]:
    """Name the benchmarks that stand in a file of ours and were not raced, with their medians."""
    run = summary.run
    if run is None or run.others is None or run.plain:
        return []
    named = [
        f"{label} {quantities.measured(benchmark.value, benchmark.unit)}"
        for label, benchmark in zip(run.others.labels, run.others.benchmarks, strict=True)
    ]
    named += [f"{entry.name} ({entry.reason})" for entry in run.others.skipped]
    listed = formatting.listing(formatting.shortlist(named, MOST_BESIDE))
    return [f"not raced, but timed by {run.others.tool} in the same file (medians): {listed}"]


def reading(summary: Summary, shown: Collection[str]) -> list[tuple[str, str]]:
    """Explain the columns that are `shown`, and the words in them: word, text."""
    rows = [row for scenario in summary.scenarios for row in scenario.rows]
    margin = formatting.percent(summary.methods.margin)
    lines = [("wall", "time of one round, all tasks together, and its interval; less is better")]
    if summary.methods.comparisons:
        heads = sorted(head for head in shown if head.startswith(FASTER))
        faster = heads[0] if len(heads) == 1 else f"{FASTER}…" if heads else f"{FASTER}sync"
        lines += [
            (faster, "2.00 is half the time; block by block, so drift cancels out"),
            ("verdict", f"faster, slower, same (surely within {margin}) or undecided"),
        ]
    bounds = {row.measured.bound for row in rows} if "bound by" in shown else set()
    lines += [
        (f"bound by {name}", text) for bound, (name, text) in BOUNDS.items() if bound in bounds
    ]
    lines += [(name, text) for name, text in COLUMNS.items() if name in shown]
    figures = (column.head for scenario in summary.scenarios for column in metrics(scenario.rows))
    if heads := [head for head in dict.fromkeys(figures) if head in shown]:
        lines.append((_first_few(heads), METRICS))
    return lines


def whole_reading(summary: Summary) -> list[tuple[str, str]]:
    """Explain all columns that there are, where there is room for each."""
    heads = {column.head for scenario in summary.scenarios for column in columns(scenario)}
    split = any(map(phases.columns, summary.scenarios))
    return reading(summary, heads | ({WHERE} if split else set()))


def _first_few(names: Sequence[str]) -> str:
    """Return the first few names, each once, and the count of the rest."""
    return formatting.listing(formatting.shortlist(list(dict.fromkeys(names)), NAMED))


def _disturbed_run(summary: Summary) -> list[str]:
    """Return the warning of a run that was disturbed throughout; single tables have remarks."""
    done = summary.methods
    ran = done.rounds + done.left_out
    if not mostly_disturbed(done):
        return []
    sentence = f"Most of this run ran beside other work ({done.disturbed} of {ran} rounds)"
    if any(warning.get("code") == BUSY for warning in summary.warnings):
        return [f"{sentence}."]
    return [f"{sentence}: close calls may be its doing. Close what else runs and run again."]


def mostly_disturbed(done: Methods) -> bool:
    """Check whether most of the run was disturbed."""
    return done.disturbed > MOSTLY * (done.rounds + done.left_out)


def _warning(warning: Mapping[str, str]) -> str:
    text, advice = warning["text"].rstrip("."), (warning.get("advice") or "").rstrip(".")
    text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}. {advice[:1].upper()}{advice[1:]}." if advice else f"{text}."
