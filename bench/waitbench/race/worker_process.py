"""A contestant as the conductor sees it: a worker process that answers one command at a time."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any, Self

from waitbench.race.worker import PROTOCOL
from waitbench.results.foreign_text import plain
from waitbench.scenario import BenchError
from waitbench.services import processes
from waitbench.services.managed_process import ManagedProcess
from waitbench.system import checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from waitbench.system.interrupt import Interrupt

GREETING_WITHIN_S = 60
STOP_WITHIN_S = 5


class ContestantError(BenchError):
    """This contestant can not go on: it said why, died, or took too long."""


class InterruptedRaceError(BenchError):
    """Somebody asked the race to stop."""


class WorkerProcess:
    """One model in a fresh interpreter, leader of a process group of its own.

    Args:
        model: name of a file in `bench/waitbench/models`.
        interrupt: what may cut a wait short.
        workloads: which it is going to run: their imports are done before it greets.
        python: the interpreter to run.
        tree: the checkout whose packages it imports; None for this one.
        environ: variables laid over those of our environment; folders of its own that a
            `PYTHONPATH` among them names come after our packages and before what is installed.
        module: which of our modules its process runs: it greets and answers like the worker.
        under: what stands before its command, as of a program that runs another one.
        program: what is run in place of our modules, told what it is going to open; it greets and
            answers like the worker, and has no packages of ours on its path.

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
        under: Sequence[str] = (),
        program: Sequence[str] = (),
    ) -> None:
        self.model = model
        self.spawn_ns = 0
        self._interrupt = interrupt
        environment = {**processes.environment(), **(environ or {})}
        environment["PYTHONUNBUFFERED"] = "1"
        if program:
            command = [*program, *workloads]
        else:
            packages = (checkout.import_path(tree), (environ or {}).get("PYTHONPATH"))
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, packages))
            command = [*under, python, "-P", "-m", checkout.module(module, tree), model, *workloads]
        self._process = ManagedProcess(command, environ=environment, hears=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id of the worker, and id of its process group."""
        return self._process.pid

    def greet(self, within_s: float = GREETING_WITHIN_S) -> dict[str, Any]:
        """Wait until it is up, and return what it says then.

        Raises:
            ContestantError: it could not load its model, or speaks another protocol.
        """
        greeting = self.receive(within_s)
        self.spawn_ns = time.perf_counter_ns() - self._process.born_ns
        if greeting.get("hello") != PROTOCOL:
            self.kill()
            raise ContestantError(
                f"its worker speaks protocol {greeting.get('hello')}, not {PROTOCOL}: "
                "compare trees whose race/worker.py agree"
            )
        return greeting

    def ask(self, operation: str, *, within_s: float, **arguments: Any) -> dict[str, Any]:
        """Send one command and wait for its answer.

        Raises:
            ContestantError: it failed, died, or did not answer in time; in the latter two cases
                its processes are gone afterwards.
            InterruptedRaceError: a stop was requested meanwhile; its processes are gone.
        """
        self.send(operation, **arguments)
        return self.receive(within_s)

    def send(self, operation: str, **arguments: Any) -> None:
        """Send one command; its answer is to be received before the next one is sent."""
        self._process.write_line(json.dumps({"op": operation, **arguments}).encode())

    def receive(self, within_s: float) -> dict[str, Any]:
        """Wait for the answer to the last command; raises what `ask` raises."""
        try:
            line = self._process.read_line(within_s, self._interrupt)
        except InterruptedError:
            self.kill()
            raise InterruptedRaceError("stopped on request") from None
        except TimeoutError:
            self.kill()
            raise ContestantError(f"did not answer within {within_s:g} s and was stopped") from None
        except EOFError:
            ended = self._process.how_it_ended()
            self.kill()
            raise ContestantError(f"its worker {ended}") from None
        answer: dict[str, Any] = json.loads(line)
        if "failure" in answer:
            raise ContestantError(plain(str(answer["failure"])))
        return answer

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.alive

    def request_exit(self) -> None:
        """Ask it to stop in order, without waiting for it."""
        if self.alive:
            self.send("exit")

    def stop(self) -> None:
        """Wait a little for it to stop in order, then make sure of it."""
        self.request_exit()
        self._process.end(STOP_WITHIN_S)

    def kill(self) -> None:
        """End the worker and all that it started, at once."""
        self._process.end()
