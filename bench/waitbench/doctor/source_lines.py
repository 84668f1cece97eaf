"""Which line of a stack is the user's own: frames and coroutines in, places out."""

from __future__ import annotations

import asyncio
import dis
import inspect
import linecache
import os
import re
import sys
import sysconfig
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waitbench.doctor.findings import SourceLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, FrameType

Line = tuple["CodeType", int]
"""A frame as it stood when it was looked at: its code, and the line."""

DEEPEST = 200
"""Frames of a stack that are kept, from the innermost out."""

SUSPENDABLE = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
OURS = str(Path(__file__).parents[1]) + os.sep
RUNS_STEPS = {"_run_once", "run_forever", "run_until_complete", "unrolled_run"}
"""What runs the steps of asyncio's loops, of those made after them, and of trio's."""
STEPS = str(Path(__file__).with_name("loop_steps.py"))
LIBRARIES = tuple(
    {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(Path(inspect.__file__).parent),
        str(Path(inspect.__file__).resolve().parent),
    }
)


@lru_cache(maxsize=4096)
def is_library(file: str) -> bool:
    """Return whether code is the standard library's, an installed package's, or ours."""
    return file.startswith(("<", OURS, *LIBRARIES)) or "site-packages" in file


def is_ours(code: CodeType | None) -> bool:
    """Return whether code is of this package: it is never what held a loop."""
    return code is not None and code.co_filename.startswith(OURS)


def stack(frame: FrameType | None, end: FrameType | None = None) -> tuple[Line, ...]:
    """Return the lines of a stack from its innermost frame out, up to a loop's step or `end`."""
    lines: list[Line] = []
    while frame is not None and frame is not end and len(lines) < DEEPEST:
        if frame.f_code.co_filename == STEPS:
            break
        if not is_ours(frame.f_code):
            lines.append((frame.f_code, frame.f_lineno or frame.f_code.co_firstlineno))
        frame = frame.f_back
    return tuple(lines)


def caller() -> SourceLine | None:
    """Return the innermost line of the user's own on this thread's stack, in this step of its loop.

    Where a library's task makes the call, it is the line that made the task.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  what inspect.currentframe gives
    while frame is not None and is_library(frame.f_code.co_filename):
        if frame.f_code.co_filename == STEPS:
            task = asyncio.current_task()
            return origin(task.get_coro()) if task else None
        frame = frame.f_back or _switched_from()
    return None if frame is None else source_line(stack(frame)[0])


def _switched_from() -> FrameType | None:
    """Return where a greenlet was that switched to the current one, as SQLAlchemy's do."""
    greenlet: Any = sys.modules.get("greenlet")
    parent = greenlet.getcurrent().parent if greenlet else None
    frame: FrameType | None = parent.gr_frame if parent else None
    return frame


def source_line(line: Line) -> SourceLine:
    """Return the file, number and function of a frame's line."""
    code, number = line
    return SourceLine(file=code.co_filename, line=number, function=code.co_qualname)


def own(lines: Sequence[Line]) -> int | None:
    """Return the index of the innermost line that is the user's own; None if there is none."""
    return next(
        (at for at, (code, _) in enumerate(lines) if not is_library(code.co_filename)), None
    )


def suspendable(lines: Sequence[Line]) -> int | None:
    """Return the index of the innermost line of a coroutine or async generator, or None."""
    return next((at for at, (code, _) in enumerate(lines) if code.co_flags & SUSPENDABLE), None)


@lru_cache(maxsize=512)
def loops(code: CodeType) -> tuple[set[int], ...]:
    """Return the lines of each loop in a function: from where it jumps back to, to where from."""
    instructions = [
        instruction for instruction in dis.get_instructions(code) if instruction.positions
    ]
    lines = {
        instruction.offset: instruction.positions.lineno
        for instruction in instructions
        if instruction.positions
    }
    jumps = [
        (instruction.argval, instruction.offset)
        for instruction in instructions
        if "JUMP_BACKWARD" in instruction.opname
    ]
    return tuple(
        {line for at, line in lines.items() if line is not None and first <= at <= last}
        for first, last in jumps
    )


def origin(coroutine: Any) -> SourceLine | None:
    """Return the line that made a coroutine: the user's own, or else the innermost."""
    lines = _made(coroutine)
    return next((line for line in lines if not is_library(line.file)), lines[0] if lines else None)


def awaited_frames(coroutine: Any) -> list[Any]:
    """Return the frames of a coroutine that waits, from its own to the innermost."""
    frames: list[Any] = []
    awaited = coroutine
    while awaited is not None and len(frames) < DEEPEST:
        for kind in ("cr", "gi", "ag"):
            frame = getattr(awaited, f"{kind}_frame", None)
            if frame is not None:
                frames.append(frame)
                awaited = getattr(awaited, "gi_yieldfrom" if kind == "gi" else f"{kind}_await")
                break
        else:
            break
    return frames


def wrapped(coroutine: Any) -> SourceLine | None:
    """Return the line that calls a coroutine function by its name, through a wrapper of the user's.

    None where the line that made it does so itself.
    """
    users_lines = [line for line in _made(coroutine) if users(line)]
    name = re.compile(rf"\b{re.escape(coroutine.__name__)}\b")
    names = [bool(name.search(linecache.getline(line.file, line.line))) for line in users_lines]
    return users_lines[names.index(True)] if True in names[1:] and not names[0] else None


def _made(coroutine: Any) -> list[SourceLine]:
    made = takewhile(_within_step, getattr(coroutine, "cr_origin", None) or ())
    return [SourceLine(file=file, line=line, function=name) for file, line, name in made]


def _within_step(made: tuple[str, int, str]) -> bool:
    """Return whether a frame is within a step of a loop: what runs the loop made nothing."""
    file, _, function = made
    return file != STEPS and function not in RUNS_STEPS


def users(place: SourceLine | None) -> bool:
    """Return whether a line is the user's own."""
    return place is not None and not is_library(place.file)


def shown(place: SourceLine) -> str:
    """Return a line as editors open it: its path from here, or from its package."""
    file = place.file
    if "site-packages/" in file:
        file = file.rpartition("site-packages/")[2]
    elif file.startswith(LIBRARIES):
        file = next(file.removeprefix(root + "/") for root in LIBRARIES if file.startswith(root))
    else:
        here = os.getcwd() + os.sep  # noqa: PTH109  text, not a path to open
        file = file.removeprefix(here)
    return f"{file}:{place.line}"
