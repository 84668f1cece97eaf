"""A small program with a forgotten await, gather or task: does it run, does anybody notice?"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from waitbench.scenario import WrongResultError
from waitbench.services.temporary_folder import folder_of
from waitbench.workloads._choice import one_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence

SLIPS = {
    "none": "await save()",
    "await": "save()",
    "gather": "asyncio.gather(save(), save())",
    "task": "asyncio.create_task(save())",
}
"""The line of the program that makes the difference."""
MARK = "# <- here"
PROGRAM = """\
import asyncio


async def save():
    print("save began", flush=True)
    await asyncio.sleep(0.01)
    print("save ended", flush=True)


async def main():
    {slip}  {mark}
    print("main ended", flush=True)


def test_main():
    asyncio.run(main())


if __name__ == "__main__":
    asyncio.run(main())
"""
COMPLAINTS = ("was never awaited", "was never retrieved", "was destroyed but it is pending")
"""What the interpreter and asyncio say of a coroutine, a future and a task that were let go."""
PYTEST = ("-m", "pytest", "-q", "-s", "-c", os.devnull, "-p", "no:cacheprovider")
RUNS = {"python": (), "pytest": PYTEST}
WITHIN_S = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How one run of the program ended.

    Attributes:
        status: exit status.
        output: all that it printed, stdout before stderr.
    """

    status: int
    output: str


class Workload:
    """Each task runs the program once, in an interpreter that the environment does not reach.

    Args:
        slip: what is forgotten: `none`, `await`, `gather` (not awaited), or `task` (created, and
            nobody waits for it).
        run: by `python`, or as a test function by `pytest`.
    """

    needs_target: ClassVar = False
    computes: ClassVar = False
    has_async: ClassVar = True
    sync_needs: ClassVar = ("subprocess",)
    async_needs: ClassVar = ("asyncio.subprocess",)
    waits_ns = 0

    def __init__(self, slip: str = "none", run: str = "python") -> None:
        self.slip, self.run = one_of(SLIPS, slip, "slip"), one_of(RUNS, run, "run")
        self._path = folder_of(self) / "program.py"
        text = PROGRAM.format(slip=SLIPS[slip], mark=MARK)
        self._path.write_text(text, encoding="utf-8")
        lines = text.splitlines()
        self._line = 1 + next(at for at, line in enumerate(lines) if line.endswith(MARK))
        self._calls = text.count("save()") - 1  # all but the definition
        # Isolated: no PYTHONWARNINGS, no debug mode of the caller's; -B writes nothing beside it.
        self._command = [sys.executable, "-I", "-B", *RUNS[run], str(self._path)]
        self._environ = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTEST")
        } | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    @contextmanager
    def sync_client(self) -> Iterator[Callable[[int], Ran]]:
        """Nothing to open."""

        def start(number: int) -> Ran:
            del number
            done = subprocess.run(
                self._command,
                capture_output=True,
                check=False,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                timeout=WITHIN_S,
            )
            return Ran(status=done.returncode, output=(done.stdout + done.stderr).decode())

        yield start

    @asynccontextmanager
    async def async_client(
        self,
        concurrency: int,  # noqa: ARG002 - a loop starts any number at once
    ) -> AsyncIterator[Callable[[int], Awaitable[Ran]]]:
        """Nothing to open."""

        async def start(number: int) -> Ran:
            del number
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environ,
            )
            stdout, stderr = await asyncio.wait_for(process.communicate(), WITHIN_S)
            assert process.returncode is not None
            return Ran(status=process.returncode, output=(stdout + stderr).decode())

        yield start

    def check(self, number: int, result: Ran) -> None:
        """Any outcome is right but that `main` was not there or, without a slip, `save` was not."""
        if "main ended" not in result.output:
            raise WrongResultError(
                f"task {number}: its program did not run: {result.output[-200:]}"
            )
        if self.slip == "none" and not self._ended(result):
            raise WrongResultError(f"task {number}: nothing was forgotten, and save() did not run")

    def metrics(self, results: Sequence[Ran]) -> Mapping[str, float]:
        """Count, over the programs of a round.

        Returns:
            `began` and `ran`, where save() was begun, and run to its end; `warned`, where anything
            was said of it; `told_where`, where that named the file and line of the slip; and
            `exit_zero`, or for pytest `pytest_green`, where the exit status said all is well.
        """
        well = "exit_zero" if self.run == "python" else "pytest_green"
        return {
            "began": sum("save began" in program.output for program in results),
            "ran": sum(map(self._ended, results)),
            "warned": sum(
                any(words in program.output for words in COMPLAINTS) for program in results
            ),
            "told_where": sum(map(self._located, results)),
            well: sum(program.status == 0 for program in results),
        }

    def _ended(self, result: Ran) -> bool:
        return result.output.count("save ended") == self._calls

    def _located(self, result: Ran) -> bool:
        ways = (f"{self._path}:{self._line}:", f'File "{self._path}", line {self._line},')
        return any(way in result.output for way in ways)
