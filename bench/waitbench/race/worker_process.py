"""A contestant as the conductor sees it: a worker process that answers one command at a time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from select import select
from typing import IO, TYPE_CHECKING, Any, Protocol, Self

from waitbench.race.worker import PROTOCOL
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

GREETING_WITHIN_S = 60
LEAVE_WITHIN_S = 5


class ContestantError(BenchError):
    """This contestant can not go on: it said why, died, or took too long."""


class InterruptedRaceError(BenchError):
    """Somebody asked the race to stop."""


class Interrupt(Protocol):
    """Something that tells whether the race is to stop, and wakes who waits for an answer."""

    requested: bool

    def fileno(self) -> int:
        """Return a descriptor that is readable once a stop is requested."""
        ...


class WorkerProcess:
    """One model in a fresh interpreter, leader of a process group of its own.

    Args:
        model: name of a file in `bench/waitbench/models`.
        interrupt: what may cut a wait short.
        workloads: which it is going to run: their imports are done before it greets.
        python: the interpreter to run.
        tree: the checkout whose packages it imports; None for this one.
        environ: variables laid over those of our environment.
        module: which of our modules its process runs: it greets and answers like the worker.

    Attributes:
        spawn_ns: from the start of the process to its greeting: interpreter and imports.
    """

    def __init__(  # noqa: PLR0913 - all that one process can differ from another in
        self,
        model: str,
        interrupt: Interrupt,
        workloads: Iterable[str] = (),
        *,
        python: str = sys.executable,
        tree: Path | None = None,
        environ: Mapping[str, str] | None = None,
        module: str = "race.worker",
    ) -> None:
        self.model = model
        self.spawn_ns = 0
        self._interrupt = interrupt
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in kill()
        self._unread = b""
        environment = {**processes.environment(), **(environ or {})}
        environment["PYTHONPATH"] = checkout.import_path(tree)
        environment["PYTHONUNBUFFERED"] = "1"
        self._born_ns = time.perf_counter_ns()
        self._process = subprocess.Popen(
            [python, "-P", "-m", checkout.module(module, tree), model, *workloads],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            start_new_session=True,
            bufsize=0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.leave()

    @property
    def pid(self) -> int:
        """Process id of the worker, and id of its process group."""
        return self._process.pid

    def greet(self) -> None:
        """Wait until it is up.

        Raises:
            ContestantError: it could not load its model, or speaks another protocol.
        """
        greeting = self._read_answer(GREETING_WITHIN_S)
        self.spawn_ns = time.perf_counter_ns() - self._born_ns
        if greeting.get("hello") != PROTOCOL:
            self.kill()
            raise ContestantError(
                f"its worker speaks protocol {greeting.get('hello')}, not {PROTOCOL}: "
                "compare trees whose race/worker.py agree"
            )

    def ask(self, operation: str, *, within_s: float, **arguments: Any) -> dict[str, Any]:
        """Send one command and wait for its answer.

        Raises:
            ContestantError: it failed, died, or did not answer in time; in the latter two cases
                its processes are gone afterwards.
            InterruptedRaceError: a stop was requested meanwhile; its processes are gone.
        """
        self.tell(operation, **arguments)
        return self.hear(within_s)

    def tell(self, operation: str, **arguments: Any) -> None:
        """Send one command; its answer is to be heard before the next one."""
        self._send({"op": operation, **arguments})

    def hear(self, within_s: float) -> dict[str, Any]:
        """Wait for the answer to what it was told; raises what `ask` raises."""
        return self._read_answer(within_s)

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def say_goodbye(self) -> None:
        """Ask it to stop in order, without waiting for it."""
        if self.alive:
            self._send({"op": "exit"})

    def leave(self) -> None:
        """Wait a little for it to stop in order, then make sure of it."""
        self.say_goodbye()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(LEAVE_WITHIN_S)
        self.kill()

    def kill(self) -> None:
        """End the worker and all that it started, at once."""
        processes.end(self._process)
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _send(self, command: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        # If it is dead or has closed the pipe, that shows when the answer is read.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(json.dumps(command).encode() + b"\n")

    def _read_answer(self, within_s: float) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._read_line(within_s))
        if "failure" in answer:
            raise ContestantError(answer["failure"])
        return answer

    def _read_line(self, within_s: float) -> bytes:
        assert self._process.stdout is not None
        deadline = time.monotonic() + within_s
        while b"\n" not in self._unread:
            left_s = deadline - time.monotonic()
            answers, stop = self._process.stdout.fileno(), self._interrupt.fileno()
            ready, _, _ = select([answers, stop], [], [], max(0, left_s))
            if self._interrupt.requested:
                self.kill()
                raise InterruptedRaceError("stopped on request")
            if not ready:
                self.kill()
                raise ContestantError(f"did not answer within {within_s:g} s and was stopped")
            if answers in ready:
                part = os.read(answers, 1 << 20)
                if not part:
                    raise ContestantError(self._how_it_died())
                self._unread += part
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _how_it_died(self) -> str:
        status = self._process.wait()
        self._complaints.seek(0)
        last_words = self._complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
        self.kill()
        how = f"exited with status {status}"
        if status < 0:
            how = f"was killed by {processes.signal_name(-status)}"
        return f"its worker {how}" + (f": {last_words}" if last_words else "")
