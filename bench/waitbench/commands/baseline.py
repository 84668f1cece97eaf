"""`waitbench baseline`: keep what a run found in results/baselines/, show it, list what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands._results import resolved, results_folder

if TYPE_CHECKING:
    import argparse

    from waitbench.tracking.baseline import Baseline


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument(
        "action", choices=("update", "show", "list"), help="make or renew one; show one; list all"
    )
    parser.add_argument("name", nargs="?", help="which (default: named after this machine)")
    parser.add_argument(
        "--run", metavar="FILE", help="update: the run to keep, or its number (default: the newest)"
    )


def main(arguments: argparse.Namespace) -> int:
    """Carry it out.

    Raises:
        BenchError: no such run or baseline, or one that is damaged.
    """
    if arguments.action == "update":
        return _update(arguments.run, arguments.name)
    if arguments.action == "show":
        return _show(arguments.name)
    return _list()


def folder() -> Path:
    """Where baselines are kept."""
    return results_folder() / "baselines"


def _update(run: str | None, name: str | None) -> int:
    from waitbench.analysis.summary import summarise
    from waitbench.results import load
    from waitbench.tracking import baseline, machine_identity

    path = resolved(run)
    summary = summarise(load.load(path))
    date = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    made = baseline.made(summary, name=name, date=date)
    written = baseline.write(folder(), made)
    print(
        f"{written}: {len(made.rows)} rows of {path.name}, "
        f"{machine_identity.sentence(made.machine)}"
    )
    print("hold a later run against it: waitbench run, then waitbench gate --baseline auto")
    return 0


def _show(name: str | None) -> int:
    from waitbench.tracking import baseline, machine_identity

    found = _named(name)
    print(f"{found.name}: {found.run} of {found.date[:10]}, commit {found.commit or 'unknown'}")
    print(f"{machine_identity.sentence(found.machine)}\n")
    width = max(map(len, found.rows))
    kinds = (*baseline.ACROSS, "wall, ms")
    print(f"{'row':{width}}  " + "  ".join(f"{kind:>12}" for kind in kinds))
    for row, figures in found.rows.items():
        told = [exp(figures[kind].log) if kind in figures else None for kind in baseline.ACROSS]
        told.append(exp(figures["wall"].log) / 1e6 if "wall" in figures else None)
        cells = ("-" if one is None else f"{one:.4g}" for one in told)
        print(f"{row:{width}}  " + "  ".join(f"{cell:>12}" for cell in cells))
    return 0


def _named(name: str | None) -> Baseline:
    from waitbench.system import environment
    from waitbench.tracking import baseline, machine_identity

    if name is None:
        name = machine_identity.slug(machine_identity.described(environment.describe()))
    path = Path(name)
    return baseline.read(path if path.is_file() else folder() / f"{name}.json")


def _list() -> int:
    from waitbench.tracking import baseline, machine_identity

    paths = sorted(folder().glob("*.json"))
    for path in paths:
        one = baseline.read(path)
        print(
            f"{one.name}  {len(one.rows)} rows, {one.date[:10]}, "
            f"{machine_identity.sentence(one.machine)}"
        )
    if not paths:
        print("there is no baseline yet; `waitbench baseline update` makes one of the newest run")
    return 0
