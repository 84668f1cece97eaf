"""`python -m tests.proof.gate`: gates on real commits until the minutes are over, then a page."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.proof import readme
from tests.proof.gate import page, sitting
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parents[3] / "results" / "proof" / "gate"
USAGE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run gates, evaluate, write, print.

    Returns:
        0; 2 for a mistake that one line on stderr explains; 130 if it was stopped.
    """
    options = _parse(argv)
    stopped = False
    try:
        chosen = sitting.cells([name for text in options.only for name in text.split(",")])
        if options.minutes > 0:
            stopped = sitting.sit(
                options.output / sitting.NAME,
                chosen,
                minutes=options.minutes,
                trial_minutes=options.trial_minutes,
                least_minutes=min(options.trial_minutes / 2, sitting.LEAST_MINUTES),
                python=options.python,
                against=options.against,
                say=_say,
            )
    except BenchError as mistake:
        _say(f"prove gate: {mistake}")
        return USAGE
    except KeyboardInterrupt:
        stopped = True
    try:
        sys.stdout.write(_write(options.output))
    except BenchError as mistake:
        _say(f"prove gate: {mistake}")
        return USAGE
    if stopped:
        _say("prove gate: stopped; every trial that ended is kept, and the next call goes on")
    return INTERRUPTED if stopped else 0


def _write(folder: Path) -> str:
    """Make the page from all trials there are.

    Raises:
        BenchError: the file of trials is damaged, or the page cannot be written.
    """
    return readme.write(folder, page.page(sitting.read(folder / sitting.NAME).trials))


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/prove gate",
        description="Really runs gates on commits with and without injected changes, goes on where "
        "it was stopped, and writes results/proof/gate/README.md.",
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=12.0,
        help="how long to race (12); 0 only makes the page again from the trials there are",
    )
    parser.add_argument(
        "--trial-minutes",
        type=float,
        default=sitting.TRIAL_MINUTES,
        metavar="M",
        help="the most that one gate of twenty benchmarks may take (10)",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WHAT",
        help="only these, with commas: null, mixed0 … mixed6, quiet, noisy; or pytest's own "
        "benchmarks: tests-null, tests0 … tests3",
    )
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="interpreter of both sides, as one with pytest-asyncio and pytest-codspeed",
    )
    parser.add_argument(
        "--against",
        metavar="COMMIT",
        help="run the gate of this earlier commit beside each trial, in turn before and after it",
    )
    parser.add_argument(
        "--output", type=Path, default=FOLDER, metavar="FOLDER", help="where it is kept"
    )
    options = parser.parse_args(argv)
    if options.trial_minutes <= 0 or options.minutes < 0:
        parser.error("--trial-minutes must be above zero, --minutes not below")
    return options


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
