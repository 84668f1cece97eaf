"""`waitbench advise TARGET`: does your function wait or compute, what would help it, is it true?"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from waitbench import formatting, units
from waitbench.commands import _old_names, _output
from waitbench.commands._budget import asked_budget
from waitbench.commands._busy import ask_where_busy, can_ask, force
from waitbench.commands._loudness import loudness
from waitbench.parsing import BUDGET, MISTAKE, PYTHON, STOPPED, ending
from waitbench.parsing.invocation import typed
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    import argparse

    from waitbench.advisor.advice import Advice
    from waitbench.advisor.on_measured_map import Spot
    from waitbench.analysis.comparison import Summary
    from waitbench.services.other_python import Interpreter

SETTINGS = ("budget", "max-calls", "now", "timeout")
"""What a project may set for itself."""
MISBEHAVED = 1
MOST_NAMED = 12
"""So many functions of a file are named, then a count."""
FORMATS = ("json", "markdown")
DEFAULT, WHOLE = "30s", "1m"
"""How long it takes about, and how long a command line may run, unless that is set."""
MODELS = "threads:8, processes:2, asyncio:50"


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = ending(
        "waitbench advise shop.py:fetch --items '[1, 2, 3]'",
        "waitbench advise shop:fetch --now threads:8 -o advice.html",
        "waitbench advise -- python script.py",
        _0="advice was given",
        _1="the function raised, hangs, ended its process, or what is timed is not the\n"
        "       work (it answers from memory, or gives back what has not run)",
        _2=f"{MISTAKE}, or a job at import",
        _130=STOPPED,
    )
    parser.usage = (
        "waitbench advise module:function [options]\n       waitbench advise -- command …"
    )
    parser.add_argument(
        "target", nargs="?", help="module:function or file.py:function; or -- and a command line"
    )
    parser.add_argument("command", nargs="*", help="behind --: arguments of the program")
    add = parser.add_argument
    add("--items", default="", metavar="JSON", help="'[1, 2]' or a callable: one for each call")
    add("--args", default="", metavar="JSON", help="arguments for every call: a list or an object")
    add("--async", dest="coroutine", metavar="TARGET", help="its async form, raced as well")
    add("--now", metavar="MODEL:N", help=f"how it is run today, raced as well: {MODELS}")
    add("--dry", action="store_true", help="call it once and predict; race nothing")
    add("--max-calls", type=int, default=100_000, metavar="N", help="most calls (default: 100,000)")
    add("--budget", metavar="TIME", help=BUDGET.format(f"{DEFAULT}; of a command {WHOLE}"))
    _old_names.add(parser, "--minutes", type=float)
    add(
        "--timeout",
        type=float,
        default=30.0,
        metavar="S",
        help="longest round of calls (default: 30)",
    )
    force(parser)
    add("--python", metavar="PYTHON", help=PYTHON)
    _output.describe(parser, FORMATS, files=("html", *FORMATS), old=FORMATS)
    add(
        "--map",
        metavar="RUN",
        help="put it on the map of a saved run: its file, its number, or latest",
    )
    loudness(parser)


def main(arguments: argparse.Namespace) -> int:
    """Ask the advisor, and print its advice.

    Returns:
        0; 1 if the callable raised, hangs or ended its process; 2 for a mistake; 130 if stopped.

    Raises:
        BenchError: no such callable, bad arguments, or a machine that is too busy.
    """
    if arguments.target is None:
        raise BenchError("name a function: waitbench advise module:function, or file.py:function")
    if not arguments.command and arguments.target.endswith(".py"):
        raise BenchError(_choice(Path(arguments.target)))
    if arguments.command or ":" not in arguments.target:
        return _program(arguments)
    from waitbench.services import other_python

    with other_python.lent(arguments.python) as interpreter:
        return _function(arguments, interpreter)


def _function(arguments: argparse.Namespace, interpreter: Interpreter) -> int:
    """Ask about a function that an interpreter can call."""
    from waitbench.advisor.pipeline import MisbehavedError, run_pipeline
    from waitbench.advisor.question import Question, present
    from waitbench.presentation import page
    from waitbench.presentation.files import save
    from waitbench.profiling.call import CallError
    from waitbench.race.worker_process import ContestantError, InterruptedRaceError

    if arguments.max_calls < 1 or arguments.timeout <= 0:
        raise BenchError("--max-calls and --timeout are numbers above zero")
    budget_s = units.seconds(asked_budget(arguments) or DEFAULT, "--budget")
    form = _output.form(arguments, FORMATS)
    written = _output.form_of_file(arguments, ("html", *FORMATS))
    if written == "html":
        page.check()
    summary = _map_of(arguments.map) if arguments.map else None
    going_on = arguments.force or not can_ask() or ask_where_busy(arguments)
    question = Question(
        function=arguments.target,
        coroutine=arguments.coroutine,
        items=arguments.items,
        args=arguments.args,
        folder=os.fspath(Path.cwd()),
        present=present(arguments.now) if arguments.now else None,
        calls=arguments.max_calls,
        minutes=budget_s / 60,
        call_s=arguments.timeout,
        dry=arguments.dry or arguments.max_calls == 1,
        force=going_on,
        interpreter=interpreter,
    )
    try:
        advice = run_pipeline(question, _print_progress)
    except InterruptedRaceError:
        raise KeyboardInterrupt from None
    except MisbehavedError as misbehaved:
        print(plain(f"waitbench: {misbehaved}"), file=sys.stderr)
        return MISBEHAVED
    except (CallError, ContestantError) as misbehaved:
        print(plain(f"waitbench: {arguments.target}: {misbehaved}"), file=sys.stderr)
        return MISBEHAVED
    spot = _spot(advice, summary) if summary else None
    if form != "terminal":
        print(_written(advice, spot, form), flush=True)
    else:
        _print(advice, spot, arguments, interpreter)
    if written:  # last, so that a full disk takes nothing away
        place = Path(arguments.output)
        save(place.parent, {place.name: _written(advice, spot, written)})
    return 0


def _print(
    advice: Advice, spot: Spot | None, arguments: argparse.Namespace, interpreter: Interpreter
) -> None:
    """Print the advice for who sits at the terminal: all of it, or its answer in a line."""
    from rich.console import Console

    from waitbench.advisor import closing, text
    from waitbench.presentation import last_screen
    from waitbench.system import environment

    if arguments.quiet:
        print(text.sentence(advice), flush=True)
        return
    print(typed(text.plain(advice, spot, whole=arguments.verbose)), end="\n\n")
    answer = closing.lines(
        advice,
        facts={**environment.brief(), **interpreter.facts},
        page=arguments.output or "",
        following=_following(advice, arguments),
    )
    last_screen.show(Console(file=sys.stdout), answer)
    sys.stdout.flush()


def _following(advice: Advice, arguments: argparse.Namespace) -> str:
    """Return what to type next, with about how long it takes; empty where nothing is left."""
    words = ["waitbench", "advise", arguments.target]
    for option in ("items", "args", "now", "python"):
        if value := getattr(arguments, option):
            words += [f"--{option}", value]
    if arguments.coroutine:
        words += ["--async", arguments.coroutine]
    budget_s = units.seconds(arguments.budget or DEFAULT, "--budget")
    if not advice.raced:
        return f"`{shlex.join(words)}` ({formatting.about(budget_s)}) races what is predicted"
    if advice.low is not None and advice.low < 1:
        longer = [*words, "--budget", f"{2 * budget_s:g}s"]
        return f"`{shlex.join(longer)}` ({formatting.about(2 * budget_s)}) is surer"
    if arguments.output:
        return ""
    page = shlex.join([*words, "-o", "advice.html"])
    return f"`{page}` ({formatting.about(budget_s)}) draws where it would change"


def _choice(file: Path) -> str:
    """Return which functions of a file can be named, without running it.

    Raises:
        BenchError: it cannot be read, or is no Python.
    """
    import ast

    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError) as fault:
        raise BenchError(f"{file} cannot be read: {fault}") from None
    names = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_"
    ]
    if not names:
        return f"{file} has no function of its own; name module:function, or file.py:object.method"
    there = formatting.listing(formatting.shortlist(names, MOST_NAMED))
    return f"name a function: waitbench advise {file}:{names[0]}; there are {there}"


def _map_of(run: str) -> Summary:
    """Return a run that has a map, read before anything is measured."""
    from waitbench.advisor.on_measured_map import mapped
    from waitbench.commands._results import read, resolved

    summary, _ = read(resolved(run))
    mapped(summary)
    return summary


def _spot(advice: Advice, summary: Summary) -> Spot:
    from waitbench.advisor.on_measured_map import spot

    return spot(advice.probe.alone.demand, advice.question.function, summary)


def _written(advice: Advice, spot: Spot | None, form: str) -> str:
    """Return the advice in a format other than the terminal's."""
    from waitbench.advisor import text

    if form == "json":
        from waitbench.advisor.json_report import as_json

        return as_json(advice, spot)
    if form == "html":
        from waitbench.advisor.page import page

        return page(advice, spot)
    return text.markdown(advice, spot)


def _program(arguments: argparse.Namespace) -> int:
    if arguments.python:
        raise BenchError("--python is for a function; a command line names its own interpreter")
    from waitbench.advisor.program import run, sentence

    command = [arguments.target, *arguments.command]
    ran = run(command, units.seconds(asked_budget(arguments) or WHOLE, "--budget"))
    if _output.form(arguments, FORMATS) == "json":
        import json
        from dataclasses import asdict

        print(json.dumps({**asdict(ran), "waiting": ran.waiting}))
    else:
        print(sentence(ran))
    if ran.status:
        print(f"waitbench: it ended with status {ran.status}", file=sys.stderr)
    return MISBEHAVED if ran.status else 0


def _print_progress(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr, flush=True)
