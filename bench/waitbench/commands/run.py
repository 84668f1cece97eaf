"""`waitbench run`: race the suites through pytest, save the results, show the report."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from waitbench.commands import INTERRUPTED, _run_files, _run_pytest
from waitbench.commands._busy import ask_where_busy, force, tell_where_busy
from waitbench.commands._loudness import loudness
from waitbench.commands._report_screen import show
from waitbench.commands._results import read
from waitbench.commands._run_pytest import FAILED, PYTEST_INTERRUPTED
from waitbench.commands.list import suites
from waitbench.did_you_mean import instead
from waitbench.parsing import MATCHING, STOPPED, ending
from waitbench.pytest_plugin.run_options import OPTIONS
from waitbench.scenario import BenchError
from waitbench.system import limits
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    import argparse

SETTINGS = (
    "models",
    "python",
    "python-env",
    "latency",
    "tasks",
    "concurrency",
    "budget",
    "launches",
    "seed",
    "round-timeout",
    "postgres",
)
"""What a project may set for itself."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench run --quick",
        "waitbench run io_bound -k 'http and 50ms' --budget 3m",
        "waitbench run cures --launches 20 -o cures.json",
        _1="a contestant failed",
        _130=f"{STOPPED}: what was measured until then is saved and shown",
    )
    parser.add_argument(
        "suite",
        nargs="*",
        help="suites to run (default: the main ones, with --full all; see `list`)",
    )
    parser.add_argument("-k", metavar="EXPR", help=MATCHING)
    for option in OPTIONS:
        if option.value is None:
            parser.add_argument(option.name, action="store_true", help=option.text)
        else:
            parser.add_argument(option.name, metavar=option.value, help=option.text)
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write the results here, not results/"
    )
    force(parser)
    loudness(parser)


def main(arguments: argparse.Namespace) -> int:
    """Race the suites that are named (all when none is), save the results, show the report.

    Returns:
        0; 1 if a contestant failed; 130 if it was stopped.

    Raises:
        BenchError: no such suite, a mistake in the options, or the output cannot be written.
    """
    output = arguments.output
    unknown = [name for name in arguments.suite if name not in suites()]
    if unknown:
        raise BenchError(f"there is no suite {unknown[0]!r}; {instead(unknown[0], suites())}")
    from waitbench.pytest_plugin.session_outcome import SessionOutcome

    limits.refuse_hopeless()
    part = _run_files.part_file(output)
    ask_where_busy(arguments)
    outcome = SessionOutcome(before=lambda: tell_where_busy(arguments))
    with Interrupt.of_this_thread():  # until all that was measured has its name
        status, printed = _run_pytest.called(_run_pytest.words(arguments, part), outcome)
        saved = _run_files.kept(part, output, outcome)
    if saved is None:
        return _run_pytest.nothing(status, outcome, printed)
    delivered = saved == part and not outcome.refused  # to a device or a pipe, which keep no page
    try:
        summary, findings = read(saved)
        more = (
            [_run_files.saved_line(output)]
            if delivered
            else _run_files.places(saved, summary, findings)
        )
        show(summary, findings, arguments, more=more)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt):
        print(
            f"saved: {output if delivered else _run_files.short(saved)}",
            file=sys.stderr,
            flush=True,
        )
        raise
    finally:
        if delivered:
            part.unlink(missing_ok=True)
    if outcome.refused:
        return FAILED
    return {0: 0, PYTEST_INTERRUPTED: INTERRUPTED}.get(status, FAILED)
