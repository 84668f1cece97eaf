"""Whether two launches ran on the same machine, by a name that tells nobody which one it was."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from waitbench.system import machine

VARIABLE = "WAITBENCH_MACHINE"
"""Tells machines apart that share a kernel, as containers with cores of their own do."""
BOOT = Path("proc/sys/kernel/random/boot_id")
DIGITS = 12


def anonymous(seed: int, root: Path = machine.ROOT) -> str:
    """Return the name of this machine within one run.

    It is a digest of what the kernel drew at its start and of the run's seed: containers of one
    machine have the same, two machines never, and those of two runs cannot be held together.

    Args:
        seed: of the run.
        root: where the system's files are read from.
    """
    started = machine.read(root, str(BOOT)) or machine.answer(
        "sysctl", "-n", "kern.bootsessionuuid"
    )
    own = os.environ.get(VARIABLE, "")
    text = f"{seed}/{started or uuid.getnode()}/{own}"
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
