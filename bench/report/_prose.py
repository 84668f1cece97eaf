"""What stands before and after the tables in every format: alerts, findings, reading aid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.report import _control
from bench.report._parts import WHERE
from bench.report._tables import CROSSOVER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bench.comparison import Methods, Summary
    from bench.findings import Finding

BOUNDS = {
    "latency-bound": ("latency", "the wait itself; only more at once would help"),
    "client-CPU-bound": ("client CPU", "one core of the client is full"),
    "cores-bound": ("cores", "every core that may be used is full"),
    "target-bound": ("target", "it could not keep up; the row says nothing of its model"),
    "lockstep": ("lockstep", "one task at a time, each waiting for the one before"),
    "pool-bound": ("pool", "it has fewer workers than tasks may be under way"),
}
COLUMNS = {
    CROSSOVER: "wait / CPU per task; up to so many at once more buys speed, beyond that nothing",
    "CPU": "client and its children, per task",
    "efficiency": "share of the ideal, which is max(ceil(N / C) x wait, N x CPU / cores)",
    "p50": "half of the tasks took no longer, each as its caller saw it",
    "p99": "99 of 100 tasks took no longer",
    "memory": "peak of the client and its children",
    "start-up": "pools, sessions and loop, before the first round",
    "roofline": "least wall of this client: max(ceil(N / its C) x wait, N x CPU / cores + wait)",
    WHERE: "mean of a task from the start of the round: until it was taken up, until the target "
    "had it, the delay asked for, what the target added, the way back",
}
BUSY = "busy-machine"
"""The warning whose advice holds for disturbed rounds as well."""
SUFFERED = 0.5
"""Share of disturbed rounds above which that is said once, at the top."""
SUITES = {"io_bound": "I/O-bound", "cpu_bound": "CPU-bound"}


def suite(name: str) -> str:
    """Write a suite's name as people do: I/O-bound."""
    return SUITES.get(name, name.replace("_", "-"))


def alerts(summary: Summary) -> list[str]:
    """List what a reader must know before the first figure."""
    said = list(filter(None, [_control.alarm(summary)]))
    if summary.interrupted:
        said.append("This run was interrupted: what it had measured until then is below.")
    everything = (*summary.scenarios, *summary.controls)
    rows = [(one.name, row) for one in everything for row in one.rows]
    failed = [f"{row.model} in {name}" for name, row in rows if row.failure]
    if failed:
        shown = wording.listing(failed[:3])
        more = f", and {len(failed) - 3} more" if len(failed) > 3 else ""  # noqa: PLR2004  as above
        said.append(f"Failed: {shown}{more}; the reason stands under the table.")
    held = sum(row.bound == "target-bound" for _, row in rows)
    if held:
        said.append(f"The target held back {wording.count(held, 'row')}, marked (!).")
    said += [_warning(warning) for warning in summary.warnings]
    return [*said, *_suffered(summary)]


def overall(findings: Sequence[Finding]) -> tuple[list[Finding], str]:
    """Give the findings on the whole run, and one sentence on those that no row speaks to."""
    whole = [finding for finding in findings if finding.scenario is None]
    silent = [finding.claim for finding in whole if not finding.evidence]
    if not silent:
        return whole, ""
    sentence = (
        f"Not measured here, so undecided: {wording.listing(silent)}. `waitbench run` does it."
    )
    return [finding for finding in whole if finding.evidence], sentence


def reading(summary: Summary, shown: Collection[str]) -> list[tuple[str, str]]:
    """Explain the columns that are `shown`, and the words in them: word, text."""
    rows = [row for scenario in summary.scenarios for row in scenario.rows]
    margin = wording.percent(summary.methods.margin)
    lines = [("wall", "time of one round, all tasks together, and its interval; less is better")]
    if summary.methods.comparisons:
        lines += [
            ("faster than sync", "2.00 is half the time; block by block, so drift cancels out"),
            ("verdict", f"faster, slower, same (surely within {margin}) or undecided"),
        ]
    seen = {row.bound for row in rows} if "bound by" in shown else set()
    lines += [(f"bound by {name}", text) for bound, (name, text) in BOUNDS.items() if bound in seen]
    return lines + [(name, text) for name, text in COLUMNS.items() if name in shown]


def _suffered(summary: Summary) -> list[str]:
    """Warn of a run that had no quiet place at all; of a single table its own remark does."""
    done = summary.methods
    ran = done.rounds + done.left_out
    if not suffered(done):
        return []
    said = f"Most of this run ran beside other work ({done.disturbed} of {ran} rounds)"
    if any(warning.get("code") == BUSY for warning in summary.warnings):
        return [f"{said}."]
    return [f"{said}: close calls may be its doing. Close what else runs and run again."]


def suffered(done: Methods) -> bool:
    """Whether the run as a whole was disturbed."""
    return done.disturbed > SUFFERED * (done.rounds + done.left_out)


def _warning(warning: Mapping[str, str]) -> str:
    text, advice = warning["text"].rstrip("."), (warning.get("advice") or "").rstrip(".")
    text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}. {advice[:1].upper()}{advice[1:]}." if advice else f"{text}."
