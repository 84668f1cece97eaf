"""Which counter of instructions there is here, and whether it counts as it should."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from waitbench.scenario import BenchError
from waitbench.system import callgrind, hardware_counter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CounterKind = Literal["hardware", "callgrind"]
FILE = "WAITBENCH_CALLGRIND"
"""Environment variable that tells a process that runs under callgrind where counts are written."""
STEPS = 20_000
OFF = 0.02
"""A loop twice as long has twice the instructions, within this share."""


class Counter(Protocol):
    """Counts instructions from `start` to `stop`."""

    def start(self) -> None:
        """Begin to count."""

    def stop(self) -> int:
        """Return the instructions since `start`."""


def kind_here() -> CounterKind:
    """Return how instructions are counted on this machine: by the processor where that is given.

    Raises:
        BenchError: they cannot be; it says what to install.
    """
    if hardware_counter.counts_here():
        return "hardware"
    if reason := callgrind.lacking():
        raise BenchError(f"instructions are not counted: the kernel gives no count, and {reason}")
    return "callgrind"


def environ(kind: CounterKind, folder: Path, *, seed: int) -> Mapping[str, str]:
    """Return the variables of a process that is to count: texts are hashed by this seed."""
    told = {FILE: str(folder / "counts")} if kind == "callgrind" else {}
    return {"PYTHONHASHSEED": str(seed), **told}


def before_command(kind: CounterKind, folder: Path) -> Sequence[str]:
    """Return what stands before the command of a process that is to count."""
    return callgrind.command(folder / "counts") if kind == "callgrind" else callgrind.still()


def counter() -> Counter:
    """Return the counter of this process, as it was started; it was tried out.

    Raises:
        BenchError: there is none, or it counts wrongly.
    """
    try:
        chosen: Counter = (
            callgrind.Callgrind(Path(os.environ[FILE]))
            if FILE in os.environ
            else hardware_counter.HardwareCounter()
        )
    except OSError as refused:
        raise BenchError(f"the kernel gives no count of instructions: {refused}") from None
    _try_out(chosen)
    return chosen


def _try_out(chosen: Counter) -> None:
    """Count a loop of no, some, and twice as many steps.

    Raises:
        BenchError: twice the steps have not twice the instructions.
    """
    none, some, twice = (_count(chosen, steps) for steps in (0, STEPS, 2 * STEPS))
    if not abs((twice - none) / max(some - none, 1) / 2 - 1) < OFF:
        raise BenchError(
            f"instructions are counted wrongly here: {some - none} for a loop, {twice - none} for "
            "one twice as long"
        )


def _count(chosen: Counter, steps: int) -> int:
    for _ in range(2):  # the first time, Python finds out how it runs the loop best
        chosen.start()
        for _step in range(steps):
            pass
        instructions = chosen.stop()
    return instructions
