"""A file here is a command; around each is one guard: what is read and written may fail.

What went wrong is said in a line. Whatever happens, an exit status means what the command says
that it means: only a command itself returns 1, which is *slower* for the gate and *something was
found* for the doctor.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import nullcontext, suppress

TYPE_CHECKING = False  # every `--help` imports this, and starts light
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from types import ModuleType
    from typing import TextIO

    from waitbench.parsing import Parser

REFUSED = 2
"""Exit status of a user's mistake, and of what the system refused."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What writing to a stream that is full or gone ends with; files have their names in the error."""
HELP = frozenset({"-h", "--help"})
"""Asks what can be typed; no setting of a project matters to it."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def parsed(
    described: Parser, name: str, command: ModuleType, words: Sequence[str]
) -> tuple[argparse.Namespace, list[str]]:
    """Parse what was typed, over the settings of the project in this folder if it has a file."""
    names = getattr(command, "SETTINGS", ())
    # pathlib would take as long as all else does here.
    if not names or HELP.intersection(words) or not os.path.exists("pyproject.toml"):  # noqa: PTH110
        return described.parse_typed(words)
    from waitbench.commands import _defaults

    settings = _defaults.lay_under(described, name, names)
    arguments, others = described.parse_typed(words)
    _defaults.tell(settings, arguments)
    return arguments, others


def carried_out(command: ModuleType, arguments: argparse.Namespace) -> int:
    """Run a command and return its exit status; what goes wrong is told in one line.

    A command whose status says more than that it ran has a `READER_GONE`, its status where nobody
    reads it to the end.
    """
    from waitbench.system.interrupt import ends_command

    def action() -> int:
        # A command that runs a program of the user's leaves the signals to it.
        with nullcontext() if getattr(command, "OWN_SIGNALS", False) else ends_command():
            return int(command.main(arguments))

    return guarded(action, reader_gone=int(getattr(command, "READER_GONE", 0)))


def guarded(action: Callable[[], int], *, reader_gone: int = 0) -> int:
    """Return the exit status of what is done; what goes wrong is told in one line.

    A fault of our own keeps its traceback, but not Python's status 1.
    """
    _have_streams()
    _let_any_text_through(sys.stdout)
    try:
        status = action()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _refused("stopped", INTERRUPTED)
    except (BrokenPipeError, SystemExit) as gone:
        # The reader of our output has gone, as `| head` does; rich makes an exit of that error.
        if isinstance(gone, SystemExit) and not isinstance(gone.__context__, BrokenPipeError):
            raise
        turned_away(sys.stdout)
        turned_away(sys.stderr)
        return reader_gone
    except (OSError, UnicodeError, MemoryError) as refusal:
        turned_away(sys.stdout)
        return _refused(sentence(refusal))
    except Exception as fault:  # noqa: BLE001
        from waitbench.scenario import BenchError

        if isinstance(fault, BenchError):
            return _refused(str(fault))
        sys.excepthook(*sys.exc_info())  # a fault of ours: shown as Python shows it
        turned_away(sys.stdout)
        return REFUSED
    return status


def sentence(refusal: OSError | UnicodeError | MemoryError) -> str:
    """Return what the system refused, in a line."""
    if isinstance(refusal, MemoryError):
        return "memory ran out; free some, or ask for less at once"
    if isinstance(refusal, UnicodeError):
        return f"a text could not be read or written ({refusal})"
    why = refusal.strerror or str(refusal)
    if refusal.filename is not None:
        return f"{os.fsdecode(refusal.filename)} could not be read or written ({why})"
    if refusal.errno in NO_ROOM:
        return f"the output could not be written ({why}); send it elsewhere, or free some room"
    return f"the system refused what was asked of it ({why})"


def turned_away(stream: TextIO) -> None:
    """Let what a stream cannot write go nowhere: Python would try it again when it ends."""
    with suppress(OSError, ValueError):
        stream.flush()
        return
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _refused(words: str, status: int = REFUSED) -> int:
    from waitbench.parsing.invocation import typed
    from waitbench.results.foreign_text import plain

    with suppress(OSError, ValueError):
        print(f"waitbench: {plain(typed(words))}", file=sys.stderr, flush=True)
    return status


def _have_streams() -> None:
    """Let what is printed go nowhere where the caller closed a stream: Python has none there."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def _let_any_text_through(stream: TextIO) -> None:
    """Write what a terminal's encoding lacks as an escape, as Python does on stderr."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
