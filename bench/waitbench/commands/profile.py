"""`waitbench profile`: where each model's time goes, side by side; apart from timing."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import atomic_file, formatting
from waitbench.commands import _old_names
from waitbench.commands._loudness import loudness
from waitbench.commands._results import sense
from waitbench.commands.list import suites
from waitbench.did_you_mean import instead
from waitbench.parsing import MATCHING, STOPPED, ending
from waitbench.pytest_plugin.run_options import OPTIONS
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
    parser.epilog = ending(
        "waitbench profile io_bound --models threads,asyncio",
        "waitbench profile -k http-10ms -o profile --format html,speedscope",
        "waitbench profile profile/profiles.json",
        _0="all were profiled",
        _1="a contestant failed",
        _130=f"{STOPPED}: what was profiled until then is shown",
    )
    add = parser.add_argument
    texts = {option.name: option.text for option in OPTIONS}
    add(
        "suite",
        nargs="*",
        metavar="SUITE",
        help="suites (default: the quick scenarios; see `waitbench list`); or a profiles.json, "
        "which is shown again",
    )
    add("-k", metavar="EXPR", help=MATCHING)
    add("--models", metavar="A,B", help=texts["--models"])
    add(
        "--seconds",
        type=float,
        default=1.0,
        metavar="S",
        help="watched time of each model (default: 1)",
    )
    add("--seed", type=int, default=0, metavar="N", help="seed of the latencies (default: 0)")
    add(
        "--sampler",
        metavar="WHO",
        help="who looks: python (from outside, by its own profiling.sampling) or pyinstrument "
        "(default: python from 3.15 on, pyinstrument before)",
    )
    add("--postgres", metavar="DSN", help=texts["--postgres"])
    add("-o", "--output", metavar="DIR", help="write profiles.json there, and a file per model")
    add("--format", metavar="A,B", help="of those files: text, html, speedscope, json")
    loudness(parser)
    _old_names.add(parser, "--scenario")
    _old_names.add(parser, "--again")


def main(arguments: argparse.Namespace) -> int:
    """Profile, print the models side by side, and write what was asked for.

    Returns:
        0; 1 if a contestant failed; 130 if it was stopped: what was profiled is shown.

    Raises:
        BenchError: no such suite, scenario, model, format or file.
    """
    from waitbench.profiling import files, samplers
    from waitbench.registry import optional

    _as_typed_now(arguments)
    if not arguments.again:
        if arguments.sampler is not None:
            samplers.checked(arguments.sampler)
        if (arguments.sampler or samplers.usual()) == "pyinstrument":
            optional.need("a profile", "pyinstrument")
    forms = _forms(arguments)
    stopped = False
    if arguments.again:
        profiles = files.read(Path(arguments.again))
    else:
        if arguments.output:
            atomic_file.try_place(Path(arguments.output) / files.ALL)
        profiles, stopped = _profiled(arguments)
    with sense(Path(arguments.again)) if arguments.again else nullcontext():
        written = _written(profiles, arguments.output, forms) if arguments.output else ""
        _show(profiles, written, arguments)
    if stopped:
        print("waitbench: stopped; what was profiled so far is above", file=sys.stderr)
        return INTERRUPTED
    return FAILED if any(profile.failure for profile in profiles) else 0


def _as_typed_now(arguments: argparse.Namespace) -> None:
    """Read a file in the place of a suite as one to show again; print what has a new name."""
    if arguments.scenario:
        _old_names.tell("--scenario NAME", "-k NAME")
    if arguments.again:
        _old_names.tell("--again FILE", "profile FILE")
    elif len(arguments.suite) == 1 and arguments.suite[0] not in suites():
        place = Path(arguments.suite[0])
        if place.exists() or place.suffix:
            arguments.again = arguments.suite.pop()


def _forms(arguments: argparse.Namespace) -> list[str]:
    from waitbench.profiling.files import SUFFIXES
    from waitbench.registry import optional

    forms = [form for form in (arguments.format or WRITTEN).split(",") if form]
    for form in forms:
        if form not in SUFFIXES:
            raise BenchError(f"there is no format {form!r}; {instead(form, SUFFIXES)}")
    if arguments.format and not arguments.output:
        raise BenchError("--format says what is written with -o DIR: name a folder, too")
    if arguments.output and (lack := optional.missing("pyinstrument")):
        if arguments.format:
            raise BenchError(f"--format {lack}")
        print(f"waitbench: no file of each model: that {lack}", file=sys.stderr)
        return []
    return forms


def _profiled(arguments: argparse.Namespace) -> tuple[list[Profile], bool]:
    """Return the profiles, and whether it was stopped before all were made."""
    from waitbench.profiling.profiled_pass import profile
    from waitbench.pytest_plugin import profile_lineup

    if not 0 < arguments.seconds < float("inf"):
        raise BenchError("--seconds is a number above zero")
    models = tuple(filter(None, (arguments.models or "").split(",")))
    lineup, left_out = profile_lineup.lineup(
        arguments.suite, arguments.scenario, models, arguments.postgres, arguments.k or ""
    )
    for sentence in left_out:
        print(plain(f"left out: {sentence}"), file=sys.stderr)
    if not lineup and arguments.k and not left_out:
        raise BenchError(f"no contestant matches -k {arguments.k!r}; `waitbench list` names all")
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
        sampler=arguments.sampler or "",
        seen=print_progress,
    )
    return profiles, len(profiles) < planned


def _written(profiles: Sequence[Profile], folder: str, forms: Sequence[str]) -> str:
    """Write what was asked for, and return what that was."""
    from waitbench.profiling import files

    written = files.write(profiles, Path(folder), forms)
    pictures = _picture(profiles, Path(folder))
    names = formatting.listing([path.name for path in (written[0], *pictures)])
    return f"{folder}: {names}, and {formatting.count(len(written) - 1, 'file')} of one model each"


def _show(profiles: Sequence[Profile], written: str, arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from waitbench.presentation import last_screen
    from waitbench.profiling import closing, terminal_report
    from waitbench.system import environment

    if arguments.quiet:
        print(plain(closing.brief(profiles)))
        return
    console = Console(file=sys.stdout)
    terminal_report.show(profiles, console, whole=arguments.verbose)
    answer = closing.lines(
        profiles,
        facts={} if arguments.again else environment.brief(),
        written=written,
        following=_following(profiles),
    )
    last_screen.show(console, answer)


def _following(profiles: Sequence[Profile]) -> str:
    """Return the command that times what was watched, with about how long it takes."""
    from waitbench.pytest_plugin.run_options import timed

    suites = dict.fromkeys(profile.suite for profile in profiles)
    command = timed(" ".join(["waitbench run", *suites]))
    return f"{command} tells how long a task takes where nobody watches"


def _picture(profiles: Sequence[Profile], folder: Path) -> list[Path]:
    from waitbench.presentation import vega
    from waitbench.profiling import picture
    from waitbench.registry import optional

    if lack := optional.missing("vl_convert"):
        print(f"waitbench: no picture of them: it {lack}", file=sys.stderr)
        return []
    drawn = picture.draw(profiles)
    return vega.write([drawn], folder, ("svg", "png")) if drawn else []
