"""Runs the user's program in this process as Python itself would, and tells how it ended."""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import os
import runpy
import signal
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from waitbench.did_you_mean import instead
from waitbench.doctor.forks import in_fork
from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TERMINATED = 128 + signal.SIGTERM
SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGXCPU")
    if hasattr(signal, name)
)
"""What ends a program that does not handle it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How the program ended: by itself, with an error (its last line), or stopped from outside.

    `became` names another program that took its place.
    """

    error: str | None = None
    stopped: bool = False
    became: str | None = None


def prepared(target: str, arguments: Sequence[str], *, module: bool) -> Callable[[], object]:
    """Return what runs the program; what can be wrong with the target is said before it starts.

    Raises:
        BenchError: there is no such program.
    """
    sys.argv = [target, *arguments]
    if module:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109
        if not _exists(target):
            raise BenchError(f"there is no module {target!r} here or among what is installed")
        return lambda: runpy.run_module(target, run_name="__main__", alter_sys=True)
    if Path(target).is_file():
        return _script(Path(target))
    name, _, attribute = target.partition(":")
    if not attribute or target.endswith(".py"):
        raise BenchError(
            f"there is no program {target!r}; give a script (app.py), module:coroutine "
            "(app:main), or -m module"
        )
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    return _coroutine(name, attribute, arguments)


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a package on the way to it
        return False


def _script(path: Path) -> Callable[[], object]:
    sys.path.insert(0, str(path.parent.absolute()))
    try:
        source = path.read_bytes()
        code = compile(source, str(path.absolute()), "exec")
    except (OSError, SyntaxError, ValueError) as wrong:
        raise BenchError(f"{path} cannot be run: {wrong}") from None
    # A true `__main__`, so that the program can start processes, which import it by its file.
    main = ModuleType("__main__")
    main.__file__ = str(path.absolute())
    main.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main
    return lambda: exec(code, main.__dict__)  # noqa: S102  that is what running a script is


def _coroutine(name: str, attribute: str, arguments: Sequence[str]) -> Callable[[], object]:
    if not _exists(name):
        raise BenchError(f"there is no module {name!r} here or among what is installed")
    program: Any = importlib.import_module(name)
    for part in attribute.split("."):
        if not hasattr(program, part):
            coroutines = [
                key for key, value in vars(program).items() if inspect.iscoroutinefunction(value)
            ]
            there = f"; {instead(part, coroutines)}" if coroutines else " and no coroutine"
            raise BenchError(f"{name} has no {part!r}{there}")
        program = getattr(program, part)
    try:
        inspect.signature(program).bind(*arguments)
    except TypeError as wrong:
        raise BenchError(f"{name}:{attribute} cannot be called so: {wrong}") from None

    def run() -> object:
        made = program(*arguments)
        return asyncio.run(made) if inspect.iscoroutine(made) else made

    return run


def run(program: Callable[[], object], stopped: Callable[[], None]) -> Ending:
    """Run the program to its end; its traceback goes to stderr as ever.

    Args:
        program: what `prepared` gave.
        stopped: called as soon as it is stopped from outside.
    """
    try:
        with _terminable(stopped):
            program()
    except KeyboardInterrupt:
        stopped()
        return Ending(stopped=True)
    except SystemExit as exit_:
        if exit_.code in (None, 0):
            return Ending()
        if exit_.code == TERMINATED:
            return Ending(stopped=True)
        if not isinstance(exit_.code, int):
            sys.stderr.write(f"{exit_.code}\n")
        return Ending(error=f"it exited with {exit_.code!r}")
    except BaseException as error:  # noqa: BLE001  whatever the program raises is its own
        trace = error.__traceback__
        while trace is not None and _ours(trace.tb_frame.f_code.co_filename):
            trace = trace.tb_next
        traceback.print_exception(type(error), error, trace)
        return Ending(error=traceback.format_exception_only(error)[-1].strip())
    return Ending()


def _ours(file: str) -> bool:
    return file == __file__ or file.startswith("<frozen runpy")


@contextmanager
def _terminable(stopped: Callable[[], None]) -> Iterator[None]:
    """Let signals end the program as Ctrl-C does, unless it has its own way with them."""

    def terminate(number: int, frame: object) -> None:
        del number, frame
        stopped()
        raise SystemExit(TERMINATED)

    # A hang-up that is ignored, as by nohup, stays so.
    unhandled = [sign for sign in SIGNALS if signal.getsignal(sign) is signal.SIG_DFL]

    def give_back() -> None:
        for sign in unhandled:
            if signal.getsignal(sign) is terminate:
                signal.signal(sign, signal.SIG_DFL)

    for sign in unhandled:
        signal.signal(sign, terminate)
    try:
        with in_fork(give_back):
            yield
    finally:
        give_back()
