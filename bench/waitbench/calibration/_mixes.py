"""Calls whose make-up is known, for `waitbench calibrate share`: lock, no lock, waiting, child."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time

from waitbench.workloads.compute import walk

BLOCK = bytes(1_000_000)
CHILD = "x = 1\nfor _ in range({}): x = x * 5 % 4294967291"


def mix(steps: int = 0, blocks: int = 0, wait_ms: float = 0) -> None:
    """Compute in Python, wait, and hash, which lets go of the lock."""
    walk(1, steps)
    if wait_ms:
        time.sleep(wait_ms / 1e3)
    for _ in range(blocks):
        hashlib.sha256(BLOCK).digest()


def child(steps: int = 0, wait_ms: float = 0) -> None:
    """Compute in another process, then wait."""
    subprocess.run([sys.executable, "-S", "-c", CHILD.format(steps)], check=True)
    if wait_ms:
        time.sleep(wait_ms / 1e3)
