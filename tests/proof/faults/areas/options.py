"""Parameters at their limits: each option of each command, as parsers have them, odd values."""

from __future__ import annotations

import argparse
import json
from contextlib import suppress
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.proof.faults import odd, samples
from tests.proof.faults.trial import REPORTED, STOPPED, Stop, Trial
from waitbench import cli, registry
from waitbench.parsing import Parser
from waitbench_server.options import parser as server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random
    from typing import NoReturn

TITLE = "parameters at their limits"
BASE: dict[str, tuple[tuple[str, ...], ...]] = {
    "run": (("-k", "no_such_contestant"),),
    "report": (("run.json",), ("run.json", "second.json"), ("asv.json", "pyperf.json")),
    "compare": (("asv.json", "pyperf.json"), ("run.json", "second.json")),
    "writeup": (("asv.json",),),
    "gate": (("run.json", "--baseline", "kept.json"), ("--base", "HEAD")),
    "baseline": (("update", "run.json", "--name", "name"), ("show", "kept.json"), ("list",)),
    "doctor": (("shop.py",),),
    "profile": (("profiles.json",), ("no_such_suite",)),
    "history": (
        ("show", "--file", "history.jsonl"),
        ("add", "run.json", "--file", "h.jsonl"),
        ("plot", "--file", "history.jsonl"),
    ),
    "claims": (("run.json",),),
    "explain": (("cpu-no-gain", "run.json"),),
    "list": ((),),
    "environment": ((),),
    "serve": (("--port", "0"),),
    "advise": (("shop.py:quick", "--dry"), ("shop.py:quick", "--max-calls", "50")),
    "calibrate": tuple((name,) for name in registry.names("calibration")),
}
"""Command lines that are right and soon over, to which an option is added."""
STATUSES = {"gate": {0, 1, 2, 3}, "advise": {0, 1, 2}, "doctor": {0, 1, 2, 3}, "profile": {0, 1, 2}}
"""Where a status says more than that it ran."""
ENDLESS = frozenset({"serve", "calibrate", "run", "profile", "advise"})
"""May measure for long, and are stopped then."""
WRITES = frozenset({"-o", "--output"})
OF_EACH = 8
"""Values that each option is given, besides nothing."""
RACES = 40
"""Real runs, of values that a run can begin with."""
RUN = ("run", "control", "--models", "sync", "--budget", "2", "--launches", "1", "-o", "out.json")
"""The shortest."""


def trials(rng: Random, share: float) -> Iterator[Trial]:
    """Yield every option of every command with values that it is not made for."""
    files = _files()
    every = [*_of_options(files, rng), *_of_places(files)]
    rng.shuffle(every)
    yield from every[: max(1, round(len(every) * share))]
    options = [action for action in actions("run") if action.option_strings and action.nargs != 0]
    for _ in range(round(RACES * share)):
        words = (*RUN, *_typed(rng.choice(options), rng.choice(odd.TEXTS)))
        statuses = frozenset({0, 1, 2, STOPPED})
        yield Trial(
            area=TITLE, words=words, statuses=statuses, files=files, stop=Stop(after_s=6), lines=3
        )


def actions(command: str) -> list[argparse.Action]:
    """Return the options and positional words of a command, as its parser has them."""
    parser = Parser(prog=command)
    cli._load(command).describe(parser)
    return _actions(parser)


def actions_of(main: Callable[[Sequence[str]], object]) -> list[argparse.Action]:
    """Return those of a program that makes its parser itself."""
    made: list[argparse.ArgumentParser] = []

    class Made(Exception):  # noqa: N818  it is no error
        """A parser was asked to parse."""

    def parse_args(parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        made.append(parser)
        raise Made

    with patch.object(argparse.ArgumentParser, "parse_args", parse_args), suppress(Made):
        main([])
    return _actions(made[0]) if made else []


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    # Names of before say what they are now, in a line more.
    hidden = ("help", argparse.SUPPRESS)
    return [action for action in parser._actions if not {action.dest, action.help} & {*hidden}]


def _files() -> dict[str, bytes]:
    texts = {
        f"{name}.json": json.dumps(content).encode() for name, content in samples.others().items()
    }
    own = samples.own()
    return {**texts, **own, "second.json": own["run.json"], "shop.py": samples.QUICK}


def _of_options(files: dict[str, bytes], rng: Random) -> Iterator[Trial]:
    every = [(command, bases, actions(command)) for command, bases in BASE.items()]
    every.append(("serve", BASE["serve"], _actions(server())))
    for name in registry.names("calibration"):
        main = registry.load("calibration", name).main
        every.append(("calibrate", ((name,),), actions_of(main)))
    for command, bases, options in every:
        for action in options:
            if action.option_strings:
                yield from _of_one(command, bases, action, files, rng)


def _of_one(
    command: str,
    bases: tuple[tuple[str, ...], ...],
    action: argparse.Action,
    files: dict[str, bytes],
    rng: Random,
) -> Iterator[Trial]:
    values = ["", *rng.sample(odd.TEXTS[1:], OF_EACH)] if action.nargs != 0 else [""]
    for number, value in enumerate(values):
        if value != ".." or not WRITES & {*action.option_strings}:
            yield _trial(command, bases[number % len(bases)], _typed(action, value), files)


def _of_places(files: dict[str, bytes]) -> Iterator[Trial]:
    """Yield odd words in each place of a command line, one of them or one too many."""
    for command, bases in BASE.items():
        for number, value in enumerate(odd.TEXTS):
            words = bases[number % len(bases)]
            positions = [place for place, word in enumerate(words) if not word.startswith("-")]
            yield _trial(command, words, (value,), files)
            if positions:
                place = positions[number % len(positions)]
                changed = (*words[:place], value, *words[place + 1 :])
                yield _trial(command, changed, (), files)


def _typed(action: argparse.Action, value: str) -> tuple[str, ...]:
    name = action.option_strings[-1]
    if action.nargs == 0:
        return (name,)
    return (f"{name}={value}",) if name.startswith("--") else (name, value)


def _trial(
    command: str, words: tuple[str, ...], more: tuple[str, ...], files: dict[str, bytes]
) -> Trial:
    parts = (*more, *words) if command == "doctor" else (*words, *more)
    statuses = STATUSES.get(command, REPORTED)
    endless = command in ENDLESS
    return Trial(
        area=TITLE,
        words=(command, *parts),
        statuses=frozenset({*statuses, *([STOPPED] if endless else [])}),
        files=files,
        stop=Stop(after_s=1.2) if endless else None,
        older="run.json",
    )
