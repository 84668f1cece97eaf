"""`waitbench doctor`: who holds the event loop of a program of yours, and what it loses."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from waitbench import formatting
from waitbench.commands import _output
from waitbench.commands._loudness import loudness
from waitbench.parsing import PYTHON, STOPPED, ending
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from waitbench.doctor.findings import Examination
    from waitbench.doctor.program import Ending

SETTINGS = ("threshold",)
"""What a project may set for itself."""
OWN_SIGNALS = True
"""The program that is examined gets them, as it would without us."""
FORMATS = ("json",)
CLOSER_MS = 10
"""A threshold at which shorter holds show, and that watching still holds."""
DAY_MS = 24 * 3600 * 1000
FOUND, FAILED, CUT_SHORT = 1, 3, 130
"""Exit status: something was found; the program failed, or was not watched; it was stopped."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench doctor app.py --port 8000",
        "waitbench doctor --threshold 10 module:coroutine",
        "waitbench doctor --python .venv/bin/python -m package",
        _0="healthy",
        _1="something was found",
        _3="the program itself failed, a loop could not be watched, or none ran",
        _130=f"{STOPPED}: shows what was found until then",
    )
    parser.usage = (
        "waitbench doctor [-v | -q] [--threshold MS] [--format FORMAT] [-o FILE]\n"
        "                        [--python PYTHON] [-m] TARGET …"
    )
    parser.description = (
        "Runs an asyncio program and says who held its event loop, by line, whether it\n"
        "waited or computed, what was never awaited, and which tasks, pools and sessions\n"
        "went wrong. The program is not changed. Options come before TARGET."
    )
    parser.add_argument(
        "--threshold", type=float, metavar="MS", help="the shortest hold that counts (default: 50)"
    )
    _output.describe(parser, FORMATS, old=FORMATS)
    parser.add_argument("--python", metavar="PYTHON", help=PYTHON)
    parser.add_argument("--hand-over", metavar="FILE", help=argparse.SUPPRESS)  # for --python
    loudness(parser)
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
    arguments.json = _output.form(arguments, FORMATS) == "json"
    _output.form_of_file(arguments, FORMATS)
    if arguments.python:
        return _elsewhere(arguments, threshold_ms)
    hand_over = Path(arguments.hand_over) if arguments.hand_over else None
    with _stdout_aside(aside=arguments.json) as give_back:

        def told(ending: Ending) -> int:
            watch.cut_short()
            give_back()
            status = _told(watch.examination(), ending, arguments, hand_over)
            sys.stdout.flush()
            return status

        runs = program.prepared(arguments.target, arguments.rest, module=arguments.module)
        leaving = Leaving(told)
        with watching(threshold_ms) as watch, replaced() as replace:
            leaving.watch(replace)
            ending = program.run(runs, watch.leaks.stop)
    if leaving.elsewhere:  # a forked child that came back out of the program
        return FAILED if ending.error else 0
    return _told(watch.examination(), ending, arguments, hand_over)


def _elsewhere(arguments: argparse.Namespace, threshold_ms: float) -> int:
    """Let another interpreter run the program under watch, and print what it found."""
    from waitbench.doctor import elsewhere
    from waitbench.services import other_python

    words = [*["-m"] * arguments.module, arguments.target, *arguments.rest]
    with other_python.lent(arguments.python) as interpreter, TemporaryDirectory() as folder:
        place = Path(folder, "found")
        options = [
            f"--threshold={threshold_ms}",
            f"--hand-over={place}",
            *["--format=json"] * arguments.json,
        ]
        path = os.pathsep.join(filter(None, [interpreter.tree, os.environ.get("PYTHONPATH")]))
        seen = elsewhere.examined(
            [interpreter.python, "-P", "-m", "waitbench", "doctor", *options, *words],
            {**os.environ, "PYTHONPATH": path},
            place,
        )
    return seen if isinstance(seen, int) else _told(*seen, arguments, other=interpreter.facts)


def _told(
    seen: Examination,
    ending: Ending,
    arguments: argparse.Namespace,
    hand_over: Path | None = None,
    other: Mapping[str, Any] | None = None,
) -> int:
    """Print what was found, or hand it over to who does; return the exit status.

    Args:
        seen: what was found.
        ending: how the program ended.
        arguments: as they were typed.
        hand_over: file for it, where another process prints it.
        other: facts of the interpreter that ran the program, where it is not this one.
    """
    if hand_over:
        from waitbench.doctor import elsewhere

        elsewhere.hand_over(hand_over, seen, ending)
    else:
        from waitbench.system import environment

        _print(seen, ending, arguments, {**environment.brief(), **(other or {})})
    if ending.stopped:
        return CUT_SHORT
    if ending.error:
        return FAILED
    if seen.findings:
        return FOUND
    return 0 if seen.healthy else FAILED


def _print(
    seen: Examination, ending: Ending, arguments: argparse.Namespace, facts: Mapping[str, Any]
) -> None:
    if arguments.json or arguments.output:
        from waitbench.doctor.json_report import json_form

        ended = {"stopped": ending.stopped, "error": ending.error}
        document = json.dumps({**json_form(seen), "program": ended}, indent=2)
        if arguments.output:
            _output.write(arguments, document)
        if arguments.json:
            print(document)
            return
    from rich.console import Console

    from waitbench.doctor import closing, terminal_report
    from waitbench.presentation import last_screen

    failed = ending.error or ""
    if arguments.quiet:
        print(plain(closing.brief(seen, failed)))
        return
    sentences = ["It was stopped: this is what was found until then."] if ending.stopped else []
    if ending.became:
        sentences += [f"It became {ending.became}: this is what was found until then."]
    console = Console(file=sys.stdout)
    terminal_report.show(
        console,
        seen,
        title=shlex.join(_words(arguments)),
        failed=failed,
        ending=sentences,
        whole=arguments.verbose,
    )
    console.print()
    last_screen.show(
        console,
        closing.lines(
            seen,
            failed=failed,
            facts=facts,
            following=_following(seen, failed, arguments),
        ),
    )


def _words(arguments: argparse.Namespace, *options: str) -> list[str]:
    """Return the command as it is typed, with further options."""
    python = ["--python", arguments.python] if arguments.python else []
    module = ["-m"] * arguments.module
    target = [*module, arguments.target, *arguments.rest]
    return ["waitbench", "doctor", *options, *python, *target]


def _following(seen: Examination, failed: str, arguments: argparse.Namespace) -> str:
    """Return what to type next, with about how long it takes."""
    takes = formatting.about(max(1.0, seen.ran_ns / 1e9))
    if failed or seen.findings:
        return f"mend that first, then try again: `{shlex.join(_words(arguments))}` ({takes})"
    threshold_ms = seen.threshold_ns / 1e6
    if not seen.healthy or threshold_ms <= CLOSER_MS:
        return ""
    closer = shlex.join(_words(arguments, "--threshold", f"{CLOSER_MS}"))
    return f"`{closer}` ({takes}) looks for shorter holds"


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
