"""`waitbench gate`: decide whether a change made things slower."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import units
from waitbench.commands import REFUSED, turned_away
from waitbench.commands._budget import asked_budget
from waitbench.commands._gate_options import describe
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.gate.commands import Command
    from waitbench.gate.compare import Sides
    from waitbench.gate.outcome import Outcome
    from waitbench.gate.repository import Repository
    from waitbench.gate.settings import GateSettings

__all__ = ["describe", "main"]

READER_GONE = REFUSED
"""Status where nobody reads the progress to its end: nothing is decided then."""
NEEDS_TEXT = {
    "base": "a branch, a tag or a hash",
    "head": "a branch, a tag, a hash, or . for the files as they are",
    "python": "the path of an interpreter",
    "base_python": "the path of an interpreter",
    "head_python": "the path of an interpreter",
    "baseline": "a file, a name, or auto",
    "run": "a file or the number of a stored run",
    "part": "a part, as 2/4",
    "scheduler": "an address, as tcp://10.0.0.5:8786",
    "setup": "a line for the shell",
}
"""Options that mean something else, or all is well, when they are empty: what each takes."""


def main(arguments: argparse.Namespace) -> int:
    """Race base against head and print the outcome.

    Returns:
        0 nothing is slower; 1 something is; 2 a mistake, head fails a benchmark, or nothing was
        compared; 3 too little was decided, or with --strict anything undecided; 130 stopped.

    Raises:
        BenchError: something was mistyped, or a side cannot be made.
    """
    from waitbench.gate import formats

    _refuse_empty(arguments)
    for path in arguments.output:
        formats.check(path)
    if arguments.part and (arguments.baseline or not _written_as_json(arguments.output)):
        raise BenchError(
            "--part is of a gate that several machines share: give --base REV and -o FILE.json, "
            "which `waitbench merge` reads"
        )
    outcome = _held_against(arguments) if arguments.baseline else _compared(arguments)
    return concluded(outcome, arguments)


def _written_as_json(paths: Sequence[str]) -> bool:
    return any(path.endswith(".json") for path in paths)


def concluded(outcome: Outcome, arguments: argparse.Namespace) -> int:
    """Print an outcome, write it to the files that were asked for, return the exit status."""
    annotated = arguments.annotations or os.environ.get("GITHUB_ACTIONS") == "true"
    unread = _shown(outcome, annotated=annotated)
    refused = _written(arguments.output, outcome)
    status = outcome.status(
        strict=arguments.strict,
        allow_empty=arguments.allow_empty,
        allow_undecided=arguments.allow_undecided,
    )
    return status or refused or unread


def _refuse_empty(arguments: argparse.Namespace) -> None:
    """Refuse an option that was given nothing, as an unset variable of a script does.

    Raises:
        BenchError: names it.
    """
    for name, what in NEEDS_TEXT.items():
        value = getattr(arguments, name)
        if value is not None and not value.strip():
            option = f"--{name.replace('_', '-')}"
            raise BenchError(
                f"{option} is empty, as of a variable that is not set; give {what}, or leave "
                f"{option} out"
            )


def _shown(outcome: Outcome, *, annotated: bool) -> int:
    """Print the outcome; return 2 if it could not be, 0 otherwise.

    Whoever reads only the first lines of it, as `| head` does, gets the status all the same.
    """
    from rich.console import Console

    from waitbench.gate import formats
    from waitbench.gate.formats import terminal

    try:
        terminal.show(outcome, Console(file=sys.stdout))
        if annotated:
            print(formats.render("annotations", outcome), end="")
        sys.stdout.flush()
    except BrokenPipeError:
        turned_away(sys.stdout)
    except OSError as refused:
        turned_away(sys.stdout)
        print(f"waitbench: the outcome could not be printed ({refused.strerror})", file=sys.stderr)
        return REFUSED
    return 0


def _written(paths: Sequence[str], outcome: Outcome) -> int:
    """Write every file that can be written; return 2 if one could not, 0 otherwise."""
    from waitbench.gate import formats

    status = 0
    for path in paths:
        try:
            formats.write(path, outcome)
        except BenchError as refused:
            print(plain(f"waitbench: {refused}"), file=sys.stderr)
            status = REFUSED
    return status


def _held_against(arguments: argparse.Namespace) -> Outcome:
    """Return what a saved run comes to against a baseline."""
    from waitbench.analysis.summary import summarise
    from waitbench.commands._results import resolved, results_folder, sense
    from waitbench.results import load
    from waitbench.tracking import baseline

    if arguments.base or arguments.head or arguments.base_python or arguments.head_python:
        raise BenchError(
            "--baseline compares with the past, --base with a commit: give one of them"
        )
    if arguments.command or arguments.changed:
        option = "--command" if arguments.command else "--changed"
        raise BenchError(f"{option} is of two commits: give --base REV in place of --baseline")
    summary = summarise(load.load(resolved(arguments.run), foreign=True))
    kept = baseline.find(arguments.baseline, results_folder() / "baselines", summary)
    settings = _settings(Path.cwd(), arguments)
    settings = replace(
        settings,
        # The margins and benchmarks that the project names are those of base against head.
        margin=baseline.MARGIN if arguments.margin is None else settings.margin,
        margins={},
        benchmarks=(f"*{arguments.k}*",) if arguments.k else (),
    )
    with sense(Path(arguments.baseline)):
        return baseline.compare(kept, summary, settings)


def _compared(arguments: argparse.Namespace) -> Outcome:
    from waitbench.gate import commands, common_past, progress, repository
    from waitbench.gate.compare import Sides, compare
    from waitbench.machines import cluster, parts

    pythons = arguments.base_python, arguments.head_python
    if arguments.base is None and not any(pythons):
        raise BenchError(
            "say what to compare with: --base REV (a branch, a tag, a hash), "
            "or --base-python PYTHON for another environment"
        )
    if arguments.exact_base and not arguments.base:
        raise BenchError("--exact-base says how --base is meant: give that, too")
    part = (
        parts.parsed(arguments.part, seeded=arguments.seed is not None) if arguments.part else None
    )
    head_asked = arguments.head or "HEAD"
    project = Path.cwd()
    settings = _settings(project, arguments)
    if (arguments.setup or arguments.any_output) and not arguments.command:
        raise BenchError("--setup and --any-output are of a --command LINE: give that, too")
    output = "any" if arguments.any_output else "same"
    typed = commands.typed(arguments.command, setup=arguments.setup or "", output=output)
    checkout = repository.Repository.around(project)
    head = checkout.revision(head_asked)
    # Two environments are compared on the same code, unless told otherwise.
    base, note = head, ""
    if arguments.base:
        base, note = common_past.choose(
            checkout,
            checkout.revision(arguments.base),
            head,
            exact=arguments.exact_base,
            head_named=bool(arguments.head),
        )
    sides = Sides(
        base=base,
        head=head,
        note=note,
        base_python=pythons[0],
        head_python=pythons[1],
        python=arguments.python,
    )
    if sides.identical and not arguments.allow_same:
        raise BenchError(
            f"base and head are the same, {head.short} {head.title}: nothing differs that could be "
            "slower; give another --base or --head (. is the files as they are), or --allow-same "
            "to measure the gate itself"
        )
    scheduler, machines = cluster.checked(arguments.scheduler, arguments.machines)
    if scheduler or machines:
        return _on_machines(checkout, sides, settings, typed, arguments)
    return compare(
        checkout,
        sides,
        settings,
        commands=typed,
        changed=arguments.changed,
        only=arguments.k,
        seed=arguments.seed,
        part=part,
        observer=progress.observer(sys.stderr),
        say=progress.line(sys.stderr),
    )


def _on_machines(
    checkout: Repository,
    sides: Sides,
    settings: GateSettings,
    typed: Sequence[Command],
    arguments: argparse.Namespace,
) -> Outcome:
    from waitbench.gate import on_machines, progress
    from waitbench.machines import cluster

    if arguments.part:
        raise BenchError("a cluster takes all parts: give --part or a cluster, not both")
    scheduler, machines = cluster.checked(arguments.scheduler, arguments.machines)
    seed = int.from_bytes(os.urandom(3)) if arguments.seed is None else arguments.seed
    asked = on_machines.Asked(
        project=str(checkout.project),
        pythons=(sides.base_python, sides.head_python, sides.python),
        settings=settings,
        commands=tuple(typed),
        changed=arguments.changed,
        only=arguments.k,
        seed=seed,
    )
    with cluster.opened(scheduler, machines) as there:
        return on_machines.compare_there(
            there,
            checkout,
            sides,
            asked,
            force=bool(arguments.force or machines),
            say=progress.line(sys.stderr),
        )


def _settings(project: Path, arguments: argparse.Namespace) -> GateSettings:
    """Return the project's settings with what was typed laid over them."""
    from waitbench.gate import settings

    merged = settings.read(project)
    if (budget := asked_budget(arguments)) is not None:
        merged = replace(merged, minutes=units.seconds(budget, "--budget") / 60)
    if arguments.margin is not None:
        merged = replace(merged, margin=settings.share(arguments.margin, "--margin"), margins={})
    return merged
