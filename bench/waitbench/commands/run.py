"""`waitbench run`: race the suites through pytest, save the results, show the report."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench.commands import REFUSED
from waitbench.commands._busy import ask_where_busy, force, tell_where_busy
from waitbench.commands._loudness import loudness
from waitbench.commands._report_screen import show
from waitbench.commands._results import read, results_folder
from waitbench.commands.list import suites
from waitbench.parsing import MATCHING, STOPPED, ending
from waitbench.parsing.invocation import typed
from waitbench.pytest_plugin.run_options import OPTIONS
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError
from waitbench.system import limits
from waitbench.system.checkout import CHECKOUT, PACKAGES
from waitbench.system.interrupt import Interrupt

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.analysis.comparison import Summary
    from waitbench.findings import Finding
    from waitbench.presentation.last_screen import Line
    from waitbench.pytest_plugin.session_outcome import SessionOutcome

SUITES = PACKAGES / "waitbench" / "suites"
PLUGIN = "waitbench.pytest_plugin.plugin"
"""A checkout's conftest names it too; beside an installed package there is none."""
INTERRUPTED, FAILED = 130, 1
NO_PAGE = "none: "
OF_PYTEST = "INTERNALERROR> "
PYTEST_INTERRUPTED, PYTEST_NOTHING = 2, 5
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
FOR_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
"""Variables of pytest's that would change a run unseen; its others only lose their meaning here."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench run --quick",
        "waitbench run io_bound -k 'http and 50ms' --budget 3m",
        "waitbench run cures --launches 20 -o cures.json",
        _1="a contestant failed",
        _130=f"{STOPPED}: what was measured until then is saved and shown",
    )
    parser.add_argument("suite", nargs="*", help="suites to run (default: all; see `list`)")
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
    chosen, output = arguments.suite, arguments.output
    unknown = [name for name in chosen if name not in suites()]
    if unknown:
        raise BenchError(f"there is no suite {unknown[0]!r}; there are {', '.join(suites())}")
    from waitbench.pytest_plugin.session_outcome import SessionOutcome

    limits.refuse_hopeless()
    part = _part(output)
    ask_where_busy(arguments)
    outcome = SessionOutcome(before=lambda: tell_where_busy(arguments))
    with Interrupt.of_this_thread():  # until all that was measured has its name
        status, printed = _pytest([*_files(chosen), *_options(arguments), *_saving(part)], outcome)
        saved = _kept(part, output, outcome)
    if saved is None:
        return _nothing(status, outcome, printed)
    delivered = saved == part and not outcome.refused  # to a device or a pipe, which keep no page
    try:
        summary, findings = read(saved)
        more = [_saved(output)] if delivered else places(saved, summary, findings)
        show(summary, findings, arguments, more=more)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt):
        print(f"saved: {output if delivered else _short(saved)}", file=sys.stderr, flush=True)
        raise
    finally:
        if delivered:
            part.unlink(missing_ok=True)
    if outcome.refused:
        return FAILED
    return {0: 0, PYTEST_INTERRUPTED: INTERRUPTED}.get(status, FAILED)


def places(saved: Path, summary: Summary, findings: Sequence[Finding]) -> list[Line]:
    """Return where the results are, how they are shown again, and where their page is."""
    from waitbench.presentation.last_screen import PAGE, Line

    name, page = _short(saved), _page(saved, summary, findings)
    return [
        _saved(name),
        Line(word="Again", text=f"waitbench report {name}", whole=True),
        Line(word=PAGE, text=page, whole=not page.startswith(NO_PAGE)),
    ]


def _saved(name: str) -> Line:
    from waitbench.presentation.last_screen import SAVED, Line

    return Line(word=SAVED, text=name, whole=True)


def _page(saved: Path, summary: Summary, findings: Sequence[Finding]) -> str:
    """Write the report as a page beside the results; return its name, or why there is none.

    What was measured is saved and shown by now: a page that cannot be made spoils nothing.
    """
    page = saved.with_suffix(".html") if saved.suffix == ".json" else Path(f"{saved}.html")
    try:
        from waitbench import atomic_file
        from waitbench.report import render

        atomic_file.write(page, render("html", summary, findings))
    except BenchError as lack:
        return f"{NO_PAGE}{lack}"
    except Exception as fault:  # noqa: BLE001  whatever it is, the run has succeeded
        return f"{NO_PAGE}{page.name} could not be written ({type(fault).__name__}: {fault})"
    here = Path.cwd()
    return str(page.relative_to(here) if page.is_relative_to(here) else page)


def _options(arguments: argparse.Namespace) -> list[str]:
    """Return them as pytest is to read them.

    Raises:
        BenchError: `-k` is empty.
    """
    if arguments.k == "":  # of all others the plugin says so
        raise BenchError("-k is empty, as of a variable that is not set")
    options = ["-k", arguments.k] if arguments.k else []
    options += ["--waitbench-force"] if arguments.force else []
    for option in OPTIONS:
        value = getattr(arguments, option.key)
        if option.value is None:
            options += [option.name] if value else []
        elif value is not None:
            options.append(f"{option.name}={value}")
    return options


def _files(chosen: Sequence[str]) -> list[str]:
    return [str(SUITES / f"test_{name}.py") for name in chosen] or [str(SUITES)]


def _part(output: str | None) -> Path:
    """Return where the results are written before they get their name.

    Raises:
        BenchError: its folder cannot be made, or nothing can be written into it.
    """
    place = Path(output).resolve() if output else results_folder() / own_name("get_machine_id")
    if output is None:
        folder = place
    elif place.exists() and not place.is_file():  # a device or a pipe gets them when all is done
        folder = Path(tempfile.gettempdir())
    else:
        folder = place.parent
    part = folder / f".{place.name}.{os.getpid()}.json"
    try:
        if output is not None and place.is_dir():
            raise BenchError(f"{output} is a folder; name a file for the results")
        folder.mkdir(parents=True, exist_ok=True)
        if place.is_char_device():
            with place.open("wb", buffering=0) as device:
                device.write(b"")  # one that takes nothing says so now
        part.touch()
        part.unlink()
    except OSError as refused:
        raise BenchError(f"no results can be written to {output or folder}: {refused}") from None
    return part


def own_name(function: str) -> str:
    """Return a name of pytest-benchmark's own making, as its storage has them."""
    from pytest_benchmark import utils

    return str(getattr(utils, function)())


def _saving(part: Path) -> list[str]:
    return [f"--benchmark-storage=file://{results_folder()}", f"--benchmark-json={part}"]


def _kept(part: Path, output: str | None, outcome: SessionOutcome) -> Path | None:
    """Return the results under their name; None where there are none."""
    rescue = outcome.rescue()
    if rescue:
        part.unlink(missing_ok=True)
        print(plain(f"waitbench: {rescue.sentence}"), file=sys.stderr)
        return rescue.path
    if not part.is_file():
        return None
    try:
        if output is None:
            from waitbench.results import store

            return store.keep(part, own_name("get_tag"))
        place = Path(output).resolve()
        if not place.exists() or place.is_file():
            return part.replace(place)
        place.write_bytes(part.read_bytes())
    except OSError as refused:
        outcome.refused = True
        sentence = f"the results could not be written ({refused}); they were kept in {part}"
        print(plain(f"waitbench: {sentence}"), file=sys.stderr)
    return part


def _nothing(status: int, outcome: SessionOutcome, printed: str) -> int:
    """Print why nothing was measured; return the exit status.

    Raises:
        BenchError: it was a mistake in what was asked for.
    """
    if outcome.mistake:
        raise BenchError(outcome.mistake)
    if outcome.rescue():  # it was measured, and nowhere was room for it: that is said by now
        return FAILED
    if outcome.left_out():
        raise BenchError(f"nothing of that can run here: {'; '.join(outcome.left_out())}")
    if status == PYTEST_NOTHING:
        raise BenchError("no contestant matches -k; `waitbench list` names the scenarios")
    if status == PYTEST_INTERRUPTED:
        print("waitbench: stopped before anything was measured", file=sys.stderr)
        return INTERRUPTED
    reasons = [
        f"{reason} ({many} times)" if many > 1 else reason
        for reason, many in outcome.reasons.items()
    ]
    why = "; ".join(reasons) or _last(printed)
    print(plain(f"waitbench: nothing was measured: {typed(why)}"), file=sys.stderr)
    return FAILED if reasons else REFUSED


def _last(printed: str) -> str:
    """Return what pytest itself stumbled over, or else all that it printed."""
    lines = [line for line in printed.splitlines() if line.startswith(OF_PYTEST)]
    return lines[-1].removeprefix(OF_PYTEST) if lines else printed.strip()


def _pytest(arguments: Sequence[str], outcome: SessionOutcome) -> tuple[int, str]:
    """Run pytest here, with its own words kept aside: progress goes to stderr, as ever."""
    import pytest

    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        if os.environ.pop(name) and name in FOR_PYTEST:
            print(f"waitbench: {name} is set, and does not count here", file=sys.stderr)
    config = CHECKOUT / "pyproject.toml" if CHECKOUT else os.devnull
    quiet = ["--benchmark-only", "--benchmark-quiet", "-q", "--no-header", "-p", "no:cacheprovider"]
    own = ["-c", str(config), f"--rootdir={CHECKOUT or PACKAGES}", "-p", PLUGIN]
    words = io.StringIO()
    with redirect_stdout(words), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that nothing was saved is said in our own words
        status = int(pytest.main([*own, *quiet, *arguments], plugins=[outcome]))
    return status, words.getvalue()


def _short(path: Path) -> str:
    """Name a stored run by its number, another file by its path."""
    if path.is_relative_to(results_folder()):
        return path.name.partition("_")[0]
    return str(path)
