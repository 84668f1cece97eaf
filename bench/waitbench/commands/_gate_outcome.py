"""The end of a gate: its outcome printed, written to files, and what to type next."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.commands import REFUSED, turned_away
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.gate.outcome import Outcome


def concluded(outcome: Outcome, arguments: argparse.Namespace, form: str = "terminal") -> int:
    """Print an outcome, write it to the files that were asked for, return the exit status."""
    written = _written(arguments.output, outcome)
    unread = _shown(outcome, arguments, form, written)
    status = outcome.status(
        strict=arguments.strict,
        allow_empty=arguments.allow_empty,
        allow_undecided=arguments.allow_undecided,
    )
    return status or (0 if len(written) == len(arguments.output) else REFUSED) or unread


def _written(paths: Sequence[str], outcome: Outcome) -> list[str]:
    """Write every file that can be written; return which were."""
    from waitbench.gate import formats

    written = []
    for path in paths:
        try:
            formats.write(path, outcome)
        except BenchError as refused:
            print(plain(f"waitbench: {refused}"), file=sys.stderr)
        else:
            written.append(path)
    return written


def _shown(
    outcome: Outcome, arguments: argparse.Namespace, form: str, written: Sequence[str]
) -> int:
    """Print the outcome; return 2 if it could not be, 0 otherwise.

    Whoever reads only the first lines of it, as `| head` does, gets the status all the same.
    """
    from rich.console import Console

    from waitbench.gate import closing, formats
    from waitbench.gate.formats import terminal
    from waitbench.presentation import last_screen

    console = Console(file=sys.stdout)
    try:
        if form != "terminal":
            print(formats.render(form, outcome), end="")
        elif arguments.quiet:
            print(closing.brief(outcome))
        else:
            whole = arguments.verbose
            terminal.show(outcome, console, method=whole, folds=not whole)
            console.print()
            following = _following(outcome, arguments)
            last_screen.show(console, closing.lines(outcome, written=written, following=following))
        if arguments.annotations or os.environ.get("GITHUB_ACTIONS") == "true":
            print(formats.render("annotations", outcome), end="")
        sys.stdout.flush()
    except BrokenPipeError:
        turned_away(sys.stdout)
    except OSError as refused:
        turned_away(sys.stdout)
        print(f"waitbench: the outcome could not be printed ({refused.strerror})", file=sys.stderr)
        return REFUSED
    return 0


def _following(outcome: Outcome, arguments: argparse.Namespace) -> str:
    """Return what to type next, with how long it takes at most; empty where nothing is left."""
    from waitbench.gate import closing
    from waitbench.gate.settings import MINUTES

    first = closing.first(outcome)
    if first is None or arguments.baseline or arguments.part:
        return ""
    minutes = float(outcome.options.get("minutes", MINUTES))
    if first.verdict != "undecided":
        when = "when nothing else runs" if first.overdue else "when that is mended"
        return f"{when}, look at it again: {_again(arguments, first.name, minutes)}"
    if closing.busy(outcome) > closing.MOSTLY:
        return f"close what else runs, then try again: {_again(arguments, first.name, minutes)}"
    return f"{_again(arguments, first.name, 2 * minutes)} looks longer at {first.name} alone"


def _again(arguments: argparse.Namespace, name: str, minutes: float) -> str:
    """Return the same gate for one benchmark and so many minutes, as it is typed."""
    words = ["waitbench", "gate"]
    for option in ("base", "head", "python", "base_python", "head_python", "setup", "instrument"):
        if value := getattr(arguments, option):
            words += [f"--{option.replace('_', '-')}", value]
    for command in arguments.command:
        words += ["--command", command]
    words += ["--any-output"] * arguments.any_output
    words += ["-k", name, "--budget", f"{60 * minutes:g}s" if minutes < 1 else f"{minutes:g}m"]
    return f"`{shlex.join(words)}` ({formatting.about(minutes * 60)} at most)"
