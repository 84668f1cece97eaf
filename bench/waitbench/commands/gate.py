"""`waitbench gate`: decide whether a change made things slower."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from waitbench.gate.outcome import Outcome
    from waitbench.gate.settings import GateSettings


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--base", metavar="REV", help="what to compare with: main, a tag, a hash")
    parser.add_argument(
        "--head", metavar="REV", help="what is compared (default: HEAD); . is the files as they are"
    )
    parser.add_argument("--base-python", metavar="PYTHON", help="interpreter of base")
    parser.add_argument(
        "--head-python",
        metavar="PYTHON",
        help="interpreter of head: another version, other packages",
    )
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="hold a saved run against a baseline instead: its file or name, or auto",
    )
    parser.add_argument(
        "--run", metavar="FILE", help="that run, or its number in results/ (default: the newest)"
    )
    parser.add_argument(
        "-k", metavar="TEXT", default="", help="only benchmarks with this in their name"
    )
    parser.add_argument("--minutes", type=float, metavar="M", help="for all of it (default: 10)")
    parser.add_argument("--margin", metavar="SHARE", help="what counts as the same (default: 3%%)")
    parser.add_argument("--seed", type=int, metavar="N", help="of the order within blocks")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        action="append",
        default=[],
        help="write it there too, repeatable: .md (job summary), .json, .xml (JUnit) or .txt",
    )
    parser.add_argument(
        "--annotations",
        action="store_true",
        help="print GitHub's annotations (done anyway where GITHUB_ACTIONS=true)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 3 if anything stays undecided"
    )


def main(arguments: argparse.Namespace) -> int:
    """Race base against head and print the outcome.

    Returns:
        0 nothing is slower; 1 something is; 2 a mistake; 3 undecided, with --strict; 130 stopped.

    Raises:
        BenchError: something was mistyped, or a side cannot be made.
    """
    from rich.console import Console

    from waitbench.gate import formats
    from waitbench.gate.formats import terminal

    for path in arguments.output:
        formats.check(path)
    if arguments.baseline:
        outcome = _held_against(arguments)
    else:
        with _terminable():
            outcome = _compared(arguments)
    terminal.show(outcome, Console(file=sys.stdout))
    if arguments.annotations or os.environ.get("GITHUB_ACTIONS") == "true":
        print(formats.render("annotations", outcome), end="")
    refused = _written(arguments.output, outcome)
    return outcome.status(strict=arguments.strict) or refused


def _written(paths: Sequence[str], outcome: Outcome) -> int:
    """Write every file that can be written; return 2 if one could not, 0 otherwise."""
    from waitbench.gate import formats

    status = 0
    for path in paths:
        try:
            formats.write(path, outcome)
        except BenchError as refused:
            print(f"waitbench: {refused}", file=sys.stderr)
            status = 2
    return status


def _held_against(arguments: argparse.Namespace) -> Outcome:
    """Return what a saved run comes to against a baseline."""
    from waitbench.analysis.summary import summarise
    from waitbench.commands._results import resolved, results_folder
    from waitbench.results import load
    from waitbench.tracking import baseline

    if arguments.base or arguments.head or arguments.base_python or arguments.head_python:
        raise BenchError(
            "--baseline compares with the past, --base with a commit: give one of them"
        )
    summary = summarise(load.load(resolved(arguments.run)))
    kept = baseline.find(arguments.baseline, results_folder() / "baselines", summary)
    settings = _settings(Path.cwd(), arguments)
    return baseline.compare(
        kept,
        summary,
        replace(
            settings,
            # The margins and benchmarks that the project names are those of base against head.
            margin=baseline.MARGIN if arguments.margin is None else settings.margin,
            margins={},
            benchmarks=(f"*{arguments.k}*",) if arguments.k else (),
        ),
    )


def _compared(arguments: argparse.Namespace) -> Outcome:
    from waitbench.gate import progress, repository
    from waitbench.gate.compare import Sides, compare

    pythons = arguments.base_python, arguments.head_python
    if arguments.base is None and not any(pythons):
        raise BenchError(
            "say what to compare with: --base REV (a branch, a tag, a hash), "
            "or --base-python PYTHON for another environment"
        )
    head_asked = arguments.head or "HEAD"
    project = Path.cwd()
    checkout = repository.Repository.around(project)
    head = checkout.revision(head_asked)
    # Two environments are compared on the same code, unless told otherwise.
    base = checkout.revision(arguments.base) if arguments.base else head
    return compare(
        checkout,
        Sides(base=base, head=head, base_python=pythons[0], head_python=pythons[1]),
        _settings(project, arguments),
        only=arguments.k,
        seed=arguments.seed,
        observer=progress.observer(sys.stderr),
    )


def _settings(project: Path, arguments: argparse.Namespace) -> GateSettings:
    """Return the project's settings with what was typed laid over them."""
    from waitbench.gate import settings

    merged = settings.read(project)
    if arguments.minutes is not None:
        if not arguments.minutes > 0:
            raise BenchError(
                f"--minutes {arguments.minutes:g} is no time; give a number above zero"
            )
        merged = replace(merged, minutes=arguments.minutes)
    if arguments.margin is not None:
        merged = replace(merged, margin=settings.share(arguments.margin, "--margin"), margins={})
    return merged


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a polite kill end the gate as Ctrl-C does, so that the checkouts are taken away."""

    def stop(number: int, frame: object) -> None:
        del number, frame
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
