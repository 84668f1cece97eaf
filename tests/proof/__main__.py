"""`python -m tests.proof`: race until the minutes are spent, then write and print the proof."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof import journal, page, readme, sitting
from tests.proof.cells import cells, names
from tests.proof.figures import evaluate
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.proof.cells import RaceCell

FOLDER = Path(__file__).parents[2] / "results" / "proof"
USAGE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Race, evaluate, write, print.

    Returns:
        0; 2 for a mistake that one line on stderr explains; 130 if it was stopped.
    """
    options = _parse(argv)
    try:
        chosen = cells([name for text in options.only for name in text.split(",")])
        stopped = options.minutes > 0 and _sit(options, chosen)
        text = _write(options.output)
    except BenchError as mistake:
        _say(f"prove: {mistake}")
        return USAGE
    sys.stdout.write(text)
    return INTERRUPTED if stopped else 0


def _sit(options: argparse.Namespace, chosen: Sequence[RaceCell]) -> bool:
    """Race; return whether somebody stopped it, in a race or between two."""
    plan = sitting.SittingPlan(
        minutes=options.minutes, launches=options.launches, shrink=options.shrink
    )
    try:
        stopped = sitting.sit(options.output / journal.NAME, chosen, plan, _say)
    except KeyboardInterrupt:
        stopped = True
    if stopped:
        _say("prove: stopped; every race that ended is kept, and the next call goes on from there")
    return stopped


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove",
        description="Really runs null races and races with injected slow-downs, goes on where it "
        "was stopped, and writes results/proof/README.md.",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=20.0,
        help="how long to race (20); 0 only makes the page again from the races there are",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the races that are there: the default; move the folder to begin anew",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WHAT",
        help=f"race only these, with commas or given again: {', '.join(names())}",
    )
    parser.add_argument(
        "--output", type=Path, default=FOLDER, metavar="FOLDER", help="where it is kept"
    )
    parser.add_argument(
        "--launches",
        type=int,
        default=sitting.LAUNCHES,
        help=f"launches of every race ({sitting.LAUNCHES})",
    )
    parser.add_argument(
        "--shrink", type=float, default=1.0, help="share of a race's usual time, to try things out"
    )
    options = parser.parse_args(argv)
    if options.launches < 1 or options.shrink <= 0 or options.minutes < 0:
        parser.error("--launches and --shrink must be above zero, --minutes not below")
    return options


def _write(folder: Path) -> str:
    races = journal.read(folder / journal.NAME)
    notes = folder / "notes.md"
    figures = evaluate(races.sound)
    text = page.page(races, figures, notes.read_text("utf-8") if notes.is_file() else "")
    return readme.write(folder, text)


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
