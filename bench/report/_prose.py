"""What stands around the tables in every format: warnings, reading aid, methods, environment."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from bench import wording

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison import Summary
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
    "CPU": "client and its children, per task",
    "efficiency": "share of the ideal, which is max(ceil(N / C) x wait, N x CPU / cores)",
    "p50": "half of the tasks took no longer, each as its caller saw it",
    "p99": "99 of 100 tasks took no longer",
    "memory": "peak of the client and its children",
    "start-up": "pools, sessions and loop, before the first round",
}
OPTIONS = {
    "models": "--models",
    "latency": "--latency",
    "tasks": "--tasks",
    "concurrency": "--concurrency",
    "budget_s": "--budget",
    "launches": "--launches",
}
PACKAGES = ("aiohttp", "requests", "uvloop", "pytest-benchmark")
SUITES = {"io_bound": "I/O-bound", "cpu_bound": "CPU-bound"}


def suite(name: str) -> str:
    """Write a suite's name as people do: I/O-bound."""
    return SUITES.get(name, name.replace("_", "-"))


def alerts(summary: Summary) -> list[str]:
    """List what a reader must know before the first figure."""
    said = []
    if summary.interrupted:
        said.append("This run was interrupted: what it had measured until then is below.")
    rows = [(one.name, row) for one in summary.scenarios for row in one.rows]
    failed = [f"{row.model} in {name}" for name, row in rows if row.failure]
    if failed:
        shown = wording.listing(failed[:3])
        more = f", and {len(failed) - 3} more" if len(failed) > 3 else ""  # noqa: PLR2004  as above
        said.append(f"Failed: {shown}{more}; the reason stands under the table.")
    held = sum(row.bound == "target-bound" for _, row in rows)
    if held:
        said.append(f"The target held back {wording.count(held, 'row')}, marked (!).")
    said += [_warning(warning) for warning in summary.warnings]
    return said


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


def reading(summary: Summary, hidden: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Explain the columns and words that this report uses, but for `hidden` columns: word, text."""
    rows = [row for scenario in summary.scenarios for row in scenario.rows]
    margin = wording.percent(summary.methods.margin)
    lines = [("wall", "time of one round, all tasks together, and its interval; less is better")]
    if summary.methods.comparisons:
        lines += [
            ("faster than sync", "2.00 is half the time; block by block, so drift cancels out"),
            ("verdict", f"faster, slower, same (surely within {margin}) or undecided"),
        ]
    seen = set() if "bound by" in hidden else {row.bound for row in rows}
    lines += [(f"bound by {name}", text) for bound, (name, text) in BOUNDS.items() if bound in seen]
    return lines + [(name, text) for name, text in COLUMNS.items() if name not in hidden]


def methods(summary: Summary) -> str:
    """Say in one paragraph how the figures came about, from what was really done."""
    done = summary.methods
    parts = [
        f"{wording.count(done.rounds, 'timed round')}: per contestant up to "
        f"{wording.count(done.launches, 'launch', 'launches')} (fresh processes) and "
        f"{wording.count(done.blocks, 'block')}"
        + (f", shuffled by seed {done.seed}." if done.seed is not None else "."),
        _estimator(summary),
        f"Verdicts: Holm's correction over {wording.count(done.comparisons, 'comparison')}.",
        f"Rounds with errors, counted and not timed: {done.failed_rounds or 'none'}.",
    ]
    if cost := _overhead(summary.overhead):
        parts.append(cost)
    return " ".join(parts)


def environment(summary: Summary) -> list[tuple[str, str]]:
    """List what the run was measured on, name and value, leaving out what is not known."""
    facts = summary.environment
    cores = facts.get("cores_allowed") or facts.get("cores")
    quota = facts.get("cgroup_cpu_quota")
    lines = [
        ("CPU", _join([facts.get("cpu"), cores and wording.count(cores, "core")])),
        ("CPU quota", quota and f"{quota:g} cores"),
        ("Python", _python(facts)),
        ("System", _join([facts.get("platform"), facts.get("virtualization")])),
        ("Memory", wording.size(facts["memory_bytes"]) if facts.get("memory_bytes") else None),
        ("Governor", facts.get("governor")),
        ("Load", _load(facts)),
        ("Processes by", facts.get("start_method")),
        ("Packages", _pairs(facts.get("packages"), PACKAGES)),
        ("Target", _pairs(summary.target, ("loop", "timer", "workers"))),
        ("Commit", facts.get("commit") and f"{facts['commit']}{' + changes' * _dirty(facts)}"),
        ("Results", summary.path.name),
    ]
    return [(name, str(value)) for name, value in lines if value]


def command(summary: Summary) -> str:
    """Write the command that measures the same again."""
    words = ["waitbench", "run"]
    options = summary.options
    if options.get("quick"):
        words.append("--quick")
    for name, option in OPTIONS.items():
        value = options.get(name)
        if value is None or value == []:
            continue
        words += [option, _argument(value)]
    if summary.methods.seed is not None:
        words += ["--seed", str(summary.methods.seed)]
    return shlex.join(words)


def _argument(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _warning(warning: Mapping[str, str]) -> str:
    text, advice = warning["text"].rstrip("."), (warning.get("advice") or "").rstrip(".")
    text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}. {advice[:1].upper()}{advice[1:]}." if advice else f"{text}."


def _estimator(summary: Summary) -> str:
    share = f"{summary.methods.confidence * 100:g} %"
    alone = (
        "One launch only, so intervals are over its rounds and blocks and cannot see the luck of "
        "a process."
    )
    if summary.methods.launches == 1:
        return (
            "Wall: median of the rounds. Ratio: medians paired within each block, averaged as "
            f"logarithms; {share} intervals by Student's t. {alone}"
        )
    return (
        "Wall: geometric mean of the launches' medians. Ratio: medians paired within each block, "
        f"averaged as logarithms per launch; {share} intervals by Student's t over launches, "
        "never narrower than the blocks alone allow"
        f"{_luck(summary)}."
    )


def _luck(summary: Summary) -> str:
    luck = summary.methods.luck
    if luck is None:
        return ""
    apart = wording.percent(luck.variance**0.5)
    worth = wording.count(luck.launches, "more launch", "more launches")
    return (
        f", or with the spread of launches in the median row ({apart}) as {worth} of each, where "
        "that is narrower (then both at half the error)"
    )


def _overhead(overhead: Mapping[str, Any] | None) -> str:
    if not overhead:
        return ""
    costs = [
        f"{wording.duration(overhead[key])} per {what}"
        for key, what in (("per_task_ns", "task"), ("per_round_ns", "round"))
        if overhead.get(key)
    ]
    return f"The harness itself cost {wording.listing(costs)}." if costs else ""


def _python(facts: Mapping[str, Any]) -> str:
    gil = facts.get("gil")
    lock = None if gil is None else "with the GIL" if gil else "without the GIL"
    return _join([f"{facts.get('implementation') or ''} {facts.get('python') or ''}".strip(), lock])


def _load(facts: Mapping[str, Any]) -> str:
    loads = [facts.get(name) for name in ("load_before", "load_after")]
    return " before, ".join(f"{load[0]:.1f}" for load in loads if load) + (
        " after" if all(loads) else ""
    )


def _pairs(values: Mapping[str, Any] | None, names: tuple[str, ...]) -> str:
    found = values or {}
    return ", ".join(f"{name} {found[name]}" for name in names if found.get(name) is not None)


def _join(parts: list[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _dirty(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("dirty"))
