"""Signals at random moments to a command, and to the processes that a run consists of."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from tests.proof.faults import samples
from tests.proof.faults.trial import MISTAKE, STOPPED, Stop, Trial

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

TITLE = "killed and stopped parts"
TIMES = 3
"""That each signal comes to each command, at moments of its own."""
SIGNALS = (
    (signal.SIGINT,),
    (signal.SIGINT,) * 3,
    (signal.SIGTERM,),
    (signal.SIGHUP,),
    (signal.SIGQUIT,),
    (signal.SIGKILL,),
)
RACE = ("run", "--models", "sync,threads,asyncio", "--budget", "5", "--launches", "2")
COMMANDS: Mapping[tuple[str, ...], tuple[float, frozenset[int]]] = {
    (*RACE, "io_bound", "--quick", "-k", "http-10ms", "-o", "out.json"): (6, frozenset({0})),
    (*RACE, "--models", "processes", "cpu_bound", "--quick", "-o", "out.json"): (6, frozenset({0})),
    ("gate", "--base", "HEAD~1", "--budget", "6s", "-o", "out.md"): (6, frozenset({0, 1, 2, 3})),
    ("advise", "own.py:slow", "--budget", "6s", "--force"): (6, frozenset({0, 1})),
    ("doctor", "own.py"): (1.5, frozenset({0, 1, 3})),
    ("serve", "--port", "0", "--workers", "2"): (3, frozenset({0})),
    ("history", "show", "--file", "history.jsonl"): (1, frozenset({0})),
    ("report", "run.json", "--format", "html,latex", "-o", "pages"): (2, frozenset({0})),
    ("profile", "control", "--models", "threads", "--seconds", "0.5"): (4, frozenset({0, 1, 2})),
}
"""What is stopped, about how long it takes, and how it ends where the signal comes too late."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "waitbench_server": (*RACE, "io_bound", "--quick", "-k", "http-10ms", "-o", "out.json"),
    "race.worker": (*RACE, "cpu_bound", "--quick", "-o", "out.json"),
    "postgres": (*RACE, "storage", "-k", "postgres", "-o", "out.json"),
}
"""Processes of a run, by what stands in their command lines, and a run that has them."""
SLOW = (
    samples.QUICK.replace(b"0.01", b"1")
    + b'''
def slow(number=1):
    """Computes for a few milliseconds."""
    return sum(range(200_000))
'''
)


def trials(rng: Random, share: float) -> Iterator[Trial]:
    """Yield each command with each signal, then each part of a run killed and stopped."""
    own = samples.own()
    files = {**own, **samples.project(), "own.py": SLOW}
    every = [*_of_commands(rng, files), *_of_parts(rng, files)]
    rng.shuffle(every)
    yield from every[: max(1, round(len(every) * share))]


def _of_commands(rng: Random, files: Mapping[str, bytes]) -> Iterator[Trial]:
    for words, (long_s, late) in COMMANDS.items():
        for numbers in SIGNALS * TIMES:
            stop = Stop(after_s=rng.uniform(0.15, long_s), signals=numbers, pause_s=0.2)
            # Before it has begun to listen a signal ends it as Python does: silently.
            ends = {STOPPED, -numbers[0], *late}
            yield Trial(
                area=TITLE,
                words=words,
                statuses=frozenset(ends),
                files=files,
                stop=stop,
                fresh=True,
                repository=words[0] == "gate",
                kept="out.json" if words[0] == "run" else "",
                killed=numbers[0] == signal.SIGKILL,
            )


def _of_parts(rng: Random, files: Mapping[str, bytes]) -> Iterator[Trial]:
    for whom, words in PARTS.items():
        for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM) * 3:
            yield Trial(
                area=TITLE,
                words=words,
                statuses=frozenset({0, 1, MISTAKE}),  # the last where it had only begun to start
                files=files,
                stop=Stop(after_s=rng.uniform(1, 5), signals=(number,), whom=whom),
                fresh=True,
                limit_s=100,
                kept="out.json",
                lines=99,
            )
