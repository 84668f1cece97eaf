"""`waitbench history`: keep each run in a line, show where figures changed, and draw it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file, formatting
from waitbench.commands._results import resolved, results_folder, sense
from waitbench.parsing import MATCHING, RUNS, ending
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from waitbench.tracking.change_points import ChangePoint, Trend
    from waitbench.tracking.history import HistoryEntry, Series

STABLE = "no figure changed by 3 % or more and stayed there"
TOO_FEW = (
    "{figures} of fewer than {fewest} runs: too few to tell a step or a trend from an accident"
)
MOST_COMMITS, MOST_SHORT = 8, 12
SMALLEST = 0.03


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench history add",
        "waitbench history show -k 'asyncio and wall'",
        "waitbench history plot -o history.png",
    )
    parser.add_argument(
        "action",
        choices=("add", "show", "plot"),
        help="append a run; show steps with their commits, trends, first against last; draw them",
    )
    runs = parser.add_argument(
        "run", nargs="*", metavar="RUN", help=f"add: {RUNS}, or a folder of all"
    )
    runs.required = False  # argparse would name it among what is missing
    parser.add_argument(
        "--file", metavar="FILE", help="the history (default: results/history.jsonl)"
    )
    parser.add_argument("-k", metavar="EXPR", default="", help=MATCHING)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="history.svg",
        help="plot: where it is drawn; .svg, .png or .pdf (default: history.svg)",
    )


def main(arguments: argparse.Namespace) -> int:
    """Add a run to the history, show its change points, or draw them.

    Raises:
        BenchError: no such run, a damaged history, or a file that cannot be written.
    """
    from waitbench.tracking import history

    path = Path(arguments.file) if arguments.file else results_folder() / history.NAME
    if arguments.action == "add":
        return _add(path, arguments.run)
    if arguments.run:
        raise BenchError(f"{arguments.action} takes no run; only add does")
    entries = history.read(path)
    if not entries:
        raise BenchError(f"there is no run in {path} yet; `waitbench history add` appends one")
    figures = history.series(entries, arguments.k)
    if not figures:
        raise BenchError(f"no figure in {path} matches {arguments.k!r}")
    with sense(path):
        if arguments.action == "plot":
            return _plot(figures, Path(arguments.output))
        return _show(entries, figures)


def _add(path: Path, runs: Sequence[str]) -> int:
    from waitbench.tracking import history

    for source in _sources(runs):
        entry = _entry(source)
        added = history.append(path, entry)
        commit = f" of commit {entry.commit[:9]}" if entry.commit else ""
        rows = formatting.count(len(entry.rows), "row")
        print(plain(f"{path}: {rows}{commit}" if added else f"{path}: that run is there already"))
    return 0


def _sources(runs: Sequence[str]) -> list[Path]:
    """Return the files that were meant; of a folder all its stored runs, in their order."""
    from waitbench.results import storage

    if not runs:
        return [resolved(None)]
    sources: list[Path] = []
    for run in runs:
        folder = storage.below(Path(run)) if run and Path(run).is_dir() else []
        sources += storage.in_order(folder) if folder else [resolved(run)]
    return sources


def _entry(source: Path) -> HistoryEntry:
    from waitbench.analysis.summary import summarise
    from waitbench.results import load
    from waitbench.tracking import history

    run = load.load(source, foreign=True)
    if run.plain and run.others is not None:
        return history.entry_of_others(run.others, source)
    with sense(source):
        return history.entry(summarise(run), history.made_at(run.when, source))


def _show(entries: Sequence[HistoryEntry], figures: Sequence[Series]) -> int:
    first, last = entries[0], entries[-1]
    days = sorted({first.time[:10], last.time[:10]})
    when = f"from {' to '.join(days)}" if len(days) > 1 else f"of {days[0]}"
    many = formatting.count(len(figures), "figure")
    print(f"{formatting.count(len(entries), 'run')} {when}, {many}")
    from waitbench.tracking.change_points import FEWEST_RUNS

    short = [series for series in figures if len(series.figures) < FEWEST_RUNS]
    changed = [series for series in figures if not series.course.steady]
    if not changed and len(short) < len(figures):
        print(STABLE)
    for series in sorted(changed, key=lambda series: -_largest(series)):
        for line in _lines(series):
            print(line)
    if short:
        count = formatting.count(len(short), "figure")
        print(TOO_FEW.format(fewest=FEWEST_RUNS, figures=count))
        apart = [series for series in short if abs(series.course.whole) >= SMALLEST]
        for series in sorted(apart, key=lambda series: -_largest(series))[:MOST_SHORT]:
            print(f"    {_whole(series)}")
    return 0


def _largest(series: Series) -> float:
    course = series.course
    steps = [point.step for point in course.points] + [trend.step for trend in course.trends]
    return max(map(abs, (course.whole, *steps)))


def _lines(series: Series) -> Iterator[str]:
    """Yield first against last, and below it what lies between: steps, trends, neither."""
    course, runs = series.course, len(series.figures)
    yield _whole(series)
    for point in course.points:
        before, after = (commit[:9] or "?" for commit in series.commits(point))
        yield (
            f"    step {_change(series, point)}, from run {point.index + 1} of {runs} on; commits "
            f"{before}..{after}"
        )
        for line in _commits(series, point):
            yield f"        {line}"
    for trend in course.trends:
        first, last = (series.entries[run].commit[:9] or "?" for run in (trend.first, trend.last))
        yield (
            f"    trend {_change(series, trend)}, from run {trend.first + 1} to {trend.last + 1} "
            f"of {runs}, {100 * trend.a_run:+.1f} % a run; commits {first}..{last}, none of them "
            "more than another"
        )
    if course.turns:
        yield (
            f"    goes to and fro, {course.turns} times within {runs} runs: that is noise, as of "
            "machines that take turns, and no commit's doing"
        )
    elif not course.points and not course.trends:
        yield "    no single step and no steady trend: too noisy to say where"


def _whole(series: Series) -> str:
    """Return first against last in a sentence."""
    course = series.course
    write, runs = _writer(series), formatting.count(len(series.figures), "run")
    sentence = f"{write(course.before)} to {write(course.after)}, first against last of {runs}"
    return f"{series.name}: {_share(series, course.whole)}, {sentence}"


def _change(series: Series, change: ChangePoint | Trend) -> str:
    write = _writer(series)
    return f"{_share(series, change.step)}, {write(change.before)} to {write(change.after)}"


def _share(series: Series, share: float) -> str:
    verdict = "worse" if series.worse(share) else "better"
    return f"{100 * share:+.1f} %" + (f" ({verdict})" if abs(share) >= SMALLEST else "")


def _writer(series: Series) -> Callable[[float], str]:
    return formatting.duration if series.name.endswith(" wall") else "{:.4g}".format


def _commits(series: Series, point: ChangePoint) -> list[str]:
    """Return what was committed in between, where git knows it."""
    from waitbench.gate.repository import Repository

    before, after = series.commits(point)
    try:
        commits = Repository.around(Path.cwd()).commits(before, after) if before and after else []
    except BenchError:
        return []
    more = [f"… and {len(commits) - MOST_COMMITS} more"] if len(commits) > MOST_COMMITS else []
    return [*commits[:MOST_COMMITS], *more]


def _plot(figures: Sequence[Series], output: Path) -> int:
    from waitbench.presentation.vega import drawn
    from waitbench.tracking.history_picture import draw

    picture = draw(figures)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        form = output.suffix.removeprefix(".") or "svg"
        atomic_file.write(output, drawn(picture, form))
    except OSError as refused:
        raise BenchError(f"the picture could not be written: {refused}") from None
    print(plain(f"{output}: {picture.caption}"))
    return 0
