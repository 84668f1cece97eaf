"""What a trial's own process does: it gets its surroundings, and then is the command."""

from __future__ import annotations

import atexit
import ctypes
import io
import os
import resource
import signal
import sys
import threading
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.proof.faults.trial import Trial

PR_SET_SECUREBITS, NO_ROOT = 28, 3
CAPABILITIES = 0x20080522
"""Version of the structure in which Linux takes the rights of a process."""


def become(
    trial: Trial, here: Path, own: Mapping[str, str], pipes: tuple[tuple[int, int], ...]
) -> NoReturn:
    """Become the command, in the child."""
    status = 70
    try:
        os.setsid()
        os.chdir(here)
        variables = {**os.environ, **own, **trial.environ}
        environ = {name: text for name, text in variables.items() if text is not None}
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(trial.output, os.O_WRONLY) if trial.output else pipes[0][1]
        for number, end in enumerate((nothing, output, pipes[1][1])):
            os.dup2(end, number)
        os.closerange(3, 256)
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for limit, most in trial.limits.items():
            resource.setrlimit(limit, (most, most))
        if trial.locked:
            _without_rights_of_root()
        if trial.fresh:
            os.execve(sys.executable, [sys.executable, "-m", "waitbench", *trial.words], environ)
        os.environ.clear()
        os.environ.update(environ)
        status = _main(trial.words)
    except BaseException:  # noqa: BLE001  a trial never goes on as the harness
        traceback.print_exc()
    finally:
        with suppress(BaseException):
            sys.stderr.flush()
        os._exit(status)


def _main(words: tuple[str, ...]) -> int:
    """Return the status with which Python would end."""
    from waitbench.cli import main

    sys.argv = ["waitbench", *words]
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(
            open(number, "wb", closefd=False),  # noqa: SIM115  as Python opens them
            encoding="utf-8",
            errors="strict" if number == 1 else "backslashreplace",
            line_buffering=number > 1,
        )
        setattr(sys, name, stream)
    try:
        ended = main()
    except SystemExit as end:
        ended = end.code if isinstance(end.code, int) else int(end.code is not None)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        return 120
    return ended


def _without_rights_of_root() -> None:
    """Give up what lets root write where nobody may."""
    system = ctypes.CDLL(None)
    system.prctl(PR_SET_SECUREBITS, NO_ROOT, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    system.capset(header, (ctypes.c_uint32 * 6)())
