"""`waitbench profile`: where each model's time goes, side by side; apart from timing."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file
from waitbench.commands._results import sense
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from waitbench.profiling.profile import Profile

FAILED, INTERRUPTED = 1, 130
WRITTEN = "html,speedscope"
"""What `-o` writes of each contestant if nothing else is asked for."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = (
        "exit status: 0 all were profiled, 1 a contestant failed, 2 a mistake in what was typed,\n"
        "130 it was stopped (shows what was profiled until then)"
    )
    add = parser.add_argument
    add("suite", nargs="*", help="suites to profile (default: the quick scenarios; see `list`)")
    add("--scenario", metavar="NAME", help="just this one: http-10ms-n20-c20, or 'http-*'")
    add("--models", metavar="A,B", help="who takes part: sync,threads,processes,asyncio, or more")
    add("--seconds", type=float, default=1.0, metavar="S", help="watched time of each model (1)")
    add("--seed", type=int, default=0, metavar="N", help="seed of the latencies (0)")
    add("--postgres", metavar="DSN", help="a PostgreSQL to use (default: start one)")
    add("-o", "--output", metavar="DIR", help="write profiles.json there, and a file per model")
    add("--format", metavar="A,B", help="of those files: text, html, speedscope, json")
    add("--again", metavar="FILE", help="show a profiles.json again, and profile nothing")


def main(arguments: argparse.Namespace) -> int:
    """Profile, print the models side by side, and write what was asked for.

    Returns:
        0; 1 if a contestant failed; 130 if it was stopped: what was profiled is shown.

    Raises:
        BenchError: no such suite, scenario, model, format or file.
    """
    from waitbench import formatting
    from waitbench.registry import optional

    optional.need("a profile", "pyinstrument")
    from waitbench.profiling import files

    forms = _forms(arguments)
    stopped = False
    if arguments.again:
        profiles = files.read(Path(arguments.again))
    else:
        if arguments.output:
            atomic_file.try_place(Path(arguments.output) / files.ALL)
        profiles, stopped = _profiled(arguments)
    with sense(Path(arguments.again)) if arguments.again else nullcontext():
        _show(profiles)
        written, pictures = [], []
        if arguments.output:
            written = files.write(profiles, Path(arguments.output), forms)
            pictures = _picture(profiles, Path(arguments.output))
    if written:
        more = formatting.count(len(written) - 1, "file")
        names = formatting.listing([path.name for path in (written[0], *pictures)])
        print(plain(f"written into {arguments.output}: {names}, and {more} of one model each"))
    if stopped:
        print("waitbench: stopped; what was profiled so far is above", file=sys.stderr)
        return INTERRUPTED
    return FAILED if any(profile.failure for profile in profiles) else 0


def _forms(arguments: argparse.Namespace) -> list[str]:
    from waitbench.profiling import sessions

    forms = [form for form in (arguments.format or WRITTEN).split(",") if form]
    for form in forms:
        if form not in sessions.formats():
            formats = ", ".join(sessions.formats())
            raise BenchError(f"there is no format {form!r}; there are {formats}")
    if arguments.format and not arguments.output:
        raise BenchError("--format says what is written with -o DIR: name a folder, too")
    return forms


def _profiled(arguments: argparse.Namespace) -> tuple[list[Profile], bool]:
    """Return the profiles, and whether it was stopped before all were made."""
    from waitbench.profiling.profiled_pass import profile
    from waitbench.pytest_plugin import profile_lineup

    if not 0 < arguments.seconds < float("inf"):
        raise BenchError("--seconds is a number above zero")
    models = tuple(filter(None, (arguments.models or "").split(",")))
    lineup, left_out = profile_lineup.lineup(
        arguments.suite, arguments.scenario, models, arguments.postgres
    )
    for sentence in left_out:
        print(plain(f"left out: {sentence}"), file=sys.stderr)
    if not lineup:
        raise BenchError("nothing of that can be profiled here; `waitbench list` names what is")
    planned = sum(len(contestants) for _, contestants in lineup)
    print(
        f"profiling {planned} contestants, about {round(planned * (2 * arguments.seconds + 2))} s",
        file=sys.stderr,
        flush=True,
    )
    seen: list[Profile] = []

    def print_progress(profile: Profile) -> None:
        seen.append(profile)
        how = profile.failure or f"{profile.rounds} rounds watched"
        line = f"{len(seen)}/{planned} {profile.scenario} {profile.model}: {how}"
        print(line, file=sys.stderr, flush=True)

    profiles = profile(
        lineup,
        seconds=arguments.seconds,
        seed=arguments.seed,
        postgres=arguments.postgres,
        seen=print_progress,
    )
    return profiles, len(profiles) < planned


def _show(profiles: Sequence[Profile]) -> None:
    from rich.console import Console

    from waitbench.profiling import terminal_report

    terminal_report.show(profiles, Console(file=sys.stdout))


def _picture(profiles: Sequence[Profile], folder: Path) -> list[Path]:
    from waitbench.presentation import vega
    from waitbench.profiling import picture
    from waitbench.registry import optional

    if lack := optional.missing("vl_convert"):
        print(f"waitbench: no picture of them: it {lack}", file=sys.stderr)
        return []
    drawn = picture.draw(profiles)
    return vega.write([drawn], folder, ("svg", "png")) if drawn else []
