"""`waitbench gate`: decide whether a change made things slower."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import REFUSED, _old_names
from waitbench.commands._busy import ask_where_busy, tell_where_busy
from waitbench.commands._gate_options import (
    describe,
    format_asked,
    refuse_empty,
    refuse_uncountable,
    settings_asked,
)
from waitbench.commands._gate_outcome import concluded
from waitbench.parsing.matching import matcher
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


def main(arguments: argparse.Namespace) -> int:
    """Race base against head and print the outcome.

    Returns:
        0 nothing is slower; 1 something is; 2 a mistake, head fails a benchmark, or nothing was
        compared; 3 too little was decided, or with --strict anything undecided; 130 stopped.

    Raises:
        BenchError: something was mistyped, or a side cannot be made.
    """
    from waitbench.gate import formats

    refuse_empty(arguments)
    if arguments.old_run is not None:
        _old_names.tell("--run FILE", "gate --baseline FILE RUN")
        arguments.run = arguments.old_run
    if arguments.run and not arguments.baseline:
        raise BenchError(f"{arguments.run!r} is a run: --baseline says what it is held against")
    form = format_asked(arguments.format)
    for path in arguments.output:
        formats.check(path)
    if arguments.part and (arguments.baseline or not _written_as_json(arguments.output)):
        raise BenchError(
            "--part is of a gate that several machines share: give --base REV and -o FILE.json, "
            "which `waitbench merge` reads"
        )
    refuse_uncountable(arguments)
    outcome = _held_against(arguments) if arguments.baseline else _compared(arguments)
    return concluded(outcome, arguments, form)


def _written_as_json(paths: Sequence[str]) -> bool:
    return any(path.endswith(".json") for path in paths)


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
    settings = settings_asked(Path.cwd(), arguments)
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
    settings = settings_asked(project, arguments)
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
