"""A deliberately noisy neighbour: processes that take cores and memory in bursts, from a seed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 2
BURST_S = (0.05, 1.5)
REST_S = (0.05, 2.5)
BLOCK_BYTES = 8 << 20
"""More than a core's own cache: a burst turns it over."""


def disturb(seed: int) -> None:
    """Work in bursts for ever: computing, or moving memory about."""
    rng = random.Random(seed)
    block = bytearray(BLOCK_BYTES)
    while True:
        ends_s = time.monotonic() + rng.uniform(*BURST_S)
        moves = rng.random() < 0.5
        while time.monotonic() < ends_s:
            if moves:
                block[: BLOCK_BYTES // 2] = block[BLOCK_BYTES // 2 :]
            else:
                sum(range(20_000))
        time.sleep(rng.uniform(*REST_S))


@contextmanager
def noisy(seed: int) -> Iterator[None]:
    """Have such neighbours for the length of a block."""
    command = [sys.executable, "-m", "tests.proof.gate.neighbour"]
    running = [subprocess.Popen([*command, str(seed + number)]) for number in range(PROCESSES)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
        for process in running:
            process.wait()


if __name__ == "__main__":
    disturb(int(sys.argv[1]))
