"""Noisy neighbours on purpose: processes that spin without pause, or work in bursts from a seed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from signal import SIGCONT, SIGSTOP
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

BURST_S = (0.05, 1.5)
REST_S = (0.05, 2.5)
BLOCK_BYTES = 8 << 20
"""More than a core's own cache: a burst turns it over."""


@contextmanager
def hogs(
    count: int, *, bursts: int | None = None, own_sessions: bool = True
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Keep so many of them running for the length of a `with` block, all begun when it is entered.

    Args:
        count: how many processes.
        bursts: seed of the first one's bursts, and one more for each other; None to spin.
        own_sessions: whether each gets a session of its own: Linux shares cores among sessions
            first, so those of one session take as much as a single process.
    """
    command = [sys.executable, "-P", "-S", __file__]
    with ExitStack() as stack:
        running = []
        for number in range(count):
            seed = [] if bursts is None else [str(bursts + number)]
            hog = subprocess.Popen(
                [*command, *seed], stdout=subprocess.PIPE, start_new_session=own_sessions
            )
            stack.enter_context(hog)
            stack.callback(hog.kill)
            running.append(hog)
        for hog in running:
            assert hog.stdout is not None
            hog.stdout.readline()
        yield running


@contextmanager
def resting(running: Sequence[subprocess.Popen[bytes]]) -> Iterator[None]:
    """Stop hogs while the block runs."""
    for hog in running:
        hog.send_signal(SIGSTOP)
    try:
        yield
    finally:
        for hog in running:
            hog.send_signal(SIGCONT)


def main(argv: Sequence[str] | None = None) -> int:
    """Take a core until whoever started this process is gone, or it is stopped."""
    from waitbench.parsing import Parser

    parser = Parser(prog="waitbench calibrate hogs", description=__doc__)
    parser.add_argument("--bursts", metavar="SEED", type=int, help="rest now and then, at random")
    return _work(parser.parse_args(argv).bursts)


def _work(seed: int | None) -> int:
    parent = os.getppid()
    print("one hog is running", flush=True)
    work = _spin if seed is None else _bursts(seed)
    while os.getppid() == parent:
        work()
    return 0


def _spin() -> None:
    for _ in range(100_000):
        pass


def _bursts(seed: int) -> Callable[[], None]:
    """Return a function that computes or moves memory about for a while, and then rests."""
    chance = random.Random(seed)
    block = bytearray(BLOCK_BYTES)

    def burst() -> None:
        ends_s = time.monotonic() + chance.uniform(*BURST_S)
        moves = chance.random() < 0.5  # noqa: PLR2004 - one kind as often as the other
        while time.monotonic() < ends_s:
            if moves:
                block[: BLOCK_BYTES // 2] = block[BLOCK_BYTES // 2 :]
            else:
                sum(range(20_000))
        time.sleep(chance.uniform(*REST_S))

    return burst


if __name__ == "__main__":  # a hog of `hogs`: with nothing installed in sight, so that it is light
    raise SystemExit(_work(int(sys.argv[1]) if len(sys.argv) > 1 else None))
