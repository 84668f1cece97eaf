"""The command line: parse, call, print. Nothing that costs is imported before it is needed."""

from __future__ import annotations

import argparse
import os
import sys

TYPE_CHECKING = False  # `typing` alone would take a quarter of a bare interpreter's start
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

USAGE = 2
"""Exit status of a user's mistake."""

WIDEST = 100
"""Columns of help; longer lines are hard to read."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""

EPILOG = """\
first time here:  waitbench run --quick
all the same by pytest:  pytest --benchmark-only [--quick] [-k asyncio] [--benchmark-json=FILE]
"""

RACED = (
    ("--models", "A,B", "who takes part: sync,threads,processes,asyncio, or see `list`"),
    ("--latency", "DIST", "latency of the target: 50ms, 'lognormal(p50=20ms,p99=200ms)' …"),
    ("--tasks", "N", "tasks in a round"),
    ("--concurrency", "C", "how many of them at once"),
    ("--budget", "SECONDS", "time for the whole run"),
    ("--launches", "L", "fresh starts of all workers: more of them, surer figures"),
    ("--seed", "N", "seed of the order within blocks and of the injected latencies"),
    ("--round-timeout", "SECONDS", "longest that one round may take"),
    ("--postgres", "DSN", "a PostgreSQL server to use (default: start one where it is installed)"),
)
"""Options of `run` that go to the suites as they are."""


class Help(argparse.RawDescriptionHelpFormatter):
    """Asks the terminal for its width itself: argparse would import half of `shutil` for it."""

    def __init__(self, prog: str) -> None:
        try:
            width = os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=min(width, WIDEST) - 2)


class Parser(argparse.ArgumentParser):
    """Complains in one line, and names the command that helps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=Help, **options)

    def error(self, message: str) -> NoReturn:
        """Exit with status 2."""
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command; gives the exit status."""
    described = parser()
    arguments, others = described.parse_known_args(argv)
    if arguments.passes_on:
        arguments.options = others
    elif others:
        described.error(f"unrecognized arguments: {' '.join(others)}")
    from bench.scenario import BenchError

    try:
        return int(arguments.command(arguments))
    except BenchError as mistake:
        print(f"waitbench: {mistake}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("waitbench: stopped", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        return 0


def parser() -> Parser:
    """Describe every command."""
    top = Parser(
        prog="waitbench",
        description="Measures which concurrency model Python work needs: sync, threads,\n"
        "processes or asyncio, and what each really costs.",
        epilog=EPILOG,
    )
    top.set_defaults(passes_on=False)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="race the suites, then show tables and findings")
    run.set_defaults(command=_run)
    run.add_argument("suite", nargs="*", help="suites to run (default: all; see `list`)")
    run.add_argument("-k", metavar="EXPR", help="only what matches, as in pytest: 'http and 50ms'")
    run.add_argument("--quick", action="store_true", help="a few scenarios in half a minute")
    run.add_argument("--full", action="store_true", help="all scenarios of all suites: six minutes")
    for option, metavar, text in RACED:
        run.add_argument(option, metavar=metavar, help=text)
    run.add_argument("-o", "--output", metavar="FILE", help="write the results here, not results/")

    report = commands.add_parser("report", help="show the tables and findings of saved results")
    report.set_defaults(command=_report)
    report.add_argument(
        "results", nargs="*", help="files, or their numbers in results/ (default: the newest)"
    )
    report.add_argument("--format", default="terminal", help="terminal (default) or markdown")
    report.add_argument(
        "--suite", action="append", default=[], metavar="NAME", help="just its tables; repeatable"
    )
    report.add_argument("-o", "--output", metavar="FILE", help="write it here, not to the screen")

    claims = commands.add_parser("claims", help="show every claim with its verdict and effect")
    claims.set_defaults(command=_claims)
    claims.add_argument("results", nargs="?", help="file or number in results/ (default: newest)")
    claims.add_argument("--format", default="terminal", help="terminal (default) or markdown")

    explain = commands.add_parser("explain", help="show what one verdict rests on")
    explain.set_defaults(command=_explain)
    explain.add_argument("claim", help="its name, as in `claims`")
    explain.add_argument("results", nargs="?", help="file or number in results/ (default: newest)")

    listing = commands.add_parser("list", help="name the suites, models, workloads and claims")
    listing.set_defaults(command=_list)

    environment = commands.add_parser(
        "environment", help="describe this machine, and what makes it a poor place to measure"
    )
    environment.set_defaults(command=_environment)
    environment.add_argument("--json", action="store_true", help="for machines")

    serve = commands.add_parser(
        "serve", help="run the target alone, for your own experiments", add_help=False
    )
    serve.set_defaults(command=_serve, passes_on=True)

    calibrate = commands.add_parser("calibrate", help="measure the instruments themselves")
    calibrate.set_defaults(command=_calibrate, passes_on=True)
    calibrate.add_argument("instrument", nargs="?", help="which one (default: name them)")
    return top


def _run(arguments: argparse.Namespace) -> int:
    from bench.commands.run import run

    names = [option.removeprefix("--") for option, _, _ in RACED]
    given = {name: getattr(arguments, name.replace("-", "_")) for name in names}
    options = [f"--{name}={value}" for name, value in given.items() if value is not None]
    options += [f"--{name}" for name in ("quick", "full") if getattr(arguments, name)]
    if arguments.k:
        options += ["-k", arguments.k]
    return run(arguments.suite, options, arguments.output)


def _report(arguments: argparse.Namespace) -> int:
    from bench.commands.report import report

    return report(arguments.results, arguments.format, arguments.output, arguments.suite)


def _claims(arguments: argparse.Namespace) -> int:
    from bench.commands.claims import claims

    return claims(arguments.results, arguments.format)


def _explain(arguments: argparse.Namespace) -> int:
    from bench.commands.explain import explain

    return explain(arguments.claim, arguments.results)


def _list(arguments: argparse.Namespace) -> int:
    from bench.commands.listing import listing

    del arguments
    print(listing())
    return 0


def _environment(arguments: argparse.Namespace) -> int:
    from bench.commands.environment import environment

    print(environment(as_json=arguments.json))
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    import subprocess

    return subprocess.call([sys.executable, "-m", "server", *arguments.options])


def _calibrate(arguments: argparse.Namespace) -> int:
    from bench import registry

    if arguments.instrument is None:
        for name in registry.names("calibration"):
            print(f"{name:12} {registry.summary('calibration', name)}")
        return 0
    return int(registry.load("calibration", arguments.instrument).main(arguments.options))


if __name__ == "__main__":
    raise SystemExit(main())
