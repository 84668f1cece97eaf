"""A command line of a project, as the gate runs it: a process from its start to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn

from waitbench.scenario import BenchError, WrongResultError
from waitbench.system import orphans
from waitbench.system.cpu import descendants_cpu_ns
from waitbench.system.procfs import read_proc
from waitbench.units import count
from waitbench.user_code import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LINUX = sys.platform == "linux"
ALONE = 0.98
"""Share of a command's CPU that its first thread must have had to have done all of the work."""
LAST_BYTES = 2_000
"""Of what a command complained of, so much is read for its last line."""


class End(NamedTuple):
    """How a start ended.

    Attributes:
        status: as `waitpid` has it.
        cpu_ns: of the process with its children, those that outlived it so far.
        first_ns: of its first thread alone; None where the system does not say.
        delay_ns: how long that thread, and ours when it had ended, stood ready without a core.
        output: what it printed.
        complaints: what it printed to its standard error.
    """

    status: int
    cpu_ns: int
    first_ns: int | None
    delay_ns: int | None
    output: IO[bytes]
    complaints: IO[bytes]


def unavailable() -> str:
    """Return why nothing but the gate can run it."""
    return "runs a command of your project: `waitbench gate --command` names it"


class Workload:
    """One task starts the command `calls` times; what it prints is checked afterwards.

    Args:
        command: its line, which no shell reads.
        root: the project's folder, in which it is run.
        programs: folders that stand first on PATH, joined by colons.
        paths: folders of modules before all that is installed, joined by colons.
        away: the tree of the project's owner; it is named so that records can leave it out.
        setup: a line for the shell, run before each start and not timed.
        status: the exit status that is right.
        calls: starts in one task, one after the other.
        expects: hash of what it prints; empty where that may be anything.
    """

    needs_target: ClassVar = False
    computes: ClassVar = True
    has_async: ClassVar = False
    sync_needs: ClassVar = ()
    async_needs: ClassVar = ()
    waits_ns = 0

    def __init__(  # noqa: PLR0913 - each keyword is a parameter
        self,
        command: str,
        root: str,
        *,
        programs: str = "",
        paths: str = "",
        away: str = "",
        setup: str = "",
        status: str = "0",
        calls: str = "1",
        expects: str = "",
    ) -> None:
        self.away = away
        self._root = root
        self._setup = setup
        self._status = int(status)
        self._expects = expects
        self._variables = command_line.variables(
            os.environ, programs.split(":") if programs else [], paths.split(":") if paths else []
        )
        self._words = command_line.words(command)
        self._program = command_line.program(self._words[0], root, self._variables["PATH"])
        self._calls = count(calls, "calls")
        self._files: list[tuple[IO[bytes], IO[bytes]]] = []

    def prepare(self, tasks: int) -> None:
        """Run the set-up, and make the files that a round of so many starts prints to."""
        orphans.reap()
        if self._setup:
            done = subprocess.run(  # noqa: S602 - the project's own line, from its own file
                self._setup,
                shell=True,
                cwd=self._root,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            if done.returncode:
                complaint = _last_line(done.stderr or done.stdout)
                raise BenchError(
                    f"setup {self._setup!r} failed with status {done.returncode}: {complaint}"
                )
        self._files = [
            (tempfile.TemporaryFile(), tempfile.TemporaryFile())  # noqa: SIM115 - closed by check
            for _ in range(tasks * self._calls)
        ]

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Any]]:
        """Make the project's folder the current one; a task is a start."""
        os.chdir(self._root)
        with (
            open(os.devnull, "rb") as nothing,  # noqa: PTH123 - a descriptor is wanted
            orphans.adopted(),
        ):
            own = os.getpid()

            def start(output: IO[bytes], complaints: IO[bytes]) -> End:
                before_ns = descendants_cpu_ns(own)
                pid = os.posix_spawn(
                    self._program,
                    self._words,
                    self._variables,
                    file_actions=(
                        (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                        (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
                        (os.POSIX_SPAWN_DUP2, complaints.fileno(), 2),
                    ),
                    # Python ignores them, and what it starts would inherit that.
                    setsigdef=(signal.SIGPIPE, signal.SIGXFSZ),
                )
                first_ns, delay_ns = _waited(pid) if LINUX else (None, None)
                _, status = os.waitpid(pid, 0)
                cpu_ns = descendants_cpu_ns(own) - before_ns
                return End(status, cpu_ns, first_ns, delay_ns, output, complaints)

            def task(number: int) -> list[End]:
                first = number * self._calls
                return [start(*files) for files in self._files[first : first + self._calls]]

            yield task

    def async_client(self, concurrency: int) -> NoReturn:
        """There is none: commands are run one after the other."""
        raise NotImplementedError

    def run_queue(self, results: Sequence[Any]) -> tuple[int | None, bool]:
        """Return how long the commands stood ready without a core, and whether each had one thread.

        Without the time that a neighbour on their core took, two sides can be told apart beside it.
        """
        ends = [end for result in results if isinstance(result, list) for end in result]
        delays_ns = [end.delay_ns for end in ends if end.delay_ns is not None]
        alone = all((end.first_ns or 0) >= ALONE * end.cpu_ns for end in ends)
        known = len(delays_ns) == len(ends)
        return sum(delays_ns) if known else None, alone and known

    def check(self, number: int, result: list[End]) -> None:
        """Compare exit status and output of every start with what they should be.

        Raises:
            WrongResultError: one of them is another.
        """
        for end in result:
            self._check(number, end)

    def _check(self, number: int, end: End) -> None:
        status = os.waitstatus_to_exitcode(end.status)
        with end.output as output, end.complaints as complaints:
            if status != self._status:
                complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - LAST_BYTES))
                raise WrongResultError(
                    f"task {number} ended with status {status}, not {self._status}: "
                    f"{_last_line(complaints.read())}"
                )
            output.seek(0)
            if self._expects and command_line.digest(output.read(), self._root) != self._expects:
                raise WrongResultError(
                    f"task {number} printed something else than the first start; where that is so "
                    "by nature, --any-output compares the exit status alone"
                )


def _waited(pid: int) -> tuple[int | None, int | None]:
    """Wait for a process to end; return CPU of its first thread, and what it and we stood ready.

    It has ended then, and can be asked until `waitpid` takes it away.
    """
    # Before this, what we wait for a core lies beside what the command does.
    _, before_ns = _scheduled("thread-self")
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    first_ns, delay_ns = _scheduled(str(pid))
    _, after_ns = _scheduled("thread-self")
    if delay_ns is None or before_ns is None or after_ns is None:
        return None, None
    return first_ns, delay_ns + after_ns - before_ns


def _scheduled(process: str) -> tuple[int | None, int | None]:
    """Return CPU and run-queue delay of a process's first thread in ns, if that is told."""
    try:
        cpu_ns, delay_ns, _ = read_proc(f"/proc/{process}/schedstat").split()
    except (OSError, ValueError):
        return None, None
    return int(cpu_ns), int(delay_ns)


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
