"""What can be typed behind `waitbench gate`, and what is refused of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from waitbench import units
from waitbench.commands import _old_names
from waitbench.commands._budget import asked_budget
from waitbench.commands._busy import force
from waitbench.commands._loudness import loudness
from waitbench.parsing import BUDGET, MATCHING, MISTAKE, PYTHON, RUN, STOPPED, ending
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from waitbench.gate.settings import GateSettings

FORMAT = "terminal (default), markdown (or md), json, junit, codequality, annotations"
NEEDS_TEXT = {
    "base": "a branch, a tag or a hash",
    "head": "a branch, a tag, a hash, or . for the files as they are",
    "python": "the path of an interpreter",
    "base_python": "the path of an interpreter",
    "head_python": "the path of an interpreter",
    "baseline": "a file, a name, or auto",
    "run": "a file or the number of a stored run",
    "part": "a part, as 2/4",
    "scheduler": "an address, as tcp://10.0.0.5:8786",
    "old_run": "a file or the number of a stored run",
    "setup": "a line for the shell",
}
NAMED = {"run": "RUN", "old_run": "--run"}
"""Options that mean something else, or all is well, when they are empty: what each takes."""


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench gate --base origin/main",
        "waitbench gate --base v1.2 --head . -k parse --budget 3m",
        "waitbench gate --base main --command 'python -m shop report' -o gate.md",
        _0="nothing is slower",
        _1="something is slower",
        _2=f"{MISTAKE}, a benchmark fails on head, or nothing was compared",
        _3="too little was decided (--allow-undecided: 0); --strict: anything undecided",
        _130=f"{STOPPED}: nothing was found to be slower until then",
    )
    parser.add_argument(
        "--base",
        metavar="REV",
        help="what to compare with: main, a tag, a hash; what it gained since head left it is not "
        "head's doing, so that head is compared with where it left it (the merge base)",
    )
    parser.add_argument(
        "--exact-base", action="store_true", help="compare with --base itself, as it is now"
    )
    parser.add_argument(
        "--head", metavar="REV", help="what is compared (default: HEAD); . is the files as they are"
    )
    parser.add_argument("--python", metavar="PYTHON", help=PYTHON)
    parser.add_argument("--base-python", metavar="PYTHON", help="interpreter of base")
    parser.add_argument(
        "--head-python",
        metavar="PYTHON",
        help="interpreter of head: another version, other packages",
    )
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="hold a saved run against a baseline instead: its file or name, or auto",
    )
    parser.add_argument("run", nargs="?", metavar="RUN", help=f"with --baseline: {RUN}")
    _old_names.add(parser, "--run", dest="old_run")
    parser.add_argument(
        "--command",
        metavar="LINE",
        action="append",
        default=[],
        help="compare this command alone, repeatable, as NAME=LINE where it should have a name: "
        "exit status, output, time, CPU and memory",
    )
    parser.add_argument(
        "--setup", metavar="LINE", help="run in a shell before each start of a --command, untimed"
    )
    parser.add_argument(
        "--any-output",
        action="store_true",
        help="let a --command print something else on head than on base",
    )
    parser.add_argument(
        "--changed",
        action="store_true",
        help="race only benchmarks that read a file in which the two commits differ",
    )
    parser.add_argument("-k", metavar="EXPR", default="", help=MATCHING)
    parser.add_argument(
        "--tests",
        choices=("head", "base", "own"),
        help="whose pytest benchmarks both sides run: head's (by default), base's or each its own",
    )
    parser.add_argument("--budget", metavar="TIME", help=BUDGET.format("10m"))
    _old_names.add(parser, "--minutes", type=float)
    parser.add_argument(
        "--instrument",
        choices=("both", "wall", "instructions"),
        help="by what it is decided: the clock (wall), counts of instructions, or both (default "
        "where instructions can be counted); what waits is never counted",
    )
    parser.add_argument("--margin", metavar="SHARE", help="what counts as the same (default: 3%%)")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="seed of the order within blocks (default: a new one)"
    )
    parser.add_argument("--format", metavar="FORMAT", help=FORMAT)
    parser.add_argument(
        "--part",
        metavar="I/K",
        help="race only the I-th of K parts of the pairs, to share a gate out over machines (2/4); "
        "it decides nothing: `waitbench merge` decides over all parts",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="let the workers of a Dask cluster race the pairs, one part at a time on each "
        "machine: tcp://host:8786 (extra cluster)",
    )
    parser.add_argument(
        "--machines",
        metavar="N",
        help="the same with N workers on this machine, to try it out",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        action="append",
        default=[],
        help="write it there, too, repeatable; the suffix is its format: .md (job summary), .json, "
        ".xml (JUnit), .txt",
    )
    parser.add_argument(
        "--allow-same",
        action="store_true",
        help="let base be head: that measures the gate, not a change",
    )
    parser.add_argument(
        "--allow-empty",
        action="store_true",
        help="let a gate pass that compared nothing, as where benchmarks are new or fail on both "
        "sides",
    )
    parser.add_argument(
        "--annotations",
        action="store_true",
        help="print GitHub's annotations (done anyway where GITHUB_ACTIONS=true)",
    )
    parser.add_argument(
        "--allow-undecided",
        action="store_true",
        help="let a gate pass that decided nothing, or left open what may be anything",
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 3 if anything stays undecided"
    )
    force(parser)
    loudness(parser)


def refuse_empty(arguments: argparse.Namespace) -> None:
    """Refuse an option that was given nothing, as an unset variable of a script does.

    Raises:
        BenchError: names it.
    """
    for name, what in NEEDS_TEXT.items():
        value = getattr(arguments, name)
        if value is not None and not value.strip():
            option = NAMED.get(name, f"--{name.replace('_', '-')}")
            raise BenchError(
                f"{option} is empty, as of a variable that is not set; give {what}, or leave "
                f"{option} out"
            )


def refuse_uncountable(arguments: argparse.Namespace) -> None:
    """Refuse to count where there is nothing to count, or nobody to decide.

    Raises:
        BenchError: says of what no instructions are counted.
    """
    what = {
        "--baseline": arguments.baseline,
        "--part": arguments.part,
        "--command": arguments.command,
        "--scheduler": arguments.scheduler,
        "--machines": arguments.machines,
    }
    named = [option for option, value in what.items() if value]
    if named and arguments.instrument not in {None, "wall"}:
        raise BenchError(
            f"with {named[0]} no instructions are counted: give --instrument wall, or none"
        )


def format_asked(asked: str | None) -> str:
    """Return the format of what is printed.

    Raises:
        BenchError: there is no such format.
    """
    from waitbench import registry
    from waitbench.did_you_mean import instead
    from waitbench.gate import formats

    names = registry.names(formats.ROOM)
    name = {"md": "markdown", "txt": "terminal"}.get(asked or "terminal", asked or "terminal")
    if name not in names:
        raise BenchError(f"there is no format {name!r}; {instead(name, names)}")
    return name


def settings_asked(project: Path, arguments: argparse.Namespace) -> GateSettings:
    """Return the project's settings with what was typed laid over them."""
    from waitbench.gate import settings
    from waitbench.system import project_file

    merged = settings.read(project)
    if (minutes := project_file.table(project, "gate").get("minutes")) is not None:
        _old_names.tell(f"[tool.waitbench.gate] minutes = {minutes}", f'budget = "{minutes:g}m"')
    if (budget := asked_budget(arguments)) is not None:
        merged = replace(merged, minutes=units.seconds(budget, "--budget") / 60)
    if arguments.margin is not None:
        merged = replace(merged, margin=settings.share(arguments.margin, "--margin"), margins={})
    if arguments.instrument is not None:
        merged = replace(merged, instrument=arguments.instrument)
    return merged
