"""A worker that counts instructions: `python -m waitbench.gate.counting_worker MODEL`.

It speaks the protocol of `waitbench.race.worker` and runs the same code; a round's answer has its
`instructions` besides: those of the model's tasks, from right before the clock's part to its end.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from waitbench.race import worker
from waitbench.race.worker_session import Answer, WorkerSession
from waitbench.system.instructions import counter

if TYPE_CHECKING:
    from waitbench.scenario import Model, TaskSpan
    from waitbench.system.instructions import Counter


class Counted:
    """A model whose rounds are counted."""

    def __init__(self, model: Model, counter_here: Counter) -> None:
        self._model = model
        self._counter = counter_here
        self.instructions = 0

    def run(self, tasks: int) -> list[TaskSpan]:
        """Run one round and count it."""
        self._counter.start()
        spans = self._model.run(tasks)
        self.instructions = self._counter.stop()
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
