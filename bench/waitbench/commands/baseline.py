"""`waitbench baseline`: keep what a run found in results/baselines/, show it, list what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import _old_names
from waitbench.commands._results import resolved, results_folder, sense
from waitbench.parsing import RUN, ending
from waitbench.parsing.invocation import typed
from waitbench.results.storage import LATEST

if TYPE_CHECKING:
    import argparse

    from waitbench.tracking.baseline import Baseline

NONE = "there is no baseline yet; `waitbench baseline update` makes one of the newest run"


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench baseline update",
        "waitbench baseline update 0003 --name laptop",
        "waitbench baseline show laptop",
    )
    parser.add_argument(
        "action", choices=("update", "show", "list"), help="make or renew one; show one; list all"
    )
    parser.add_argument(
        "which", nargs="?", metavar="RUN|NAME", help=f"update: {RUN}; show: a baseline's name"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="update: what it is called (default: after this machine)"
    )
    _old_names.add(parser, "--run")


def main(arguments: argparse.Namespace) -> int:
    """Update, show or list baselines.

    Raises:
        BenchError: no such run or baseline, or one that is damaged.
    """
    if arguments.action == "update":
        return _update(*_run_and_name(arguments))
    if arguments.action == "show":
        return _show(arguments.name or arguments.which)
    return _list()


def _run_and_name(arguments: argparse.Namespace) -> tuple[str | None, str | None]:
    """Return which run is kept and under which name, also where they were typed as before."""
    which, name = arguments.which, arguments.name
    if arguments.run is not None:
        _old_names.tell("update NAME --run FILE", "update FILE --name NAME")
        return arguments.run, name or which
    if which and name is None and not _is_run(which):
        _old_names.tell(f"update {which}", f"update --name {which}")
        return None, which
    return which, name


def _is_run(text: str) -> bool:
    """Check whether a run was meant, and no name of a baseline."""
    return text.isdigit() or "." in text or text == LATEST or Path(text).exists()


def folder() -> Path:
    """Return the folder in which baselines are kept."""
    return results_folder() / "baselines"


def _update(run: str | None, name: str | None) -> int:
    from waitbench.analysis.summary import summarise
    from waitbench.results import load
    from waitbench.tracking import baseline, machine_identity

    path = resolved(run)
    with sense(path):
        summary = summarise(load.load(path, foreign=True))
    # A copy of a file is as old as the run in it.
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    date = (summary.run and summary.run.when) or changed
    kept = baseline.made(summary, name=name, date=date)
    written = baseline.write(folder(), kept)
    print(
        f"{written}: {len(kept.rows)} rows of {path.name}, "
        f"{machine_identity.sentence(kept.machine)}"
    )
    print(typed("hold a later run against it: waitbench run, then waitbench gate --baseline auto"))
    return 0


def _show(name: str | None) -> int:
    from waitbench.tracking import baseline

    path = _path(name)
    with sense(path):
        _print(baseline.read(path))
    return 0


def _print(kept: Baseline) -> None:
    from waitbench.tracking import baseline, machine_identity, ratios

    print(f"{kept.name}: {kept.run} of {kept.date[:10]}, commit {kept.commit[:9] or 'unknown'}")
    print(f"{machine_identity.sentence(kept.machine)}\n")
    width = max(map(len, kept.rows))
    there = {kind for figures in kept.rows.values() for kind in figures}
    kinds = [kind for kind in (*baseline.ACROSS, *ratios.ABSOLUTE) if kind in there]
    heads = ("wall, ms" if kind == "wall" else kind for kind in kinds)
    print(f"{'row':{width}}  " + "  ".join(f"{head:>12}" for head in heads))
    for row, figures in kept.rows.items():
        values = [
            exp(figures[kind].log) / (1e6 if kind == "wall" else 1) if kind in figures else None
            for kind in kinds
        ]
        cells = ("-" if value is None else f"{value:.4g}" for value in values)
        print(f"{row:{width}}  " + "  ".join(f"{cell:>12}" for cell in cells))


def _path(name: str | None) -> Path:
    from waitbench.system import environment
    from waitbench.tracking import machine_identity

    if name is None:
        name = machine_identity.slug(machine_identity.described(environment.describe()))
    path = Path(name)
    return path if path.is_file() else folder() / f"{name}.json"


def _list() -> int:
    from waitbench.tracking import baseline, machine_identity

    paths = sorted(folder().glob("*.json"))
    for path in paths:
        with sense(path):
            kept = baseline.read(path)
            print(
                f"{kept.name}  {len(kept.rows)} rows, {kept.date[:10]}, "
                f"{machine_identity.sentence(kept.machine)}"
            )
    if not paths:
        print(typed(NONE))
    return 0
