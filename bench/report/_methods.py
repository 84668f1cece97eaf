"""How the figures came about and on what: methods, environment, cost of trust, command."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from bench import wording
from bench.comparison import CONTROL, MAIN
from bench.report import _control
from bench.stats import MANY_LAUNCHES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.comparison import Comparison, Methods, Summary

OPTIONS = {
    "models": "--models",
    "latency": "--latency",
    "tasks": "--tasks",
    "concurrency": "--concurrency",
    "budget_s": "--budget",
    "launches": "--launches",
}
LATE, LATEST = "target_error_p50_ns", "target_error_p99_ns"
"""How much later than asked for the target answered, of a round."""
PACKAGES = ("aiohttp", "requests", "uvloop", "pytest-benchmark")
MORE_PACKAGES = ("urllib3", "httpx", "niquests", "aiofiles", "aiosqlite", "psycopg", "pillow")
"""What only the suites beside the main ones race with."""


def methods(summary: Summary) -> str:
    """Say in one paragraph how the figures came about, from what was really done."""
    done = summary.methods
    if foreign(summary):
        return (
            f"{wording.count(done.rounds, 'timed round')} by pytest-benchmark, whose medians are "
            "shown: one process, one benchmark after the other. Nothing here is compared."
        )
    parts = [
        f"{wording.count(done.rounds, 'timed round')}: per contestant up to "
        f"{wording.count(done.most_launches, 'launch', 'launches')} (fresh processes) and "
        f"{wording.count(done.blocks, 'block')}"
        + (f", shuffled by seed {done.seed}." if done.seed is not None else "."),
        _estimator(summary),
        _correction(done),
        f"Rounds with errors, counted and not timed: {done.failed_rounds or 'none'}.",
    ]
    parts += [_disturbed(summary), _exclusions(summary), _control.line(summary)]
    parts += [_precision(summary), _place(summary)]
    return " ".join(filter(None, parts))


def foreign(summary: Summary) -> bool:
    """Whether pytest-benchmark alone made the file."""
    return bool(summary.run and summary.run.plain)


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
        ("Packages", _pairs(facts.get("packages"), _packages(summary))),
        ("Harness", _harness(summary)),
        ("Target", _pairs(summary.target, ("loop", "timer", "workers"))),
        ("Commit", facts.get("commit") and f"{facts['commit']}{' + changes' * _dirty(facts)}"),
        ("Results", summary.path.name),
    ]
    return [(name, str(value)) for name, value in lines if value]


def command(summary: Summary) -> str:
    """Write the command that measures the same again."""
    if foreign(summary):
        return "pytest --benchmark-only"
    words = ["waitbench", "run"]
    options = summary.options
    words += _suites(options)
    words += [f"--{name}" for name in ("quick", "full") if options.get(name)]
    if options.get("keyword"):
        words += ["-k", str(options["keyword"])]
    for name, option in OPTIONS.items():
        value = options.get(name)
        if value is None or value == []:
            continue
        words += [option, _argument(value)]
    if summary.methods.seed is not None:
        words += ["--seed", str(summary.methods.seed)]
    return shlex.join(words)


def _suites(options: Mapping[str, Any]) -> list[str]:
    """Name the suites where they were asked for by name: one that is has more scenarios."""
    raced = set(options.get("suites") or ())
    usual = {*MAIN, CONTROL}
    chosen = bool(options.get("quick") or options.get("keyword"))
    if options.get("full") or raced == usual or (chosen and raced <= usual):
        return []
    return sorted(raced)


def _argument(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


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
    many = (
        f" Where there are {MANY_LAUNCHES} launches or more: the median of the logarithms per "
        "launch, and of the launches the mean without a fifth at either end."
    )
    return (
        "Wall: geometric mean of the launches' medians. Ratio: medians paired within each block, "
        f"averaged as logarithms per launch; {share} intervals by Student's t over launches, "
        "never narrower than the blocks alone allow"
        f"{_luck(summary)}.{many if summary.methods.most_launches >= MANY_LAUNCHES else ''}"
    )


def _correction(done: Methods) -> str:
    over = wording.count(done.comparisons, "comparison")
    if done.families < 2:  # noqa: PLR2004  it takes two to be several
        return f"Verdicts: Holm's correction over {over}."
    return (
        f"Verdicts: Holm's correction over {over} in {done.families} families, the main suites "
        "together and each of the others by itself."
    )


def _disturbed(summary: Summary) -> str:
    done = summary.methods
    if not done.disturbed:
        return ""
    out = f", {done.left_out} of them left out for an undisturbed one in the same block"
    return (
        f"Rounds beside other work: {done.disturbed} of {done.rounds + done.left_out}"
        f"{out if done.left_out else ''}."
    )


def _exclusions(summary: Summary) -> str:
    """Count the rows that no verdict and no finding leans on."""
    rows = [row for one in summary.scenarios for row in one.rows]
    held = sum(bool(row.wall) and not row.sound for row in rows)
    lost = sum(row.wall is None for row in rows)
    said = [
        f"{wording.count(held, 'row')} that the target or the generator held back" if held else "",
        f"{wording.count(lost, 'row')} without a time" if lost else "",
    ]
    found = wording.listing(list(filter(None, said)))
    return f"No verdict leans on {found}." if found else ""


def _precision(summary: Summary) -> str:
    """Say how late the target really answered, over all timed rounds that it took part in."""
    rounds = summary.run.rounds if summary.run else None
    if rounds is None or not {LATE, LATEST} <= set(rounds.columns):
        return ""
    talked = rounds[rounds["timed"].astype(bool)].dropna(subset=[LATE, LATEST])
    if talked.empty:
        return ""
    middle, tail = (wording.duration(float(talked[name].median())) for name in (LATE, LATEST))
    return (
        f"The target answered {middle} late at the median and {tail} at the 99th percentile "
        f"(medians of {wording.count(len(talked), 'round')})."
    )


def _place(summary: Summary) -> str:
    """Say where and with what it was measured."""
    facts = dict(environment(summary))
    version = summary.run.meta.get("version") if summary.run else None
    python = facts.get("Python", "").replace(", with", " with")
    tools = wording.listing([name for name in (f"waitbench {version}", python) if name])
    place = f" on {facts['CPU']}" if facts.get("CPU") else ""
    return f"Measured by {tools}{place}." if version else ""


def citation(summary: Summary) -> str:
    """Write the line by which a text can cite this run."""
    run = summary.run
    version = run.meta.get("version") if run else None
    seed = summary.methods.seed
    facts = dict(environment(summary))
    return (
        _join(
            [
                f"waitbench {version}" if version else "waitbench",
                f"results file {summary.path.name}",
                f"measured {run.day}" if run and run.day else None,
                f"commit {facts['Commit']}" if "Commit" in facts else None,
                f"seed {seed}" if seed is not None else None,
                facts.get("CPU"),
                facts.get("Python"),
            ]
        )
        + "."
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


def _harness(summary: Summary) -> str:
    """Say what measuring cost, and what share that is of the shortest round.

    That is one of the main suites where there are such: others time single steps, whose figures
    are made from many of them.
    """
    costs = summary.overhead or {}
    rounds = [
        (row.wall.value, one.tasks) for one in _timed(summary) for row in one.rows if row.wall
    ]
    if not rounds:
        return ""
    wall_ns, tasks = min(rounds)
    said = [
        f"{wording.duration(costs[key])} {place} ({wording.percent(many * costs[key] / wall_ns)})"
        for key, place, many in (
            ("per_task_ns", "in each task", tasks),
            ("per_round_ns", "beside each round", 1),
        )
        if costs.get(key)
    ]
    return f"{', '.join(said)}; shares of the shortest round" if said else ""


def _timed(summary: Summary) -> Sequence[Comparison]:
    main = [one for one in summary.scenarios if one.suite in MAIN]
    return main or [*summary.scenarios, *summary.controls]


def _packages(summary: Summary) -> tuple[str, ...]:
    main = set(summary.suites).issubset(MAIN)
    return PACKAGES if main else (*PACKAGES, *MORE_PACKAGES)


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
