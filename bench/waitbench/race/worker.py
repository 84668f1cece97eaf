"""The contestant's own process: runs one scenario for one model, as it is told over a pipe.

`python -m waitbench.race.worker MODEL [WORKLOAD …]` loads what the model needs for these workloads,
greets with {"hello": 1, …}, then reads one JSON object a line and answers each with one:

    {"op": "open", "workload": "http", "params": {…}, "concurrency": 32}
        -> {"startup_ns": …, "width": …, "notes": […], "waits_ns": …, "computes": …,
            "opens_anew": false, "state": {"python": "3.15.2", …}}
    {"op": "run", "tasks": 100, "core": 1}
        -> {"wall_ns": …, "cpu_ns": …, "delay_ns": …, "errors": 0, "error": null, "spans": "…",
            "parts": {"waiting": …, "sending": …, …}, "seen": {"lost": 0, …},
            "single": true, "core": 1, "state": {"gil": true, "jit": null}}
        with "watch": true as well: figures of `waitbench.system.round_watch` among those of "seen"
    {"op": "close"} -> {}
        or {"wrong": "one sentence"} where what it came to turns out to be wrong only now

A failure answers {"failure": "one sentence"}. The end of its input is the end of the process and
of all that it started. This small protocol, and its number in the first line that the worker
prints, is all that the conductor relies on: the worker may be of another interpreter or commit.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import threading
from contextlib import suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from waitbench.race.worker_session import Answer, WorkerSession
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.stopwatch import said
from waitbench.system.open_files import raise_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


PROTOCOL = 1
_spawn, _fork, _waitpid = getattr(os, "posix_spawn", None), os.fork, os.waitpid
"""As they were before a model patched them: under gevent they work in the main thread alone, and so
does `subprocess`."""


def answer(session: WorkerSession, command: dict[str, Any]) -> Answer:
    """Carry out one command; whatever goes wrong becomes a sentence."""
    operation = command.pop("op")
    try:
        if operation == "open":
            return session.open(**command)
        if operation == "run":
            return session.run(**command)
        return session.close()
    except BenchError as mistake:
        return {"failure": str(mistake)}
    except Exception as error:  # noqa: BLE001 - a contestant may fail in any way; its row says how
        return {"failure": f"{operation} raised {said(error)}"}


def main(
    model: str, workloads: Sequence[str], session_type: type[WorkerSession] = WorkerSession
) -> None:
    """Greet, then answer commands until there are no more."""
    raise_limit()
    processes.spare_main_module()
    heard = listening()
    # The pipe is ours alone: what the workload prints goes to stderr, not into an answer.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)

        def say(message: Answer) -> None:
            answers.write(json.dumps(message) + "\n")
            answers.flush()

        try:
            session = session_type(model)
            for workload in workloads:
                session.load(workload)
            session.heap.settle()
        except BenchError as mistake:
            say({"failure": str(mistake)})
            return
        say({"hello": PROTOCOL, "python": platform.python_version(), "pid": os.getpid()})
        for command in commands(heard):
            say(answer(session, command))
        session.close()


def listening() -> SimpleQueue[dict[str, Any]]:
    """Return the queue of commands as they come; when the conductor is gone, end in mid-round too.

    The pipe is ours alone: what reads the standard input, or a child that it starts, finds its end.
    The thread that listens is there before a model can patch what threads are.
    """
    asked = os.dup(0)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    queue: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked, queue), daemon=True).start()
    return queue


def commands(heard: SimpleQueue[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the commands until the one to exit."""
    while (command := heard.get())["op"] != "exit":
        yield command


def _listen(asked: int, queue: SimpleQueue[dict[str, Any]]) -> None:
    with open(asked, encoding="utf-8") as lines:
        for line in lines:
            queue.put(json.loads(line))
    if os.getpgrp() == os.getpid():  # started by the conductor, it leads a group: its pools
        ending = [sys.executable, "-P", "-m", "waitbench.services.processes", str(os.getpid())]
        with suppress(OSError):
            _waitpid(_started(ending), 0)
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _started(words: list[str]) -> int:
    """Start a program in a group of its own; return its number."""
    if _spawn:
        return int(_spawn(words[0], words, os.environ, setpgroup=0))
    child = _fork()  # PyPy has no other way
    if not child:
        try:
            os.setpgid(0, 0)
            os.execv(words[0], words)  # noqa: S606 - no shell is wanted
        finally:
            os._exit(1)
    return child


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
