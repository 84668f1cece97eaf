"""`waitbench history`: keep each run in a line, show where figures changed, and draw it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.commands._results import resolved, results_folder
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.tracking.change_points import ChangePoint
    from waitbench.tracking.history import HistoryEntry, Series

STABLE = "no figure changed by 3 % or more and stayed there"
MOST_COMMITS = 8


def describe(parser: argparse.ArgumentParser) -> None:
    """Add its options."""
    parser.add_argument(
        "action",
        choices=("add", "show", "plot"),
        help="append a run; show change points with their commits; draw them",
    )
    parser.add_argument(
        "run", nargs="?", help="add: the run, or its number in results/ (default: the newest)"
    )
    parser.add_argument(
        "--file", metavar="FILE", help="the history (default: results/history.jsonl)"
    )
    parser.add_argument(
        "-k", metavar="TEXT", default="", help="only figures with this in their name"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="history.svg",
        help="plot: where it is drawn; .svg, .png or .pdf (default: history.svg)",
    )


def main(arguments: argparse.Namespace) -> int:
    """Carry it out.

    Raises:
        BenchError: no such run, a damaged history, or a file that cannot be written.
    """
    from waitbench.tracking import history

    path = Path(arguments.file) if arguments.file else results_folder() / history.NAME
    if arguments.action == "add":
        return _add(path, arguments.run)
    entries = history.read(path)
    if not entries:
        raise BenchError(f"there is no run in {path} yet; `waitbench history add` appends one")
    found = history.series(entries, arguments.k)
    if not found:
        raise BenchError(f"no figure in {path} has {arguments.k!r} in its name")
    if arguments.action == "plot":
        return _plot(found, Path(arguments.output))
    return _show(entries, found)


def _add(path: Path, run: str | None) -> int:
    from waitbench.analysis.summary import summarise
    from waitbench.results import load
    from waitbench.tracking import history

    source = resolved(run)
    time = datetime.fromtimestamp(source.stat().st_mtime, UTC).isoformat(timespec="seconds")
    one = history.entry(summarise(load.load(source)), time)
    added = history.append(path, one)
    commit = f" of commit {one.commit}" if one.commit else ""
    print(
        f"{path}: {len(one.rows)} rows{commit}" if added else f"{path}: that run is there already"
    )
    return 0


def _show(entries: Sequence[HistoryEntry], found: Sequence[Series]) -> int:
    first, last = entries[0], entries[-1]
    days = sorted({first.time[:10], last.time[:10]})
    when = f"from {' to '.join(days)}" if len(days) > 1 else f"of {days[0]}"
    print(
        f"{formatting.count(len(entries), 'run')} {when}, {formatting.count(len(found), 'figure')}"
    )
    changed = [(one, point) for one in found for point in one.points]
    if not changed:
        print(STABLE)
    for one, point in sorted(changed, key=lambda pair: -abs(pair[1].step)):
        print(_sentence(one, point))
        for line in _commits(one, point):
            print(f"    {line}")
    return 0


def _sentence(one: Series, point: ChangePoint) -> str:
    verdict = "worse" if one.worse(point) else "better"
    before, after = (commit[:9] or "?" for commit in one.commits(point))
    return (
        f"{one.name}: {100 * point.step:+.1f} % ({verdict}), {point.before:.4g} to "
        f"{point.after:.4g}, from run {point.index + 1} of {len(one.figures)} on; "
        f"commits {before}..{after}"
    )


def _commits(one: Series, point: ChangePoint) -> list[str]:
    """List what was committed in between, where git knows it."""
    from waitbench.gate.repository import Repository

    before, after = one.commits(point)
    try:
        known = Repository.around(Path.cwd()).commits(before, after) if before and after else []
    except BenchError:
        return []
    more = [f"… and {len(known) - MOST_COMMITS} more"] if len(known) > MOST_COMMITS else []
    return [*known[:MOST_COMMITS], *more]


def _plot(found: Sequence[Series], output: Path) -> int:
    from waitbench.presentation.vega import drawn
    from waitbench.tracking.history_picture import draw

    picture = draw(found)
    try:
        output.write_bytes(drawn(picture, output.suffix.removeprefix(".") or "svg"))
    except OSError as refused:
        raise BenchError(f"the picture could not be written: {refused}") from None
    print(f"{output}: {picture.caption}")
    return 0
