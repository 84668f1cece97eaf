"""The examination of a program by another interpreter, which needs nothing installed but Python."""

from __future__ import annotations

import pickle
import signal
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from waitbench.scenario import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

    from waitbench.doctor.findings import Examination
    from waitbench.doctor.program import Ending

FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""What ends a program, or is meant for it; Ctrl-C reaches it by itself, from the terminal."""


def hand_over(place: Path, seen: Examination, ending: Ending) -> None:
    """Write what was found for the process that asked for it."""
    place.write_bytes(pickle.dumps((seen, ending)))


def examined(
    command: Sequence[str], environ: Mapping[str, str], place: Path
) -> tuple[Examination, Ending] | int:
    """Run the doctor in another interpreter; return what it found, or its status if it told so.

    Args:
        command: of the other interpreter, which hands over at `place`.
        environ: its environment.
        place: a file that is not there yet.

    Raises:
        BenchError: it could not be started, or ended before it had anything to hand over.
    """
    try:
        child = subprocess.Popen(command, env=dict(environ))
    except OSError as refused:
        raise BenchError(f"{command[0]} cannot be run: {refused}") from None

    with _forwarding(child):
        status = child.wait()
    if place.exists():
        # Written by our own code in a process that we started ourselves.
        seen, ending = pickle.loads(place.read_bytes())  # noqa: S301
        return seen, ending
    if status >= 0:
        return status
    raise BenchError(f"the program was ended by {signal.Signals(-status).name}; nothing is told")


@contextmanager
def _forwarding(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass signals on to the program as long as it runs."""

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    with ExitStack() as as_before:
        for number in (signal.SIGINT, *FORWARDED):
            as_before.callback(signal.signal, number, signal.getsignal(number))
            signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else forward)
        yield
