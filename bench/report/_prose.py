"""What stands before and after the tables in every format: alerts, findings, reading aid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import wording
from bench.report import _control
from bench.report._parts import WHERE
from bench.report._tables import CROSSOVER, seen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bench.comparison import Methods, Summary
    from bench.findings import Finding

BOUNDS = {
    "latency-bound": ("latency", "the wait itself; only more at once would help"),
    "client-CPU-bound": ("client CPU", "one core of the client is full"),
    "cores-bound": ("cores", "every core that may be used is full"),
    "target-bound": ("target", "it could not keep up; the row says nothing of its model"),
    "generator-bound": ("generator", "the load generator was late; the row says nothing"),
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
    "roofline": "what this client can reach at best, no forecast: "
    "max(ceil(N / its C) x wait, N x CPU / cores + wait)",
    WHERE: "mean of a task from the start of the round: until it was taken up, until the target "
    "had it, the delay asked for, what the target added, the way back",
}
SEEN = "what the tasks themselves saw: median of the rounds (least to most)"
BUSY = "busy-machine"
"""The warning whose advice holds for disturbed rounds as well."""
SUFFERED = 0.5
"""Share of disturbed rounds above which that is said once, at the top."""
FASTER = "faster than "
NAMED = 3
"""So many names stand in a list; the rest is counted."""


def alerts(summary: Summary) -> list[str]:
    """List what a reader must know before the first figure."""
    said = list(filter(None, [_control.alarm(summary)]))
    if summary.interrupted:
        said.append("This run was interrupted: what it had measured until then is below.")
    everything = (*summary.scenarios, *summary.controls)
    rows = [(one.name, row) for one in everything for row in one.rows]
    failed = [f"{row.model} in {name}" for name, row in rows if row.failure]
    if failed:
        said.append(f"Failed: {_some(failed)}; the reason stands under the table.")
    held = sum(row.bound == "target-bound" for _, row in rows)
    if held:
        said.append(f"The target held back {wording.count(held, 'row')}, marked (!).")
    unfair = [one.name for one in everything if one.unfair]
    if unfair:
        said.append(f"Not a fair race: {_some(unfair)}; the reason stands under the table.")
    said += [_warning(warning) for warning in summary.warnings]
    return [*said, *_suffered(summary)]


def overall(findings: Sequence[Finding]) -> list[Finding]:
    """Give the findings on the whole run that some row speaks to."""
    return [one for one in findings if one.scenario is None and one.evidence]


def left_out(summary: Summary, suites: Collection[str] = ()) -> list[str]:
    """Say who could not take part in these suites (in any), where and why, a line a reason."""
    reasons: dict[str, list[Mapping[str, str]]] = {}
    for one in summary.left_out:
        if not suites or one.get("suite") in suites:
            reasons.setdefault(one["reason"].rstrip("."), []).append(one)
    return [
        f"left out: {_some([one['model'] for one in some])} in "
        f"{_some([one['scenario'] for one in some])}: {reason}"
        for reason, some in reasons.items()
    ]


def reading(summary: Summary, shown: Collection[str]) -> list[tuple[str, str]]:
    """Explain the columns that are `shown`, and the words in them: word, text."""
    rows = [row for scenario in summary.scenarios for row in scenario.rows]
    margin = wording.percent(summary.methods.margin)
    lines = [("wall", "time of one round, all tasks together, and its interval; less is better")]
    if summary.methods.comparisons:
        heads = sorted(head for head in shown if head.startswith(FASTER))
        faster = heads[0] if len(heads) == 1 else f"{FASTER}…" if heads else f"{FASTER}sync"
        lines += [
            (faster, "2.00 is half the time; block by block, so drift cancels out"),
            ("verdict", f"faster, slower, same (surely within {margin}) or undecided"),
        ]
    bounds = {row.bound for row in rows} if "bound by" in shown else set()
    lines += [
        (f"bound by {name}", text) for bound, (name, text) in BOUNDS.items() if bound in bounds
    ]
    lines += [(name, text) for name, text in COLUMNS.items() if name in shown]
    figures = (column.head for one in summary.scenarios for column in seen(one.rows))
    if heads := [head for head in dict.fromkeys(figures) if head in shown]:
        lines.append((_some(heads), SEEN))
    return lines


def _some(names: Sequence[str]) -> str:
    """Name the first few, each once, and count the rest."""
    each = list(dict.fromkeys(names))
    more = len(each) - NAMED
    return wording.listing(each) if more <= 0 else f"{', '.join(each[:NAMED])} and {more} more"


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
