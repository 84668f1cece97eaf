"""`waitbench doctor`: who holds the event loop of a program of yours, and what it loses."""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from waitbench.doctor.findings import Examination
    from waitbench.doctor.program import Ending

SETTINGS = ("threshold",)
"""What a project may set for itself."""
OWN_SIGNALS = True
"""The program that is examined gets them, as it would without us."""
DAY_MS = 24 * 3600 * 1000
FOUND, FAILED, STOPPED = 1, 3, 130
"""Exit status: something was found; the program failed, or was not watched; it was stopped."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.usage = "waitbench doctor [--threshold MS] [--json] [--python PYTHON] [-m] TARGET …"
    parser.description = (
        "Runs an asyncio program and says who held its event loop, by line, whether it\n"
        "waited or computed, what was never awaited, and which tasks, pools and sessions\n"
        "went wrong. The program is not changed. Options come before TARGET."
    )
    parser.epilog = (
        "exit status: 0 healthy, 1 something was found, 2 a mistake in what was typed,\n"
        "3 the program itself failed, or a loop could not be watched, or none ran,\n"
        "130 it was stopped (shows what was found until then)"
    )
    parser.add_argument(
        "--threshold", type=float, metavar="MS", help="the shortest hold that counts (default: 50)"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="write JSON to stdout; what the program writes goes to stderr",
    )
    parser.add_argument(
        "--python", metavar="PYTHON", help="interpreter of the program; it needs no waitbench"
    )
    parser.add_argument("--hand-over", metavar="FILE", help=argparse.SUPPRESS)  # for --python
    parser.add_argument("-m", dest="module", action="store_true", help="TARGET is a module's name")
    parser.add_argument("target", help="script.py, or module:coroutine")
    rest = parser.add_argument("rest", nargs=argparse.REMAINDER, help="what the program is given")
    rest.required = False  # argparse would name it among what is missing


def main(arguments: argparse.Namespace) -> int:
    """Run the program under watch, then print what was found.

    Raises:
        BenchError: there is no such program.
    """
    from waitbench.doctor import program
    from waitbench.doctor.leaving import Leaving
    from waitbench.doctor.patches import replaced
    from waitbench.doctor.watch import THRESHOLD_MS, watching

    threshold_ms = THRESHOLD_MS if arguments.threshold is None else arguments.threshold
    if not 1 <= threshold_ms <= DAY_MS:
        fault = "long" if threshold_ms > DAY_MS else "short"
        raise BenchError(
            f"--threshold {threshold_ms:g} is too {fault}: give milliseconds from 1 to a day"
        )
    target, rest = arguments.target, arguments.rest
    if arguments.python:
        return _elsewhere(arguments, threshold_ms)
    hand_over = Path(arguments.hand_over) if arguments.hand_over else None
    title = " ".join(["waitbench doctor", *["-m"] * arguments.module, target, *rest])
    with _stdout_aside(aside=arguments.json) as give_back:

        def told(ending: Ending) -> int:
            watch.cut_short()
            give_back()
            status = _told(watch.examination(), ending, title, arguments.json, hand_over)
            sys.stdout.flush()
            return status

        runs = program.prepared(target, rest, module=arguments.module)
        leaving = Leaving(told)
        with watching(threshold_ms) as watch, replaced() as replace:
            leaving.watch(replace)
            ending = program.run(runs, watch.leaks.stop)
    if leaving.elsewhere:  # a forked child that came back out of the program
        return FAILED if ending.error else 0
    return _told(watch.examination(), ending, title, arguments.json, hand_over)


def _elsewhere(arguments: argparse.Namespace, threshold_ms: float) -> int:
    """Let another interpreter run the program under watch, and print what it found."""
    from waitbench.doctor import elsewhere
    from waitbench.services import other_python

    words = [*["-m"] * arguments.module, arguments.target, *arguments.rest]
    title = " ".join(["waitbench doctor --python", arguments.python, *words])
    with other_python.lent(arguments.python) as interpreter, TemporaryDirectory() as folder:
        place = Path(folder, "found")
        options = [
            f"--threshold={threshold_ms}",
            f"--hand-over={place}",
            *["--json"] * arguments.json,
        ]
        path = os.pathsep.join(filter(None, [interpreter.tree, os.environ.get("PYTHONPATH")]))
        seen = elsewhere.examined(
            [interpreter.python, "-P", "-m", "waitbench", "doctor", *options, *words],
            {**os.environ, "PYTHONPATH": path},
            place,
        )
    return seen if isinstance(seen, int) else _told(*seen, title, arguments.json)


def _told(
    seen: Examination,
    ending: Ending,
    title: str,
    as_json: bool,  # noqa: FBT001
    hand_over: Path | None = None,
) -> int:
    """Print what was found, or hand it over to who does; return the exit status."""
    if hand_over:
        from waitbench.doctor import elsewhere

        elsewhere.hand_over(hand_over, seen, ending)
    else:
        _print(seen, ending, title, as_json=as_json)
    if ending.stopped:
        return STOPPED
    if ending.error:
        return FAILED
    if seen.findings:
        return FOUND
    return 0 if seen.healthy else FAILED


def _print(seen: Examination, ending: Ending, title: str, *, as_json: bool) -> None:
    if as_json:
        from waitbench.doctor.json_report import json_form

        ended = {"stopped": ending.stopped, "error": ending.error}
        print(json.dumps({**json_form(seen), "program": ended}, indent=2))
        return
    from rich.console import Console

    from waitbench.doctor import terminal_report

    sentences = ["It was stopped: this is what was found until then."] if ending.stopped else []
    sentences += [f"The program itself failed: {ending.error}."] if ending.error else []
    if ending.became:
        sentences += [f"It became {ending.became}: this is what was found until then."]
    terminal_report.show(Console(file=sys.stdout), seen, title=title, ending=sentences)


@contextmanager
def _stdout_aside(*, aside: bool) -> Iterator[Callable[[], None]]:
    """Send what the program and its children write to stdout to stderr, so that JSON is alone.

    Yields what gives stdout back before the block is left.
    """
    if not aside:
        yield sys.stdout.flush
        sys.stdout.flush()
        return
    kept = os.dup(1)
    os.dup2(2, 1)

    def give_back() -> None:
        sys.stdout.flush()
        os.dup2(kept, 1)

    try:
        yield give_back
    finally:
        give_back()
        os.close(kept)
