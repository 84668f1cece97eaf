"""A worker that counts instructions: `python -m waitbench.gate.counting_worker MODEL`.

Two things would make counts of the same code differ from round to round. The collector of cycles
runs before each round alone, not within. And small objects come from pools of a size each: where a
round begins with a pool that is full but for one place, each object that it makes and drops makes
and drops a pool, by luck of what came before. So each round begins with those pools filled to
another height; the smallest count of several rounds is free of that luck.

It speaks the protocol of `waitbench.race.worker` and runs the same code; a round's answer has its
`instructions` besides: those of the model's tasks, from right before the clock's part to its end.
"""

from __future__ import annotations

import gc
import random
import sys
from typing import TYPE_CHECKING, Any

from waitbench.race import worker
from waitbench.race.worker_session import Answer, WorkerSession
from waitbench.system.instructions import counter

if TYPE_CHECKING:
    from waitbench.scenario import Model, TaskSpan
    from waitbench.system.instructions import Counter


POOL = 16_384
"""Bytes of a pool of small objects, of Python 3.10 and later."""
SIZES = range(16, 513, 16)
"""Sizes of small objects: each has pools of its own."""
HEAD = sys.getsizeof(b"")


def filled(draw: random.Random) -> list[object]:
    """Return objects of each small size, so many that its pool is filled to any height."""
    return [_made(size) for size in SIZES for _ in range(draw.randrange(POOL // size))]


def _made(size: int) -> object:
    """Return a new object of 16 bytes, of 32, or of so many."""
    if size < HEAD:
        return object() if size == SIZES[0] else float(size)
    return bytes(size - HEAD)


class Counted:
    """A model whose rounds are counted; each begins with another filling of Python's pools."""

    def __init__(self, model: Model, counter_here: Counter) -> None:
        self._model = model
        self._counter = counter_here
        self._draw = random.Random(1)
        self.instructions = 0

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run one round and count it; cycles are collected before and after, not within."""
        kept, collects = filled(self._draw), gc.isenabled()
        gc.disable()
        try:
            self._counter.start()
            spans = self._model.run(tasks)
            self.instructions = self._counter.stop()
        finally:
            if collects:
                gc.enable()
        del kept
        return spans


class CountingSession(WorkerSession):
    """Each round says how many instructions it took."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self._counter = counter()

    def open(self, **options: Any) -> Answer:
        """Start the model up, and count what it runs."""
        opened = super().open(**options)
        self._model: Any = Counted(self._model, self._counter)
        return opened

    def run(self, *, tasks: int, **options: Any) -> Answer:
        """Run one round, and return its instructions with all else."""
        answer = super().run(tasks=tasks, **options)
        return {**answer, "instructions": self._model.instructions}


if __name__ == "__main__":
    worker.main(sys.argv[1], sys.argv[2:], CountingSession)
