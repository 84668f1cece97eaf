"""The command that measures the same again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from waitbench.analysis.comparison import CONTROL, MAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waitbench.analysis.comparison import Summary

OPTIONS = {
    "models": "--models",
    "python": "--python",
    "latency": "--latency",
    "tasks": "--tasks",
    "concurrency": "--concurrency",
    "budget_s": "--budget",
    "launches": "--launches",
}


BY_OTHERS = {"pytest-benchmark": "pytest --benchmark-only", "pytest-codspeed": "pytest --codspeed"}
"""How the tools measure again that need no more than that; empty for those that do."""


def command(summary: Summary) -> str:
    """Write the command that measures the same again; empty where the file does not tell it."""
    if summary.run and summary.run.plain and summary.run.others:
        return BY_OTHERS.get(summary.run.others.tool, "")
    if summary.of_functions:
        given = {"seconds": "budget_s", "launches": "launches"}
        words = [f"{name}={summary.options[option]}" for name, option in given.items()]
        return f"waitbench.race(…, {', '.join(words)}, seed={summary.methods.seed})"
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
        words += [option, f"{value:g}s" if name == "budget_s" else _argument(value)]
    if summary.methods.seed is not None:
        words += ["--seed", str(summary.methods.seed)]
    if options.get("part"):
        words += ["--part", "/".join(map(str, options["part"]))]
    return shlex.join(words)


def _suites(options: Mapping[str, Any]) -> list[str]:
    """Return the suites that were asked for by name: such a suite has more scenarios.

    A file of before they were recorded has only the suites that raced.
    """
    if "named" in options:
        return list(options["named"])
    raced = set(options.get("suites") or ())
    usual = {*MAIN, CONTROL}
    chosen = bool(options.get("keyword")) and raced <= usual
    return [] if options.get("full") or raced == usual or chosen else sorted(raced)


def _argument(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def foreign(summary: Summary) -> bool:
    """Check whether another tool alone made the file."""
    return bool(summary.run and summary.run.plain)
