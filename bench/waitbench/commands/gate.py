"""`waitbench gate`: decide whether a change made things slower."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting, units
from waitbench.commands import REFUSED, _old_names, turned_away
from waitbench.commands._budget import asked_budget
from waitbench.commands._busy import ask_where_busy, tell_where_busy
from waitbench.commands._gate_options import describe
from waitbench.parsing.matching import matcher
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
    "old_run": "a file or the number of a stored run",
    "setup": "a line for the shell",
}
NAMED = {"run": "RUN", "old_run": "--run"}
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
    if arguments.old_run is not None:
        _old_names.tell("--run FILE", "gate --baseline FILE RUN")
        arguments.run = arguments.old_run
    if arguments.run and not arguments.baseline:
        raise BenchError(f"{arguments.run!r} is a run: --baseline says what it is held against")
    form = _format(arguments.format)
    for path in arguments.output:
        formats.check(path)
    if arguments.part and (arguments.baseline or not _written_as_json(arguments.output)):
        raise BenchError(
            "--part is of a gate that several machines share: give --base REV and -o FILE.json, "
            "which `waitbench merge` reads"
        )
    _refuse_uncountable(arguments)
    outcome = _held_against(arguments) if arguments.baseline else _compared(arguments)
    return concluded(outcome, arguments, form)


def _refuse_uncountable(arguments: argparse.Namespace) -> None:
    """Refuse to count where there is nothing to count, or nobody to decide.

    Raises:
        BenchError: says of what no instructions are counted.
    """
    what = {
        "--baseline": arguments.baseline,
        "--part": arguments.part,
        "--command": arguments.command,
        "--scheduler": arguments.scheduler,
        "--machines": arguments.machines,
    }
    named = [option for option, value in what.items() if value]
    if named and arguments.instrument not in {None, "wall"}:
        raise BenchError(
            f"with {named[0]} no instructions are counted: give --instrument wall, or none"
        )


def _written_as_json(paths: Sequence[str]) -> bool:
    return any(path.endswith(".json") for path in paths)


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


def _refuse_empty(arguments: argparse.Namespace) -> None:
    """Refuse an option that was given nothing, as an unset variable of a script does.

    Raises:
        BenchError: names it.
    """
    for name, what in NEEDS_TEXT.items():
        value = getattr(arguments, name)
        if value is not None and not value.strip():
            option = NAMED.get(name, f"--{name.replace('_', '-')}")
            raise BenchError(
                f"{option} is empty, as of a variable that is not set; give {what}, or leave "
                f"{option} out"
            )


def _format(asked: str | None) -> str:
    """Return the format of what is printed.

    Raises:
        BenchError: there is no such format.
    """
    from waitbench import registry
    from waitbench.gate import formats

    names = registry.names(formats.ROOM)
    name = {"md": "markdown", "txt": "terminal"}.get(asked or "terminal", asked or "terminal")
    if name not in names:
        raise BenchError(f"there is no format {asked!r}; there are {', '.join(names)}")
    return name


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

    first = closing.first(outcome)
    if first is None or arguments.baseline or arguments.part:
        return ""
    minutes = _settings(Path.cwd(), arguments).minutes
    if first.verdict != "undecided":
        return f"once it is mended, it alone: {_again(arguments, first.name, minutes)}"
    if closing.busy(outcome) > closing.MOSTLY:
        return f"close what else runs, and again: {_again(arguments, first.name, minutes)}"
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
        benchmarks=(),
    )
    with sense(Path(arguments.baseline)):
        return baseline.compare(kept, summary, settings, only=matcher(arguments.k))


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

    def announced() -> None:
        ask_where_busy(arguments)
        tell_where_busy(arguments)

    return compare(
        checkout,
        sides,
        settings,
        commands=typed,
        changed=arguments.changed,
        only=arguments.k,
        seed=arguments.seed,
        part=part,
        before=announced,
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
    if arguments.instrument is not None:
        merged = replace(merged, instrument=arguments.instrument)
    return merged
